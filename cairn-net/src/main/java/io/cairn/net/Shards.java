// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The shards of a node: event loops of one thread each. A shard reads and writes a lane to each
 * peer and runs the replica sets whose messages come over it. It may wait for the disk of the log,
 * so nothing that must not wait for a disk belongs on one. A shard without work sleeps.
 * Thread-safe.
 */
public final class Shards implements AutoCloseable {
  /** More would only share the disk, and the connections between two nodes, among them. */
  private static final int MOST = 4;

  private static final long CLOSING_SECONDS = 5;

  private final List<EventLoop> loops = new ArrayList<>();
  private final List<EventLoopGroup> groups = new ArrayList<>();

  private Shards(int count) {
    for (int i = 0; i < count; i++) {
      EventLoopGroup group = EventLoops.of(1, "cairn-shard-" + i);
      groups.add(group);
      loops.add(group.next());
    }
  }

  /** Makes no shard: all traffic with peers goes over their control lanes. */
  public static Shards none() {
    return new Shards(0);
  }

  /** Makes so many, whose threads start with their first task. */
  public static Shards of(int count) {
    Ranges.atLeast("shards", count, 1);
    return new Shards(count);
  }

  /** Makes one for each processor, and not more than a few. */
  public static Shards forThisMachine() {
    return of(Math.min(Runtime.getRuntime().availableProcessors(), MOST));
  }

  /** Returns how many there are. */
  public int count() {
    return loops.size();
  }

  /**
   * Returns what runs tasks on each: one after the other, in the order in which they come, at once
   * or later.
   */
  public List<ScheduledExecutorService> executors() {
    return List.copyOf(loops);
  }

  /** Returns the event loop of the shard with a number, from 0. */
  public EventLoop loop(int shard) {
    return loops.get(shard);
  }

  /** Ends them when they have done what they were given. Waits for that, bounded in time. */
  @Override
  public void close() {
    groups.stream()
        .map(group -> group.shutdownGracefully(0, CLOSING_SECONDS, TimeUnit.SECONDS))
        .toList()
        .forEach(ended -> ended.awaitUninterruptibly(CLOSING_SECONDS, TimeUnit.SECONDS));
  }
}
