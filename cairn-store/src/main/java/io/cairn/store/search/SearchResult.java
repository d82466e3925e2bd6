// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.search;

import io.cairn.store.index.DocumentVersion;
import io.cairn.store.index.LinkLookup;
import java.io.IOException;
import java.util.List;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.search.Query;

/**
 * What a search found, in order. Holds readers until it is closed, so close it soon; the node
 * allows a bounded number of open ones. Thread-safe.
 */
public final class SearchResult implements AutoCloseable {
  private final SearchReaders readers;
  private final Query query;
  private final List<SearchHit> hits;
  private final Runnable check;

  SearchResult(SearchReaders readers, Query query, List<SearchHit> hits, Runnable check) {
    this.readers = readers;
    this.query = query;
    this.hits = hits;
    this.check = check;
  }

  /** The hits, in order; empty where only a count was asked for. */
  public List<SearchHit> hits() {
    return hits;
  }

  /** The links of the hits, in order. */
  public List<String> links() {
    return hits.stream().map(SearchHit::link).toList();
  }

  /** How many documents match, whatever the limit; counted when asked for. */
  public long totalCount() {
    try {
      return readers.searcher(check).count(query);
    } catch (IOException e) {
      throw readers.failure("counting", e);
    }
  }

  /** The version that a hit of this result stands for. */
  public DocumentVersion document(SearchHit hit) {
    return document(readers, hit);
  }

  static DocumentVersion document(SearchReaders readers, SearchHit hit) {
    List<LeafReaderContext> leaves = readers.searcher().getIndexReader().leaves();
    LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(hit.position(), leaves));
    try {
      DocumentVersion known = readers.inMemory(leaf, hit);
      if (known != null) {
        return known;
      }
      StoredFields stored = readers.storedFields(leaf);
      return LinkLookup.entry(stored, hit.position() - leaf.docBase).document();
    } catch (IOException e) {
      throw readers.failure("reading " + hit.link(), e);
    }
  }

  /** Gives the readers back. Idempotent. */
  @Override
  public void close() {
    readers.close();
  }
}
