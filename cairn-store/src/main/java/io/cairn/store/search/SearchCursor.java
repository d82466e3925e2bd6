// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.search;

import io.cairn.store.index.DocumentVersion;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.jspecify.annotations.Nullable;

/**
 * Pages through what a search finds, over the documents as they were when it was opened: changes
 * made since are not seen. Holds readers, and with them files, until it is closed; the node allows
 * a bounded number of open cursors. Thread-safe: pages may be read in any order, repeatedly.
 */
public final class SearchCursor implements AutoCloseable {
  private final SearchReaders readers;
  private final SearchPlan plan;
  private final int pageSize;
  private final int offset;
  private final Runnable opener;
  private final AtomicBoolean closed;

  SearchCursor(SearchReaders readers, SearchPlan plan, int pageSize, int offset, Runnable opener) {
    this.readers = readers;
    this.plan = plan;
    this.pageSize = pageSize;
    this.offset = offset;
    this.opener = opener;
    this.closed = new AtomicBoolean();
  }

  private SearchCursor(SearchCursor wide, Query further) {
    this.readers = wide.readers;
    this.plan = wide.plan.narrowed(further);
    this.pageSize = wide.pageSize;
    this.offset = wide.offset;
    this.opener = wide.opener;
    this.closed = wide.closed;
  }

  /** The same, of those documents only that match a further query. It is closed with this one. */
  SearchCursor narrowed(Query further) {
    return new SearchCursor(this, further);
  }

  void requireOpen() {
    if (closed.get()) {
      throw new IllegalStateException("The pages of this query have expired: run it again");
    }
  }

  /** Where a page begins; valid for the cursor it came from. */
  public static final class Position {
    private final @Nullable ScoreDoc after;
    private final @Nullable Position before;

    private Position(@Nullable ScoreDoc after, @Nullable Position before) {
      this.after = after;
      this.before = before;
    }
  }

  /**
   * One page.
   *
   * @param hits the hits, in order
   * @param next where the next page begins; null on the last
   * @param previous where the page before begins; null on the first
   */
  public record Page(List<SearchHit> hits, @Nullable Position next, @Nullable Position previous) {}

  /** Where the first page begins. */
  public Position first() {
    return new Position(null, null);
  }

  /** The page that begins at a position, of the size the cursor was opened with. */
  public Page read(Position position) {
    return read(position, pageSize, () -> {});
  }

  /**
   * The page that begins at a position, of another size.
   *
   * @param check run now and then by this thread; what it throws ends the search
   * @throws IllegalStateException if the cursor is closed
   */
  public Page read(Position position, int size, Runnable check) {
    requireOpen();
    DocumentSearch.requireLimit(size);
    int skipped = position.after == null ? offset : 0;
    try {
      // One more than asked for tells whether there is a next page.
      ScoreDoc[] found =
          HitCollection.top(readers, check, plan, skipped + size + 1, position.after);
      int end = Math.min(found.length, skipped + size);
      ScoreDoc[] page = Arrays.copyOfRange(found, Math.min(skipped, end), end);
      Position next = found.length > end ? new Position(found[end - 1], position) : null;
      return new Page(HitCollection.hits(readers.searcher(), page, check), next, position.before);
    } catch (IOException e) {
      throw readers.failure("reading a page", e);
    }
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

  /** Lets the readers go. Idempotent; must not run while a page is being read. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      readers.close();
    }
  }
}
