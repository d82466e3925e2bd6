// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Says when the background work of one partition is due. Writing to the index in large batches
 * spares the work for versions that are superseded meanwhile, and a new searcher costs files, so
 * both wait as long as nobody searches; but never so long that the first search afterwards waits
 * for much, or that a start after a crash has to repeat much. Thread-safe.
 */
final class IndexPace {
  /** So many versions that will be inverted may wait, and a search for them. */
  private static final int DRAIN_LINKS = 1_000;

  /** The same for all versions, of which those that are superseded cost their bytes only. */
  private static final long DRAIN_BYTES = 2L << 20;

  private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** So many entries of the index may wait for a searcher, and a search for them. */
  private static final int SHOW_COUNT = 10_000;

  /** The share of what the disk has free that a store may hold uncommitted; there are several. */
  private static final int SHARE = 32;

  /** How much longer than otherwise writes wait to be drained while nobody searches. */
  private static final int IDLE_DRAIN = 10;

  /** How much longer than otherwise searchers live while nobody searches. */
  private static final int IDLE_SHOW = 60;

  private final long refreshNanos;
  private final long commitNanos;
  private final long commitBytes;
  private final StorePool pool;
  private volatile long lastDrain;
  private volatile long lastShow;
  private volatile long lastCommit;
  private volatile boolean searched;
  private volatile int drainedSinceShow;
  private volatile long bytesSinceCommit;
  private final AtomicLong mergedSinceCommit = new AtomicLong();

  IndexPace(StoreOptions options, StorePool pool) {
    this.pool = pool;
    this.lastDrain = pool.nanoTime();
    this.lastShow = lastDrain;
    this.lastCommit = lastDrain;
    this.refreshNanos = TimeUnit.MILLISECONDS.toNanos(options.refreshIntervalMillis());
    this.commitNanos = TimeUnit.MILLISECONDS.toNanos(options.commitIntervalMillis());
    this.commitBytes = options.commitBytes();
  }

  /** Somebody searches, and may again soon. */
  void searched() {
    if (!searched) {
      searched = true;
      pool.stir(); // what waits is due earlier
    }
  }

  /**
   * So many entries were written into the index, for versions of so many bytes; with the index lock
   * held.
   */
  @SuppressWarnings("NonAtomicVolatileUpdate") // written under the index lock only
  void drained(int entries, long bytes) {
    lastDrain = pool.nanoTime();
    drainedSinceShow += entries;
    bytesSinceCommit += bytes;
    pool.stir();
  }

  /** A searcher shows what was written; with the index lock held. */
  void shown() {
    lastShow = pool.nanoTime();
    drainedSinceShow = 0;
  }

  /** A commit is prepared; with the index lock held. */
  void preparedCommit() {
    bytesSinceCommit = 0;
    mergedSinceCommit.set(0);
  }

  /** Segments of so many bytes were merged; the last commit keeps them until the next. */
  void merged(long bytes) {
    mergedSinceCommit.addAndGet(bytes);
    pool.work().merges.increment();
    pool.work().mergedBytes.add(bytes);
    pool.stir();
  }

  /** Whether a commit would free what was merged, though nothing was written since the last. */
  boolean hasMerged() {
    return mergedSinceCommit.get() > 0;
  }

  /** Bytes that went into the index since the last commit. */
  long bytesSinceCommit() {
    return bytesSinceCommit;
  }

  void committed() {
    lastCommit = pool.nanoTime();
    pool.work().commits.increment();
  }

  /** Whether what waits should go into the index. */
  boolean isDrainDue(PendingWrites.Queued queued, long now) {
    if (queued.marked() || queued.links() >= DRAIN_LINKS || queued.bytes() >= DRAIN_BYTES) {
      return true;
    }
    return queued.links() > 0 && untilDrain(now) < 0;
  }

  /** In how many nanoseconds waiting writes should go into the index, however few. */
  long untilDrain(long now) {
    long patience = Math.min(DRAIN_NANOS, refreshNanos) * (searched ? 1 : IDLE_DRAIN);
    return lastDrain + patience - now;
  }

  /** Whether what was written should be shown, if something was. */
  boolean isShowDue(long now) {
    return drainedSinceShow >= SHOW_COUNT || untilShow(now) < 0;
  }

  /** In how many nanoseconds what was written should be shown, however little. */
  long untilShow(long now) {
    return lastShow + (searched ? refreshNanos : refreshNanos * IDLE_SHOW) - now;
  }

  /** In how many nanoseconds what was written should be committed, however little. */
  long untilCommit(long now) {
    return lastCommit + commitNanos - now;
  }

  /** The searched-for searcher was made in the background: the next waits for another search. */
  void forgetSearch() {
    searched = false;
  }

  /**
   * The less the disk has free, the earlier: only a commit gives back what was merged, and the log.
   */
  boolean isCommitDue(long now) {
    return untilCommit(now) < 0
        || bytesSinceCommit + mergedSinceCommit.get()
            > Math.min(commitBytes, pool.room().free() / SHARE);
  }
}
