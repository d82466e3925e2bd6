// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.runtime.model.HostClock;
import io.cairn.service.failure.NobodyWaitsException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The pages of one query. Pages are numbered as they come to be known: reading one makes the next
 * known. Guarded by its lock, since documents must not be closed while they are read. Whoever
 * closes it does not wait for a reader: the reader ends soon, and lets the documents go.
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

  /** The first page of each group that is known. */
  private final Map<String, Integer> firstOfGroup = new HashMap<>();

  private final HostClock clock;
  private volatile long lastReadNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private int nextNumber = 1;
  private boolean released;
  private volatile boolean closed;

  /**
   * What governs a set of pages.
   *
   * @param links addresses the pages
   * @param pageSize how many documents a page holds
   * @param options of the query
   * @param expirationMicros when the pages go, microseconds since 1970
   * @param owner link of the task that they belong to; they go with it
   * @param visible what was searched: who may not read just that may not read the pages
   */
  record Settings(
      PageLinks links,
      int pageSize,
      Set<QueryOption> options,
      long expirationMicros,
      @Nullable String owner,
      @Nullable Visible visible) {}

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

  /** Where a page of groups begins: how many groups come before it. */
  private record GroupsFrom(int skipped) {}

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
    pages.put(0, new Page(found instanceof FoundGroups ? new GroupsFrom(0) : null, -1));
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
  boolean isEmpty(Asker asker) {
    return locked(() -> found.read(null, 1, asker).rows().isEmpty());
  }

  private <T extends @Nullable Object> T locked(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
      if (closed) {
        release();
      }
    }
  }

  /**
   * Reads a page.
   *
   * @param size how many documents, or null for the size of the query
   * @return null if there is no such page, or no longer
   */
  @Nullable ServiceDocumentQueryResult read(int number, @Nullable Integer size, Asker asker) {
    try {
      return this.<@Nullable ServiceDocumentQueryResult>locked(
          () -> readLocked(number, size, whileOpen(asker)));
    } catch (NobodyWaitsException e) {
      if (closed && !asker.hasGone()) {
        return null;
      }
      throw e;
    }
  }

  /** Nobody waits for a page of a query that was ended. */
  private Asker whileOpen(Asker asker) {
    return new Asker() {
      @Override
      public boolean hasGone() {
        return closed || asker.hasGone();
      }

      @Override
      public long leftMicros() {
        return asker.leftMicros();
      }

      @Override
      public @Nullable Visible visible() {
        return asker.visible();
      }

      @Override
      public void requirePresent() {
        Asker.super.requirePresent();
        asker.requirePresent();
      }
    };
  }

  private @Nullable ServiceDocumentQueryResult readLocked(
      int number, @Nullable Integer size, Asker asker) {
    Page page = pages.get(number);
    if (closed || page == null) {
      return null;
    }
    long begun = clock.nanos();
    lastReadNanos = begun;
    ServiceDocumentQueryResult result =
        found instanceof FoundGroups grouped && page.position instanceof GroupsFrom from
            ? readGroups(grouped, page, number, groupLimit(size), from, asker)
            : readDocuments(page, number, size == null ? settings.pageSize() : size, asker);
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

  private ServiceDocumentQueryResult readDocuments(Page page, int number, int size, Asker asker) {
    boolean isAll = settings.options().contains(QueryOption.TOP_RESULTS);
    int rows = size;
    FoundDocuments.Slice slice = found.read(page.position, rows, asker);
    ServiceDocumentQueryResult result = assembly.assemble(slice.rows(), asker);
    while (result == null) {
      if (isAll) {
        throw assembly.tooHeavy();
      }
      // Too heavy together: a shorter page, and a longer way to the end.
      rows = Math.max(1, Math.min(rows, slice.rows().size()) / 2);
      slice = found.read(page.position, rows, asker);
      result = assembly.assemble(slice.rows(), asker);
    }
    if (slice.next() != null && !isAll) {
      result.nextPageLink = linkOf(nextOf(page, number, rows, slice.next()));
    }
    return result;
  }

  private int groupLimit(@Nullable Integer size) {
    Integer limit = size == null ? specification().groupResultLimit : size;
    return limit == null ? QueryEngine.DEFAULT_LIMIT : limit;
  }

  private ServiceDocumentQueryResult readGroups(
      FoundGroups grouped, Page page, int number, int size, GroupsFrom from, Asker asker) {
    FoundGroups.Groups groups = grouped.groups(from.skipped(), size, asker);
    Integer next = groups.next();
    Map<String, String> links = new LinkedHashMap<>();
    long bytes = 0;
    for (String group : groups.names()) {
      bytes += group.length();
      if (bytes > assembly.maximumBytes() && !links.isEmpty()) {
        next = from.skipped() + links.size(); // names as long as documents
        break;
      }
      Integer first = firstOfGroup.get(group);
      if (first == null) {
        first = added(new Page(new FoundGroups.InGroup(group, null), -1));
        firstOfGroup.put(group, first);
      }
      links.put(group, linkOf(first));
    }
    ServiceDocumentQueryResult result = assembly.empty();
    result.nextPageLinksPerGroup = links;
    if (next != null) {
      result.nextPageLink = linkOf(nextOf(page, number, size, new GroupsFrom(next)));
    }
    return result;
  }

  private int nextOf(Page page, int number, int rows, Object position) {
    Integer known = page.nextBySize.get(rows);
    if (known != null) {
      return known;
    }
    int next = added(new Page(position, number));
    page.nextBySize.put(rows, next);
    return next;
  }

  private int added(Page page) {
    if (nextNumber >= MAX_PAGES) {
      throw new IllegalArgumentException(
          "The query has more than " + MAX_PAGES + " pages: use a larger $limit");
    }
    int number = nextNumber++;
    pages.put(number, page);
    return number;
  }

  /**
   * Removes a page; the set is closed when no page is left.
   *
   * @return whether it was there
   */
  boolean remove(int number) {
    return locked(
        () -> {
          boolean present = pages.remove(number) != null;
          if (pages.isEmpty()) {
            closed = true;
          }
          return present;
        });
  }

  /** How many bytes of memory it holds until it is closed. */
  long heldBytes() {
    return heldBytes;
  }

  /** When a page was last read, in nanoseconds of the host's clock. */
  long lastReadNanos() {
    return lastReadNanos;
  }

  boolean isClosed() {
    return closed;
  }

  /** Ends whatever reads a page; does not block. */
  void close() {
    closed = true;
    release();
  }

  /** Lets the documents go, unless they are being read: then their reader does it. */
  private void release() {
    if (lock.tryLock()) {
      try {
        if (!released) {
          released = true;
          pages.clear();
          found.close();
        }
      } finally {
        lock.unlock();
      }
    }
  }
}
