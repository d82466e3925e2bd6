// SPDX-License-Identifier: Apache-2.0
/** What was before: moments that requests ask about, and what changed between versions. */
@NullMarked
package io.cairn.runtime.history;

import org.jspecify.annotations.NullMarked;
