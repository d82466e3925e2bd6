// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.model;

import io.cairn.document.HybridClock;
import io.cairn.service.Utils;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The clocks of a host, handed down from where its parts are put together.
 *
 * @param changes gives times to changes; never the same twice
 * @param wallMicros microseconds since 1970; may be set back
 * @param nanoTime only goes forward: for how long something takes
 */
public record HostClock(HybridClock changes, LongSupplier wallMicros, LongSupplier nanoTime) {

  /** The clocks of this machine. */
  public static HostClock system() {
    return new HostClock(
        new HybridClock(Utils::getSystemNowMicrosUtc),
        Utils::getSystemNowMicrosUtc,
        System::nanoTime);
  }

  /**
   * Clocks that are ahead of these by what may grow.
   *
   * @param aheadMicros by how many microseconds
   */
  public HostClock ahead(LongSupplier aheadMicros) {
    LongSupplier wall = () -> wallMicros.getAsLong() + aheadMicros.getAsLong();
    return new HostClock(
        new HybridClock(wall),
        wall,
        () -> nanoTime.getAsLong() + TimeUnit.MICROSECONDS.toNanos(aheadMicros.getAsLong()));
  }

  /** The wall clock of this machine, for what takes it as one. */
  public static Clock wall() {
    return Clock.systemUTC();
  }

  /** Microseconds since 1970. */
  public long micros() {
    return wallMicros.getAsLong();
  }

  /** Nanoseconds since some moment. */
  public long nanos() {
    return nanoTime.getAsLong();
  }

  /** How many microseconds have gone by since a moment of {@link #nanos}. */
  public long microsSince(long nanos) {
    return (nanos() - nanos) / 1000;
  }
}
