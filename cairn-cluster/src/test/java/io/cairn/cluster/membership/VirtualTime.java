// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.PriorityQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/**
 * A clock that moves only when it is told to, with the timers of all nodes in one thread. A node
 * can be paused: its tasks then run late, as those of a stopped process do.
 */
final class VirtualTime implements InstantSource {

  private final PriorityQueue<Task> tasks = new PriorityQueue<>();
  private long nowNanos;
  private long sequence;

  private static final class Task implements Comparable<Task>, Disposable {
    final Node node;
    final Runnable action;
    final long periodNanos;
    final long order;
    long due;
    boolean disposed;

    Task(Node node, Runnable action, long due, long periodNanos, long order) {
      this.node = node;
      this.action = action;
      this.due = due;
      this.periodNanos = periodNanos;
      this.order = order;
    }

    @Override
    public int compareTo(Task other) {
      int byTime = Long.compare(due, other.due);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }

    @Override
    public void dispose() {
      disposed = true;
    }

    @Override
    public boolean isDisposed() {
      return disposed;
    }
  }

  /** The timers of one node. */
  final class Node implements Scheduler {
    private boolean ended;
    private long pausedUntil;

    void pause(Duration pause) {
      pausedUntil = nowNanos + pause.toNanos();
    }

    @Override
    public Disposable schedule(Runnable task) {
      return schedule(task, 0, TimeUnit.NANOSECONDS);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
      return add(task, unit.toNanos(delay), 0);
    }

    @Override
    public Disposable schedulePeriodically(
        Runnable task, long delay, long period, TimeUnit unit) {
      return add(task, unit.toNanos(delay), unit.toNanos(period));
    }

    private Task add(Runnable action, long delayNanos, long periodNanos) {
      if (ended) {
        throw new RejectedExecutionException("the node has ended");
      }
      Task task = new Task(this, action, nowNanos + delayNanos, periodNanos, sequence++);
      tasks.add(task);
      return task;
    }

    @Override
    public Worker createWorker() {
      return new NodeWorker(this);
    }

    @Override
    public long now(TimeUnit unit) {
      return unit.convert(nowNanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void dispose() {
      ended = true;
      tasks.removeIf(task -> task.node == this);
    }

    @Override
    public boolean isDisposed() {
      return ended;
    }
  }

  private record NodeWorker(Node node, Disposable.Composite tasks) implements Scheduler.Worker {

    NodeWorker(Node node) {
      this(node, Disposables.composite());
    }

    @Override
    public Disposable schedule(Runnable task) {
      return node.schedule(task);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
      Disposable scheduled = node.schedule(task, delay, unit);
      tasks.add(scheduled);
      return scheduled;
    }

    @Override
    public void dispose() {
      tasks.dispose();
    }

    @Override
    public boolean isDisposed() {
      return tasks.isDisposed();
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
    var _ = node().schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS);
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
    if (task.disposed) {
      return;
    }
    if (task.node.pausedUntil > nowNanos) {
      task.due = task.node.pausedUntil;
      tasks.add(task);
      return;
    }
    task.action.run();
    if (task.periodNanos > 0 && !task.disposed && !task.node.ended) {
      task.due = Math.max(nowNanos, task.due + task.periodNanos);
      tasks.add(task);
    }
  }
}
