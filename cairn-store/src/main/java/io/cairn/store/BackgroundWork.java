// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.cairn.store.disk.StoreException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Has the pool's threads do what one partition's index needs: draining, showing and commits, each
 * at most once at a time. Thread-safe.
 */
final class BackgroundWork implements StorePool.Member {
  private final PartitionRuntime runtime;
  private final IndexPace pace;
  private final StorePool pool;
  private final AtomicBoolean drainScheduled = new AtomicBoolean();
  private final AtomicBoolean commitScheduled = new AtomicBoolean();

  BackgroundWork(PartitionRuntime runtime, IndexPace pace, StorePool pool) {
    this.runtime = runtime;
    this.pace = pace;
    this.pool = pool;
  }

  void makeRoomSoon() {
    if (drainScheduled.compareAndSet(false, true) && !pool.index(this::makeRoom)) {
      drainScheduled.set(false);
    }
  }

  private void makeRoom() {
    drainScheduled.set(false);
    runtime.makeRoom();
  }

  @Override
  public long tick(long nanoTime) {
    if (!runtime.health().isOpen()) {
      return StorePool.NEVER;
    }
    PendingWrites.Queued queued = runtime.pending().queued();
    boolean behind = runtime.draining().isBehind();
    boolean committed = runtime.isCommitted();
    if (pace.isDrainDue(queued, nanoTime) || (behind && pace.isShowDue(nanoTime))) {
      makeRoomSoon();
    }
    if (!committed && pace.isCommitDue(nanoTime)) {
      relieve();
    }
    long drain =
        queued.links() > 0 || queued.marked() ? pace.untilDrain(nanoTime) : StorePool.NEVER;
    long show = behind ? pace.untilShow(nanoTime) : StorePool.NEVER;
    long commit = committed ? StorePool.NEVER : pace.untilCommit(nanoTime);
    long reindex = runtime.reindexing().tick(nanoTime);
    return Math.min(Math.min(drain, show), Math.min(commit, reindex));
  }

  @Override
  public void relieve() {
    if (runtime.health().isOpen()
        && !runtime.isCommitted()
        && commitScheduled.compareAndSet(false, true)
        && !pool.commit(this::commit)) {
      commitScheduled.set(false);
    }
  }

  private void commit() {
    try {
      if (runtime.health().isOpen()) {
        runtime.commit();
      }
    } catch (StoreException | IllegalStateException _) {
      // The state says it; whoever applies or reads next is told.
    } finally {
      commitScheduled.set(false);
    }
  }

  @Override
  public StorePool.Held held() {
    return runtime.held();
  }

  @Override
  public long uncommittedBytes() {
    return runtime.pending().bytes() + pace.bytesSinceCommit();
  }
}
