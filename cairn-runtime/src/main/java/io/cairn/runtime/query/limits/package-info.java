// SPDX-License-Identifier: Apache-2.0
/** What queries may have of a host: their turns, and the memory of what tasks keep. */
@NullMarked
package io.cairn.runtime.query.limits;

import org.jspecify.annotations.NullMarked;
