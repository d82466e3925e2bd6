// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft.thread;

import io.cairn.cluster.ReplicationEnvironment;
import io.cairn.cluster.ReplicationTimer;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a node's tasks run: threads of its own, or what the environment gives. */
public final class NodeThreads {

  private static final Logger LOG = LoggerFactory.getLogger(NodeThreads.class);

  private final @Nullable ExecutorService ownPool;
  private final @Nullable ScheduledExecutorService ownTimer;
  private final Executor pool;
  private final ReplicationTimer timer;

  public NodeThreads(ReplicationEnvironment environment, int threads) {
    Executor givenPool = environment.executor();
    ReplicationTimer givenTimer = environment.timer();
    if (givenPool != null) {
      this.ownPool = null;
      this.pool = givenPool;
    } else {
      ExecutorService made = newPool(threads);
      this.ownPool = made;
      this.pool = made;
    }
    if (givenTimer != null) {
      this.ownTimer = null;
      this.timer = givenTimer;
    } else {
      ScheduledExecutorService made = newTimer();
      this.ownTimer = made;
      this.timer = new ThreadTimer(made);
    }
  }

  private static ExecutorService newPool(int threads) {
    return threads == 0
        ? Executors.newVirtualThreadPerTaskExecutor()
        : Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().name("cairn-raft-", 0).factory());
  }

  private static ScheduledExecutorService newTimer() {
    return Executors.newSingleThreadScheduledExecutor(
        Thread.ofPlatform().name("cairn-raft-timer").daemon().factory());
  }

  /** A timer over a thread; once that is shut down, tasks are forgotten. */
  private record ThreadTimer(ScheduledExecutorService thread) implements ReplicationTimer {
    @Override
    public void schedule(Runnable task, long delayNanos) {
      try {
        var _ = thread.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
      } catch (RejectedExecutionException closing) {
        LOG.debug("No timers any more: the node is closing", closing);
      }
    }
  }

  public Executor pool() {
    return pool;
  }

  /** Runs a task unless the node is closing. */
  public void execute(Runnable task) {
    try {
      pool.execute(task);
    } catch (RejectedExecutionException closing) {
      LOG.debug("No threads any more: the node is closing", closing);
    }
  }

  public ReplicationTimer timer() {
    return timer;
  }

  /** Tells whether another thread works on what the caller may wait for. */
  public boolean areOwn() {
    return ownPool != null;
  }

  public void close() {
    if (ownTimer != null) {
      ownTimer.shutdownNow();
    }
    if (ownPool != null) {
      ownPool.shutdown();
    }
  }
}
