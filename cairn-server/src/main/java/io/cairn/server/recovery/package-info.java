// SPDX-License-Identifier: Apache-2.0
/** {@code cairn recover}: going on alone after the majority of a group was lost for good. */
@NullMarked
package io.cairn.server.recovery;

import org.jspecify.annotations.NullMarked;
