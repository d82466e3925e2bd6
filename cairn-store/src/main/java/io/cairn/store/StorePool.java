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
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What the stores of one node share: threads that index, one thread that commits, threads that
 * merge, and a clock tick. Each store has at most one task of each sort waiting here. Thread-safe;
 * close it after the stores.
 */
public final class StorePool implements AutoCloseable {
  /** How often stores are asked whether something is due, in milliseconds. */
  private static final long TICK_MILLIS = 50;

  /** Paginated queries that may be open at once on a node. */
  private static final int MAX_CURSORS = 1_000;

  /** Results of queries without pages that may be held at once on a node. */
  private static final int MAX_RESULTS = 10_000;

  private final Semaphore cursors = new Semaphore(MAX_CURSORS);
  private final Semaphore results = new Semaphore(MAX_RESULTS);
  private final ExecutorService indexing;
  private final ExecutorService merging;
  private final ExecutorService committing;
  private final ScheduledExecutorService ticking;
  private final StoreRoom room;
  private final LongSupplier nanoTime;
  private final CombinedReaders combined = new CombinedReaders();
  private final TermPresence terms = new TermPresence();
  private final Set<Member> members = ConcurrentHashMap.newKeySet();

  /** A store, as the tick sees it. */
  interface Member {
    /** Starts what is due; never blocks, never throws. */
    void tick(long nanoTime);

    /** Commits soon, if that gives anything back; never blocks, never throws. */
    void relieve();

    /** Bytes that were applied and that the last commit does not hold. */
    long uncommittedBytes();
  }

  /**
   * Creates the pool.
   *
   * @param indexingThreads threads that write documents into indexes, at least 1
   * @param mergeThreads threads that merge segments, at least 1
   * @param room the disk that the stores lie on
   * @param nanoTime what says how much time has passed, in nanoseconds
   */
  public StorePool(int indexingThreads, int mergeThreads, StoreRoom room, LongSupplier nanoTime) {
    this.room = room;
    this.nanoTime = nanoTime;
    indexing = Executors.newFixedThreadPool(indexingThreads, threads("cairn-index"));
    merging = Executors.newFixedThreadPool(mergeThreads, threads("cairn-merge"));
    committing = Executors.newSingleThreadExecutor(threads("cairn-commit"));
    ticking = Executors.newSingleThreadScheduledExecutor(threads("cairn-store-tick"));
    var _ =
        ticking.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** A pool for this machine: half of its processors index, one thread merges. */
  public static StorePool forThisMachine(StoreRoom room, LongSupplier nanoTime) {
    int processors = Runtime.getRuntime().availableProcessors();
    return new StorePool(Math.max(1, processors / 2), 1, room, nanoTime);
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

  private static ThreadFactory threads(String name) {
    return Thread.ofPlatform().daemon().name(name + '-', 1).factory();
  }

  private void tick() {
    long now = nanoTime();
    members.forEach(member -> member.tick(now));
  }

  /** One permit for each search cursor that may be open. */
  public Semaphore cursors() {
    return cursors;
  }

  /** One permit for each search result that may be open. */
  public Semaphore results() {
    return results;
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
    ticking.shutdownNow();
    indexing.close();
    committing.close();
    merging.close();
  }
}
