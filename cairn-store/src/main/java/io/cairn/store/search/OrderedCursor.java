// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.search;

import io.cairn.store.index.DocumentVersion;
import io.cairn.store.search.GroupCollector.GroupOrder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
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

  /** What groups may weigh that are merged with those of other nodes. */
  private static final long MAX_GROUP_BYTES = 32L << 20;

  private final SearchReaders readers;
  private final SearchPlan plan;
  private final Comparator<SortKey> order;
  private final Runnable opener;
  private final @Nullable Grouping grouping;

  OrderedCursor(
      SearchReaders readers,
      SearchPlan plan,
      Comparator<SortKey> order,
      Runnable opener,
      @Nullable Grouping grouping) {
    this.readers = readers;
    this.plan = plan;
    this.order = order;
    this.opener = opener;
    this.grouping = grouping;
  }

  /** What its documents are grouped by, and how the groups are ordered. */
  record Grouping(GroupField field, GroupOrder order) {}

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

  /** Its groups, if it was opened for a query that groups. */
  private Grouping grouping() {
    if (grouping == null) {
      throw new IllegalStateException("The query has no option GROUP_BY");
    }
    return grouping;
  }

  /**
   * The first groups of what matches, in order.
   *
   * @param limit how many at most
   * @param check as in {@link #read}
   * @throws IllegalArgumentException if they are too heavy together
   */
  public List<RankedGroup> groups(int limit, Runnable check) {
    List<RankedGroup> first =
        SearchGroups.first(readers, plan, grouping().field(), grouping().order(), limit, check);
    if (first.stream().mapToLong(RankedGroup::weight).sum() > MAX_GROUP_BYTES) {
      throw new IllegalArgumentException(
          "The groups weigh more than %d bytes: ask for fewer at a time (groupResultLimit)"
              .formatted(MAX_GROUP_BYTES));
    }
    return first;
  }

  /** The documents of one of its groups, as long as this is open; need not be closed. */
  public OrderedCursor group(String name) {
    return new OrderedCursor(
        readers,
        plan.narrowed(
            grouping().field().members(name, readers::hasField, readers.translator(Set.of()))),
        order,
        opener,
        null);
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
