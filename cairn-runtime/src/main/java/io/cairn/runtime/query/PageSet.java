// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.runtime.model.HostClock;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The pages of one query. Pages are numbered as they come to be known: reading one makes the next
 * known. Guarded by its own lock, since documents must not be closed while they are read.
 */
final class PageSet {

  /** More pages of one query than this are not handed out. */
  private static final int MAX_PAGES = 100_000;

  private final String id;
  private final FoundDocuments found;
  private final ResultAssembly assembly;
  private final Settings settings;
  private final long heldBytes;
  private final Map<Integer, Page> pages = new HashMap<>();
  private final HostClock clock;
  private volatile long lastReadNanos;
  private int nextNumber = 1;
  private boolean closed;

  /**
   * What governs a set of pages.
   *
   * @param links addresses the pages
   * @param pageSize how many documents a page holds
   * @param options of the query
   * @param expirationMicros when the pages go, microseconds since 1970
   * @param owner link of the task that they belong to; they go with it
   */
  record Settings(
      PageLinks links,
      int pageSize,
      Set<QueryOption> options,
      long expirationMicros,
      @Nullable String owner) {}

  /** A page that is known; the page after it is kept so that reading again gives the same links. */
  private static final class Page {
    final @Nullable Object position;
    final int previous;
    final Map<Integer, Integer> nextBySize = new HashMap<>(2);

    Page(@Nullable Object position, int previous) {
      this.position = position;
      this.previous = previous;
    }
  }

  PageSet(
      String id,
      FoundDocuments found,
      ResultAssembly assembly,
      Settings settings,
      HostClock clock) {
    this.id = id;
    this.found = found;
    this.assembly = assembly;
    this.settings = settings;
    this.clock = clock;
    this.lastReadNanos = clock.nanos();
    this.heldBytes = found.heldBytes();
    pages.put(0, new Page(null, -1));
  }

  String id() {
    return id;
  }

  QuerySpecification specification() {
    return assembly.specification();
  }

  Settings settings() {
    return settings;
  }

  /** The link of the first page. */
  String firstLink() {
    return linkOf(0);
  }

  private String linkOf(int number) {
    return settings.links().linkOf(id, number);
  }

  long totalCount() {
    return found.totalCount();
  }

  /** Whether there is anything on the first page. */
  synchronized boolean isEmpty(Asker asker) {
    return found.read(null, 1, asker).rows().isEmpty();
  }

  /**
   * Reads a page.
   *
   * @param size how many documents, or null for the size of the query
   * @return null if there is no such page, or no longer
   */
  synchronized @Nullable ServiceDocumentQueryResult read(
      int number, @Nullable Integer size, Asker asker) {
    Page page = pages.get(number);
    if (closed || page == null) {
      return null;
    }
    long begun = clock.nanos();
    lastReadNanos = begun;
    int rows = size == null ? settings.pageSize() : size;
    FoundDocuments.Slice slice = found.read(page.position, rows, asker);
    ServiceDocumentQueryResult result = assembly.assemble(slice.rows(), asker);
    while (result == null) {
      // Too heavy together: a shorter page, and a longer way to the end.
      rows = Math.max(1, Math.min(rows, slice.rows().size()) / 2);
      slice = found.read(page.position, rows, asker);
      result = assembly.assemble(slice.rows(), asker);
    }
    if (slice.next() != null) {
      result.nextPageLink = linkOf(nextOf(page, number, rows, slice.next()));
    }
    if (pages.containsKey(page.previous)
        && !settings.options().contains(QueryOption.FORWARD_ONLY)) {
      result.prevPageLink = linkOf(page.previous);
    }
    if (settings.options().contains(QueryOption.SINGLE_USE)) {
      remove(number);
    }
    result.queryTimeMicros = clock.microsSince(begun);
    return result;
  }

  private int nextOf(Page page, int number, int rows, Object position) {
    Integer known = page.nextBySize.get(rows);
    if (known != null) {
      return known;
    }
    if (nextNumber >= MAX_PAGES) {
      throw new IllegalArgumentException(
          "The query has more than " + MAX_PAGES + " pages: use a larger $limit");
    }
    int next = nextNumber++;
    pages.put(next, new Page(position, number));
    page.nextBySize.put(rows, next);
    return next;
  }

  /**
   * Removes a page; the set is closed when no page is left.
   *
   * @return whether it was there
   */
  synchronized boolean remove(int number) {
    boolean present = pages.remove(number) != null;
    if (pages.isEmpty()) {
      close();
    }
    return present;
  }

  /** How many bytes of memory it holds until it is closed. */
  long heldBytes() {
    return heldBytes;
  }

  /** When a page was last read, in nanoseconds of the host's clock. */
  long lastReadNanos() {
    return lastReadNanos;
  }

  synchronized boolean isClosed() {
    return closed;
  }

  synchronized void close() {
    if (!closed) {
      closed = true;
      pages.clear();
      found.close();
    }
  }
}
