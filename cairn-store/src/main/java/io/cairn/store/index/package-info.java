// SPDX-License-Identifier: Apache-2.0
/**
 * An entry of the index: the version of a document that it holds, its stored form, its fields, and
 * how it is found by its link.
 */
@NullMarked
package io.cairn.store.index;

import org.jspecify.annotations.NullMarked;
