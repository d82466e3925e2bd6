// SPDX-License-Identifier: Apache-2.0
/**
 * Searches over the documents of several partitions: queries translated for Lucene, pages, hits.
 */
@NullMarked
package io.cairn.store.search;

import org.jspecify.annotations.NullMarked;
