// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.search;

/**
 * A document that a search found. {@link SearchResult#document} gives its content.
 *
 * @param link the document's self link
 * @param version the version found
 * @param position where the document is, for the result that the hit belongs to
 */
public record SearchHit(String link, long version, int position) {}
