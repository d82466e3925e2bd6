// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import java.time.Duration;

/** Measures the time that passes, from when it is made. Thread-safe. */
public final class TestStopwatch {

  private final long begun = System.nanoTime();

  /** Nanoseconds since this was made. */
  public long nanos() {
    return System.nanoTime() - begun;
  }

  /** Nanoseconds that are left of a time; negative when it is up. */
  long left(Duration limit) {
    return limit.toNanos() - nanos();
  }

  /** Lets time pass: a load has a rhythm, and a fault lasts, whatever happens meanwhile. */
  public static void pass(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
