// SPDX-License-Identifier: Apache-2.0
/**
 * Ids that are never given twice: a document keeps the first free number, and an endpoint takes
 * blocks of numbers from it.
 */
@NullMarked
package io.cairn.samples.ids;

import org.jspecify.annotations.NullMarked;
