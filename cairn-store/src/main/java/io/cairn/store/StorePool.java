// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.cairn.store.disk.StoreRoom;
import io.cairn.store.index.CombinedReaders;
import io.cairn.store.index.TermPresence;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * What the stores of one node share: threads that index, one thread that commits, threads that
 * merge, and a tick while any store has something due. Each store has at most one task of each sort
 * waiting here. Thread-safe; close it after the stores.
 */
public final class StorePool implements AutoCloseable {
  /** What a store that has nothing due answers. */
  static final long NEVER = Long.MAX_VALUE;

  /** The least time between two looks at what is due in the stores. */
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** Paginated queries that may be open at once on a node. */
  private static final int MAX_CURSORS = 1_000;

  /** Results of queries without pages that may be held at once on a node. */
  private static final int MAX_RESULTS = 10_000;

  private static final int SHARE_OF_HEAP = 4;
  private static final long LEAST_HELD = 32L << 20;

  /** Of the heap, what searches may invert at a time. */
  private static final int INVERTED_SHARE = 16;

  private final Semaphore inverted =
      new Semaphore(
          (int)
              Math.min(
                  Integer.MAX_VALUE, (Runtime.getRuntime().maxMemory() / INVERTED_SHARE) >> 10));
  private final Semaphore cursors = new Semaphore(MAX_CURSORS);
  private final Semaphore results = new Semaphore(MAX_RESULTS);
  private final ExecutorService indexing;
  private final ExecutorService merging;
  private final ExecutorService committing;
  private final ScheduledThreadPoolExecutor ticking;
  private final StoreRoom room;
  private final LongSupplier nanoTime;
  private final SearchLimits searchLimits;
  private final CombinedReaders combined = new CombinedReaders();
  private final TermPresence terms = new TermPresence();
  private final Set<Member> members = ConcurrentHashMap.newKeySet();
  private final Work work = new Work();

  /** A tick that was planned since the last one began will see what changed by now. */
  private final AtomicBoolean stirred = new AtomicBoolean();

  /** What the stores have done since the pool was made. Thread-safe. */
  static final class Work {
    final LongAdder refreshes = new LongAdder();
    final LongAdder commits = new LongAdder();
    final LongAdder merges = new LongAdder();
    final LongAdder mergedBytes = new LongAdder();
  }

  /**
   * What the open stores hold, and what all have done since the pool was made.
   *
   * @param stores how many are open
   * @param documents newest versions that searchers show, tombstones among them
   * @param versions all versions that searchers show
   * @param segments of their indexes
   * @param bytes of these segments on the disk, or in memory if they are not there yet
   * @param pending versions that were applied and are not in an index yet
   * @param pendingBytes what they weigh
   * @param uncommittedBytes what the last commits lack
   * @param refreshes how often a searcher was made
   * @param commits how often an index was committed
   * @param merges how often segments were merged
   * @param mergedBytes what was merged
   * @param openCursors queries with pages
   */
  public record Totals(
      int stores,
      long documents,
      long versions,
      long segments,
      long bytes,
      long pending,
      long pendingBytes,
      long uncommittedBytes,
      long refreshes,
      long commits,
      long merges,
      long mergedBytes,
      int openCursors) {}

  /** What one store holds; see {@link Totals}. */
  record Held(
      long documents, long versions, long segments, long bytes, long pending, long pendingBytes) {
    static final Held NOTHING = new Held(0, 0, 0, 0, 0, 0);

    Held plus(Held other) {
      return new Held(
          documents + other.documents,
          versions + other.versions,
          segments + other.segments,
          bytes + other.bytes,
          pending + other.pending,
          pendingBytes + other.pendingBytes);
    }
  }

  /** A store, as the tick sees it. */
  interface Member {
    /**
     * Starts what is due; never blocks, never throws.
     *
     * @return in how many nanoseconds something else will be, unless {@link StorePool#stir} is
     *     called before; {@link StorePool#NEVER} if nothing will
     */
    long tick(long nanoTime);

    /** Commits soon, if that gives anything back; never blocks, never throws. */
    void relieve();

    /** Bytes that were applied and that the last commit does not hold. */
    long uncommittedBytes();

    /** What it holds; looks at no document, and never throws. */
    default Held held() {
      return Held.NOTHING;
    }
  }

  /**
   * What one search may cost.
   *
   * @param scannedValues how many values of fields its patterns may look at, if they have no
   *     beginning to look up and the query does not say that it may
   * @param heldBytes about how much memory it may hold at once
   */
  public record SearchLimits(long scannedValues, long heldBytes) {

    /** An equal part of a quarter of the heap for each search that half of the processors run. */
    public static SearchLimits ofThisMachine(long scannedValues) {
      Runtime machine = Runtime.getRuntime();
      int searches = Math.max(1, machine.availableProcessors() / 2);
      return new SearchLimits(
          scannedValues, Math.max(LEAST_HELD, machine.maxMemory() / SHARE_OF_HEAP / searches));
    }
  }

  /**
   * Creates a pool whose searches may look at any number of values.
   *
   * @param indexingThreads threads that write documents into indexes, at least 1
   * @param mergeThreads threads that merge segments, at least 1
   * @param room the disk that the stores lie on
   * @param nanoTime what says how much time has passed, in nanoseconds
   */
  public StorePool(int indexingThreads, int mergeThreads, StoreRoom room, LongSupplier nanoTime) {
    this(indexingThreads, mergeThreads, room, nanoTime, SearchLimits.ofThisMachine(Long.MAX_VALUE));
  }

  /** Creates a pool with limits for searches. */
  public StorePool(
      int indexingThreads,
      int mergeThreads,
      StoreRoom room,
      LongSupplier nanoTime,
      SearchLimits searchLimits) {
    this.room = room;
    this.nanoTime = nanoTime;
    this.searchLimits = searchLimits;
    indexing = Executors.newFixedThreadPool(indexingThreads, threads("cairn-index"));
    merging = Executors.newFixedThreadPool(mergeThreads, threads("cairn-merge"));
    committing = Executors.newSingleThreadExecutor(threads("cairn-commit"));
    ticking = new ScheduledThreadPoolExecutor(1, threads("cairn-store-tick"));
    ticking.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** A pool for this machine: half of its processors index, one thread merges. */
  public static StorePool forThisMachine(StoreRoom room, LongSupplier nanoTime) {
    return forThisMachine(room, nanoTime, Long.MAX_VALUE);
  }

  /**
   * The same, with a limit for searches.
   *
   * @param scannedValues as in {@link SearchLimits}
   */
  public static StorePool forThisMachine(
      StoreRoom room, LongSupplier nanoTime, long scannedValues) {
    int processors = Runtime.getRuntime().availableProcessors();
    return new StorePool(
        Math.max(1, processors / 2), 1, room, nanoTime, SearchLimits.ofThisMachine(scannedValues));
  }

  /** The disk that the stores lie on. */
  StoreRoom room() {
    return room;
  }

  long nanoTime() {
    return nanoTime.getAsLong();
  }

  /** Has every store commit soon what it has not, so that it and the log give space back. */
  public void relieve() {
    members.forEach(Member::relieve);
  }

  /** Bytes that were applied and are not in any commit yet: the indexes will need room for them. */
  public long uncommittedBytes() {
    return members.stream().mapToLong(Member::uncommittedBytes).sum();
  }

  /** What the stores hold and have done: looks at each store's segments, and at no document. */
  public Totals totals() {
    Held held = Held.NOTHING;
    int stores = 0;
    for (Member member : members) {
      stores++;
      held = held.plus(member.held());
    }
    return new Totals(
        stores,
        held.documents(),
        held.versions(),
        held.segments(),
        held.bytes(),
        held.pending(),
        held.pendingBytes(),
        uncommittedBytes(),
        work.refreshes.sum(),
        work.commits.sum(),
        work.merges.sum(),
        work.mergedBytes.sum(),
        MAX_CURSORS - cursors.availablePermits());
  }

  /** Counts what stores do. */
  Work work() {
    return work;
  }

  private static ThreadFactory threads(String name) {
    return Thread.ofPlatform().daemon().name(name + '-', 1).factory();
  }

  /** Something has changed in a store: looks soon at what is due. Cheap while it is planned. */
  void stir() {
    if (!stirred.get() && stirred.compareAndSet(false, true)) {
      plan(TICK_NANOS);
    }
  }

  private void plan(long nanos) {
    try {
      var _ = ticking.schedule(this::tick, nanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException _) {
      // Closed: nothing is due any more.
    }
  }

  private void tick() {
    ticking.getQueue().clear(); // This one sees what the others were planned for.
    stirred.set(false);
    long now = nanoTime();
    long next = NEVER;
    for (Member member : members) {
      next = Math.min(next, member.tick(now));
    }
    if (next != NEVER) {
      plan(Math.max(next, TICK_NANOS));
    }
  }

  /** Whether no tick is planned: no store has anything due. */
  boolean isQuiet() {
    return ticking.getQueue().isEmpty() && ticking.getActiveCount() == 0;
  }

  /** One permit for each search cursor that may be open. */
  public Semaphore cursors() {
    return cursors;
  }

  /** One permit for each search result that may be open. */
  public Semaphore results() {
    return results;
  }

  /** One permit for each kilobyte that is inverted for searches. */
  public Semaphore inverted() {
    return inverted;
  }

  /** What one search may cost. */
  public SearchLimits searchLimits() {
    return searchLimits;
  }

  /** What combines the readers of partitions. */
  public CombinedReaders combined() {
    return combined;
  }

  /** What knows which segments have a term. */
  public TermPresence terms() {
    return terms;
  }

  void join(Member member) {
    members.add(member);
    stir();
  }

  void leave(Member member) {
    members.remove(member);
  }

  /** Runs an indexing task; false when the pool is closed. */
  boolean index(Runnable task) {
    return run(indexing, task);
  }

  /** Runs a commit; false when the pool is closed. */
  boolean commit(Runnable task) {
    return run(committing, task);
  }

  /** Runs a merge or other long work beside indexing; false when the pool is closed. */
  boolean merge(Runnable task) {
    return run(merging, task);
  }

  private static boolean run(ExecutorService executor, Runnable task) {
    try {
      executor.execute(task);
      return true;
    } catch (RejectedExecutionException _) {
      return false;
    }
  }

  /** Stops the threads once they have done what they have. */
  @Override
  public void close() {
    var _ = ticking.shutdownNow();
    indexing.close();
    committing.close();
    merging.close();
  }
}
