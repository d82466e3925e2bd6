// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;

/** Time that passes only when it is told to, with all that is due in it, in one thread. */
final class SimulatedTime {

  /** Not at 0: nothing may take 0 for a time that is long past. */
  private long nowNanos = 1L << 40;

  private long sequence;
  private final PriorityQueue<Task> tasks = new PriorityQueue<>();

  private record Task(long due, long order, Runnable action) implements Comparable<Task> {
    @Override
    public int compareTo(Task other) {
      int byTime = Long.compare(due, other.due);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  long nanos() {
    return nowNanos;
  }

  long millis() {
    return nowNanos / 1_000_000;
  }

  void schedule(Runnable action, long delayNanos) {
    tasks.add(new Task(nowNanos + delayNanos, sequence++, action));
  }

  void advanceMillis(long millis) {
    long end = nowNanos + millis * 1_000_000;
    while (!tasks.isEmpty() && tasks.peek().due <= end) {
      runNext();
    }
    nowNanos = end;
  }

  /** Lets time pass until something holds, at most so long; returns whether it does. */
  boolean advanceUntil(BooleanSupplier condition, long limitMillis) {
    long end = nowNanos + limitMillis * 1_000_000;
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
    Task task = tasks.remove();
    nowNanos = Math.max(nowNanos, task.due);
    task.action.run();
  }
}
