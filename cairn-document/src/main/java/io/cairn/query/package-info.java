// SPDX-License-Identifier: Apache-2.0

/** Queries over documents: their specification, its validation, and evaluation in memory. */
@NullMarked
package io.cairn.query;

import org.jspecify.annotations.NullMarked;
