// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.search;

import io.cairn.store.index.DocumentVersion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.lucene.search.FieldDoc;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.SortField;
import org.jspecify.annotations.Nullable;

/**
 * As a {@link SearchCursor}, in an order that is the same in every index: by what the query sorts
 * by, then by version and link. Where to read is said by keys, which another replica of the same
 * documents understands as well. Thread-safe, except that it must not be closed while it is read.
 */
public final class OrderedCursor implements AutoCloseable {
  /** So many are looked at in a row where a key cannot be found at once. */
  private static final int STEP = 4096;

  private final SearchReaders readers;
  private final SearchPlan plan;
  private final Comparator<SortKey> order;
  private final Runnable opener;

  OrderedCursor(
      SearchReaders readers, SearchPlan plan, Comparator<SortKey> order, Runnable opener) {
    this.readers = readers;
    this.plan = plan;
    this.order = order;
    this.opener = opener;
  }

  /** A hit, and where it stands. */
  public record Found(SearchHit hit, SortKey key) {}

  /**
   * Reads the first hits behind a key.
   *
   * @param after the key, of this cursor or one over another replica; null for the first hits
   * @param size how many at most; one more than wanted tells whether there are more
   * @param check run now and then by this thread; what it throws ends the search
   */
  public List<Found> read(@Nullable SortKey after, int size, Runnable check) {
    DocumentSearch.requireLimit(size);
    SortField[] fields = plan.sort().getSort();
    FieldDoc place = after == null ? null : after.place(fields);
    try {
      return after != null && place == null
          ? searchFor(after, size, fields, check)
          : found(HitCollection.top(readers, check, plan, size, place), fields, check);
    } catch (IOException e) {
      throw readers.failure("reading a page", e);
    }
  }

  private List<Found> found(ScoreDoc[] docs, SortField[] fields, Runnable check)
      throws IOException {
    List<SearchHit> hits = HitCollection.hits(readers.searcher(), docs, check);
    List<Found> found = new ArrayList<>(docs.length);
    for (int i = 0; i < docs.length; i++) {
      found.add(new Found(hits.get(i), SortKey.of((FieldDoc) docs[i], fields)));
    }
    return found;
  }

  /** Looks at everything from the first hit on: this index has the key's values in another form. */
  private List<Found> searchFor(SortKey after, int size, SortField[] fields, Runnable check)
      throws IOException {
    List<Found> behind = new ArrayList<>();
    ScoreDoc last = null;
    while (behind.size() < size) {
      ScoreDoc[] docs = HitCollection.top(readers, check, plan, STEP, last);
      for (Found one : found(docs, fields, check)) {
        if (behind.size() < size && order.compare(one.key(), after) > 0) {
          behind.add(one);
        }
      }
      if (docs.length < STEP) {
        break;
      }
      last = docs[docs.length - 1];
    }
    return behind;
  }

  /** How many documents match; with the check of whoever opened this. */
  public long totalCount() {
    try {
      return readers.searcher(opener).count(plan.query());
    } catch (IOException e) {
      throw readers.failure("counting", e);
    }
  }

  /** The version that a hit of this cursor stands for. */
  public DocumentVersion document(SearchHit hit) {
    return SearchResult.document(readers, hit);
  }

  /** Lets the readers go. Idempotent. */
  @Override
  public void close() {
    readers.close();
  }
}
