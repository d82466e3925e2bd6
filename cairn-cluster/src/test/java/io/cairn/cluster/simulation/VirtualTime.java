// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.simulation;

import java.time.Duration;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;

/**
 * The one queue of what is going to happen, and the true time, which moves from event to event.
 * What is due at the same time happens in the order in which it was put there. For one thread.
 */
public final class VirtualTime {

  public static final long MICROS = 1_000;
  public static final long MILLIS = 1_000_000;
  public static final long SECONDS = 1_000_000_000;

  private record Event(long at, long sequence, Runnable task) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(at, other.at);
      return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
    }
  }

  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private long now;
  private long scheduled;
  private long done;

  /** Time that begins at 0. */
  public VirtualTime() {
    this(0);
  }

  /** Time that begins at some nanosecond. */
  public VirtualTime(long begin) {
    now = begin;
  }

  /** Returns the nanosecond that it is. */
  public long now() {
    return now;
  }

  /** Returns the millisecond that it is. */
  public long millis() {
    return now / MILLIS;
  }

  /** Returns how many events have happened. */
  long done() {
    return done;
  }

  /** Lets something happen at a time, or at once if that is past. */
  public void at(long time, Runnable task) {
    events.add(new Event(Math.max(time, now), scheduled++, task));
  }

  /** Lets something happen after a delay. */
  public void after(long delay, Runnable task) {
    at(now + delay, task);
  }

  /** Lets the next event happen, if there is one before {@code end}; else it is {@code end} now. */
  public boolean step(long end) {
    Event next = events.peek();
    if (next == null || next.at > end) {
      now = Math.max(now, end);
      return false;
    }
    events.poll();
    now = next.at;
    done++;
    next.task.run();
    return true;
  }

  /** Lets time pass, with all that is due in it. */
  public void advanceMillis(long millis) {
    advance(Duration.ofMillis(millis));
  }

  /** Lets time pass, with all that is due in it. */
  public void advance(Duration duration) {
    long end = now + duration.toNanos();
    while (step(end)) {
      // Each step is one event.
    }
  }

  /** Lets time pass until something holds, at most so long; returns whether it does. */
  public boolean advanceUntil(BooleanSupplier condition, Duration limit) {
    long end = now + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (!step(end)) {
        return condition.getAsBoolean();
      }
    }
    return true;
  }
}
