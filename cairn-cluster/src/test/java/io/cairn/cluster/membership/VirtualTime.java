// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A clock that moves only when it is told to, with the timers of all nodes in one thread. A node
 * can be paused: its tasks then run late, as those of a stopped process do.
 */
final class VirtualTime implements InstantSource {

  private final PriorityQueue<Task> tasks = new PriorityQueue<>();
  private long nowNanos;
  private long sequence;

  private static final class Task implements Comparable<Task> {
    final Node node;
    final Runnable action;
    final long order;
    long due;

    Task(Node node, Runnable action, long due, long order) {
      this.node = node;
      this.action = action;
      this.due = due;
      this.order = order;
    }

    @Override
    public int compareTo(Task other) {
      int byTime = Long.compare(due, other.due);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  /** The timers of one node. */
  final class Node implements SwimTimers {
    private boolean ended;
    private long pausedUntil;

    void pause(Duration pause) {
      pausedUntil = nowNanos + pause.toNanos();
    }

    @Override
    public long nanoTime() {
      return nowNanos;
    }

    @Override
    public void after(Duration delay, Runnable task) {
      if (!ended) {
        tasks.add(new Task(this, task, nowNanos + delay.toNanos(), sequence++));
      }
    }

    @Override
    public void close() {
      ended = true;
      tasks.removeIf(task -> task.node == this);
    }
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochSecond(0, nowNanos);
  }

  long nowMillis() {
    return TimeUnit.NANOSECONDS.toMillis(nowNanos);
  }

  Node node() {
    return new Node();
  }

  /** Has something happen after a while, whoever may be paused. */
  void after(Duration delay, Runnable action) {
    node().after(delay, action);
  }

  /** Lets time pass, and everything that is due in it happen. */
  void advance(Duration duration) {
    long end = nowNanos + duration.toNanos();
    while (!tasks.isEmpty() && tasks.peek().due <= end) {
      runNext();
    }
    nowNanos = end;
  }

  /** Lets time pass until something holds, at most so long; returns whether it does. */
  boolean advanceUntil(BooleanSupplier condition, Duration limit) {
    long end = nowNanos + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (tasks.isEmpty() || tasks.peek().due > end) {
        nowNanos = end;
        return condition.getAsBoolean();
      }
      runNext();
    }
    return true;
  }

  private void runNext() {
    Task task = tasks.poll();
    nowNanos = Math.max(nowNanos, task.due);
    if (task.node.pausedUntil > nowNanos) {
      task.due = task.node.pausedUntil;
      tasks.add(task);
      return;
    }
    task.action.run();
  }
}
