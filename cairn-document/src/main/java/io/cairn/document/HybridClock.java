// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A hybrid logical clock: microseconds since the Unix epoch that never repeat and never go back.
 *
 * <p>It follows the wall clock while that moves forward, and counts on by single microseconds while
 * the wall clock stands still or was set back. Times of other nodes are taken in by {@link
 * #observe} so that whatever follows an observed event is stamped later than it (Kulkarni et al.,
 * "Logical Physical Clocks", 2014, with the counter folded into the microseconds). Thread-safe,
 * lock-free.
 */
public final class HybridClock {
  private final LongSupplier wallClockMicros;
  private final AtomicLong last = new AtomicLong();

  /**
   * Creates a clock over a wall clock.
   *
   * @param wallClockMicros gives microseconds since the Unix epoch; may step in either direction
   */
  public HybridClock(LongSupplier wallClockMicros) {
    this.wallClockMicros = wallClockMicros;
  }

  /** Returns the system's time in microseconds since the Unix epoch; it may step back. */
  public static long systemMicros() {
    Instant now = Instant.now();
    return TimeUnit.SECONDS.toMicros(now.getEpochSecond()) + now.getNano() / 1_000;
  }

  /** Returns a time later than every time this clock returned or observed before. */
  public long now() {
    long wall = wallClockMicros.getAsLong();
    long previous;
    long next;
    do {
      previous = last.get();
      next = Math.max(wall, previous + 1);
    } while (!last.compareAndSet(previous, next));
    return next;
  }

  /**
   * Makes every later {@link #now()} return more than {@code micros}. Lower values change nothing.
   */
  public void observe(long micros) {
    long previous = last.get();
    while (previous < micros && !last.compareAndSet(previous, micros)) {
      previous = last.get();
    }
  }

  /** Returns the latest time returned or observed, without advancing the clock. */
  public long latest() {
    return last.get();
  }
}
