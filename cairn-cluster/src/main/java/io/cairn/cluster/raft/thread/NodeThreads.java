// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft.thread;

import io.cairn.cluster.ReplicationEnvironment;
import io.cairn.cluster.ReplicationTimer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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

  /** More threads than this would only share the disk among them. */
  private static final int MOST_SHARDS = 8;

  private final List<ShardThread> own = new ArrayList<>();
  private final List<Shard> shards = new ArrayList<>();
  private final @Nullable ExecutorService ownPool;
  private final Executor pool;

  /**
   * Takes or makes the threads.
   *
   * @param threads how many shards to make, if none are given; 0 for one for each processor, at
   *     most eight
   * @param surroundings what turns end with
   */
  public NodeThreads(
      ReplicationEnvironment environment, int threads, Shard.Surroundings surroundings) {
    Executor givenPool = environment.executor();
    Executor writer =
        givenPool == null
            ? task -> Thread.ofVirtual().name("cairn-log-writer").start(task)
            : givenPool;
    if (givenPool == null) {
      ExecutorService made =
          Executors.newThreadPerTaskExecutor(
              Thread.ofVirtual().name("cairn-raft-background-", 0).factory());
      this.ownPool = made;
      this.pool = made;
    } else {
      this.ownPool = null;
      this.pool = givenPool;
    }
    List<Executor> given = environment.shards();
    if (given.isEmpty() && givenPool != null) {
      given = List.of(givenPool);
    }
    int count = given.isEmpty() ? countFor(threads) : given.size();
    for (int i = 0; i < count; i++) {
      shards.add(
          given.isEmpty()
              ? ownShard(i, writer, environment, surroundings)
              : new Shard(
                  i, given.get(i), writer, timerOf(given.get(i), environment), surroundings));
    }
  }

  private static int countFor(int threads) {
    return threads == 0
        ? Math.min(Runtime.getRuntime().availableProcessors(), MOST_SHARDS)
        : threads;
  }

  private Shard ownShard(
      int number,
      Executor writer,
      ReplicationEnvironment environment,
      Shard.Surroundings surroundings) {
    ShardThread thread = new ShardThread("cairn-raft-" + number, environment.nanos()).started();
    own.add(thread);
    ReplicationTimer timer = environment.timer();
    return new Shard(number, thread, writer, timer == null ? thread : timer, surroundings);
  }

  private static ReplicationTimer timerOf(Executor shard, ReplicationEnvironment environment) {
    ReplicationTimer timer = environment.timer();
    if (timer != null) {
      return timer;
    } else if (shard instanceof ScheduledExecutorService scheduled) {
      return new LoopTimer(scheduled);
    }
    throw new IllegalArgumentException(
        "the environment has no timer, and shards that cannot schedule");
  }

  /** A timer over a shard's own thread; once that is shut down, tasks are forgotten. */
  private record LoopTimer(ScheduledExecutorService loop) implements ReplicationTimer {
    @Override
    public void schedule(Runnable task, long delayNanos) {
      try {
        var _ = loop.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
      } catch (RejectedExecutionException closing) {
        LOG.debug("No timers any more: the node is closing", closing);
      }
    }
  }

  /** Runs what belongs to no replica set and may block. */
  public Executor pool() {
    return pool;
  }

  /** Runs such a task unless the node is closing. */
  public void execute(Runnable task) {
    try {
      pool.execute(task);
    } catch (RejectedExecutionException closing) {
      LOG.debug("No threads any more: the node is closing", closing);
    }
  }

  /** Returns the shard that a replica set belongs to. */
  public Shard shardOf(String replicaSet) {
    return shards.get(ReplicationEnvironment.shardOf(replicaSet, shards.size()));
  }

  public List<Shard> shards() {
    return Collections.unmodifiableList(shards);
  }

  /** Returns a timer for what belongs to no replica set. */
  public ReplicationTimer timer() {
    return shards.getFirst().timer();
  }

  /** Tells whether another thread works on what the caller may wait for. */
  public boolean areOwn() {
    return ownPool != null;
  }

  public void close() {
    own.forEach(ShardThread::close);
    if (ownPool != null) {
      ownPool.shutdown();
    }
  }
}
