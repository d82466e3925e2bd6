// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * How often something took how long. Noting neither locks nor allocates; a reader may see a
 * duration's count before its sum. Thread-safe.
 */
public final class DurationHistogram {
  private static final long[] BOUNDS_MICROS = {
    100,
    250,
    500,
    1_000,
    2_500,
    5_000,
    10_000,
    25_000,
    50_000,
    100_000,
    250_000,
    500_000,
    1_000_000,
    2_500_000,
    10_000_000
  };

  private static final long[] BOUNDS_NANOS =
      LongStream.of(BOUNDS_MICROS).map(TimeUnit.MICROSECONDS::toNanos).toArray();

  private final LongAdder[] counts =
      Stream.generate(LongAdder::new).limit(BOUNDS_NANOS.length + 1L).toArray(LongAdder[]::new);

  private final LongAdder sumNanos = new LongAdder();

  /**
   * What was noted until some moment.
   *
   * @param counts for each of {@link #bounds} how many durations were no longer, and longer than
   *     the bound before; then how many were longer than all bounds
   * @param sumNanos all durations together
   */
  public record Durations(List<Long> counts, long sumNanos) {}

  /** The bounds in seconds, ascending; from a tenth of a millisecond to ten seconds. */
  public static List<Double> bounds() {
    return LongStream.of(BOUNDS_MICROS).mapToObj(micros -> micros / 1e6).toList();
  }

  /** Notes a duration, in nanoseconds. */
  public void note(long nanos) {
    int bin = 0;
    while (bin < BOUNDS_NANOS.length && nanos > BOUNDS_NANOS[bin]) {
      bin++;
    }
    counts[bin].increment();
    sumNanos.add(nanos);
  }

  /** Notes something that took next to no time: nobody has looked at a clock. */
  public void noteInstant() {
    counts[0].increment();
  }

  /** Returns what was noted. */
  public Durations durations() {
    return new Durations(
        Stream.of(counts).map(LongAdder::sum).toList(), Math.max(0, sumNanos.sum()));
  }
}
