// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * Measures the time that passes, from when it is made. Waits, too: what other processes do is known
 * by asking them again and again only. Thread-safe.
 */
public final class Stopwatch {

  private final long begun = System.nanoTime();

  /** Something that comes true sooner or later. */
  @FunctionalInterface
  interface Condition<E extends Exception> {
    boolean holds() throws E, InterruptedException;
  }

  /** The time of day. */
  static Instant timeOfDay() {
    return Instant.now();
  }

  /** Nanoseconds since this was made. */
  public long nanos() {
    return System.nanoTime() - begun;
  }

  long millis() {
    return TimeUnit.NANOSECONDS.toMillis(nanos());
  }

  /** Asks until something holds; false if it never does within a time, from the beginning on. */
  <E extends Exception> boolean await(Duration limit, Duration pause, Condition<E> condition)
      throws E, InterruptedException {
    while (!condition.holds()) {
      if (nanos() > limit.toNanos()) {
        return false;
      }
      pause(pause);
    }
    return true;
  }

  /** Waits. */
  public static void pause(Duration time) throws InterruptedException {
    Thread.sleep(time);
  }
}
