// SPDX-License-Identifier: Apache-2.0
/** Ids that are never given twice. */
@NullMarked
package io.cairn.samples.ids;

import org.jspecify.annotations.NullMarked;
