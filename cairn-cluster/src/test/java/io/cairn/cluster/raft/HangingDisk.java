// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.simulation.WatchedFiles;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;

/** How a disk behaves, and the threads beside the shard's, which may wait for it. */
final class HangingDisk implements WatchedFiles.Watcher, Executor {

  private final List<String> events;
  private final LongConsumer clock;
  private final Queue<Runnable> tasks = new ArrayDeque<>();

  /** How long an fsync takes. */
  long syncNanos;

  /** Whether the other threads stand still. */
  boolean hangs;

  HangingDisk(List<String> events, LongConsumer clock) {
    this.events = events;
    this.clock = clock;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  /** Returns what such a thread does next, or null. */
  Runnable next() {
    return hangs ? null : tasks.poll();
  }

  /** One of the threads does its work, and nobody has taken note of it yet. */
  void goOnOnce() {
    tasks.remove().run();
  }

  void forget() {
    tasks.clear();
  }

  @Override
  public void before(String operation) {
    if (operation.equals("force")) {
      events.add("fsync begins");
      clock.accept(syncNanos);
    }
  }

  @Override
  public void forced() {
    events.add("fsync has ended");
  }
}
