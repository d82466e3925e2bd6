// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.simulation;

import java.util.PriorityQueue;

/** The one queue of what is going to happen, and the true time, which moves from event to event. */
final class VirtualTime {

  static final long MICROS = 1_000;
  static final long MILLIS = 1_000_000;
  static final long SECONDS = 1_000_000_000;

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

  long now() {
    return now;
  }

  /** Returns how many events have happened. */
  long done() {
    return done;
  }

  void at(long time, Runnable task) {
    events.add(new Event(Math.max(time, now), scheduled++, task));
  }

  void after(long delay, Runnable task) {
    at(now + delay, task);
  }

  /** Lets the next event happen, if there is one before {@code end}; else it is {@code end} now. */
  boolean step(long end) {
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
}
