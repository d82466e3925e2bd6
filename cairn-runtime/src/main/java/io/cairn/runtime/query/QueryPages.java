// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.runtime.query.PageLinks.PageId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The pages of all queries that are being read on this node. They go when they expire, when the
 * task that made them goes, or when their reader removes them. Bounded; thread-safe.
 */
public final class QueryPages {

  /** How many queries may have pages at a time: fewer than the index lets hold files. */
  static final int MAX_QUERIES = 800;

  private static final int SHARE_OF_HEAP = 8;

  private final Map<String, PageSet> sets = new ConcurrentHashMap<>();
  private final long maximumBytes;

  /** Pages that hold an eighth of the heap at most. */
  public QueryPages() {
    this(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
  }

  QueryPages(long maximumBytes) {
    this.maximumBytes = maximumBytes;
  }

  /** There are as many paged queries as this node allows. */
  static final class TooManyQueriesException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooManyQueriesException(int open) {
      super(open + " paged queries are open on this node, as many as it keeps: try again later");
    }
  }

  synchronized void add(PageSet set) {
    boolean hasRoom = true;
    while (hasRoom && isHeavy(set)) {
      hasRoom = dropForgottenListing(each -> each.heldBytes() > 0);
    }
    if (hasRoom && sets.size() >= MAX_QUERIES) {
      hasRoom = dropForgottenListing(each -> true);
    }
    if (!hasRoom) {
      set.close();
      throw new TooManyQueriesException(sets.size());
    }
    sets.put(set.id(), set);
  }

  /**
   * Whether all that is held would be too much with this one. It is let in when no other holds
   * anything: a budget that it cannot get by would refuse it for ever.
   */
  private boolean isHeavy(PageSet further) {
    long held = sets.values().stream().mapToLong(PageSet::heldBytes).sum();
    return further.heldBytes() > 0 && held > 0 && held + further.heldBytes() > maximumBytes;
  }

  /**
   * Makes room by dropping the listing that nobody has read for the longest time. Most readers of a
   * first page never ask for the second; the pages of a task go only with the task.
   */
  private boolean dropForgottenListing(Predicate<PageSet> choice) {
    PageSet forgotten = null;
    for (PageSet set : sets.values()) {
      boolean listing = set.settings().owner() == null && choice.test(set);
      if (listing && (forgotten == null || set.lastReadNanos() - forgotten.lastReadNanos() < 0)) {
        forgotten = set;
      }
    }
    if (forgotten == null) {
      return false;
    }
    sets.remove(forgotten.id());
    forgotten.close();
    return true;
  }

  /** The set that a page belongs to, if it is there. */
  @Nullable PageSet find(String page) {
    PageId id = PageLinks.parse(page);
    return id == null ? null : sets.get(id.query());
  }

  /** Reads a page; null if it does not exist or no longer. */
  @Nullable ServiceDocumentQueryResult read(String page, @Nullable Integer size, Asker asker) {
    return with(page, (set, number) -> set.read(number, size, asker));
  }

  /**
   * Removes a page; with the last page of a query, everything that the query holds goes.
   *
   * @return whether it was there
   */
  boolean remove(String page) {
    return Boolean.TRUE.equals(with(page, PageSet::remove));
  }

  /** Does something with a page, after which its set may have no page left. */
  private <T> @Nullable T with(String page, BiFunction<PageSet, Integer, @Nullable T> action) {
    PageId id = PageLinks.parse(page);
    PageSet set = id == null ? null : sets.get(id.query());
    if (id == null || set == null) {
      return null;
    }
    T result = action.apply(set, id.number());
    if (set.isClosed()) {
      sets.remove(set.id());
    }
    return result;
  }

  /** Removes all pages of a task. */
  void removeOf(String owner) {
    removeIf(set -> owner.equals(set.settings().owner()));
  }

  /** Removes what has expired. */
  public void expire(long nowMicros) {
    removeIf(set -> set.settings().expirationMicros() <= nowMicros);
  }

  /** How many queries have pages. */
  public int count() {
    return sets.size();
  }

  /** Removes everything. */
  public void close() {
    removeIf(set -> true);
  }

  private void removeIf(Predicate<PageSet> condition) {
    sets.values()
        .removeIf(
            set -> {
              boolean goes = condition.test(set);
              if (goes) {
                set.close();
              }
              return goes;
            });
  }
}
