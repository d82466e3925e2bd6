// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft.thread;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.LongSupplier;

/**
 * A clock that runs faster than time by a constant factor and ignores steps of the wall clock. Only
 * differences of its readings mean anything.
 */
public final class ScaledClock extends Clock {

  /** The engine takes 0 for the time of a heartbeat never received, which must be long ago. */
  private static final long BEGIN = 1_000_000_000L;

  private final LongSupplier nanos;
  private final int factor;
  private final long start;

  public ScaledClock(LongSupplier nanos, int factor) {
    this.nanos = nanos;
    this.factor = factor;
    this.start = nanos.getAsLong();
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }

  @Override
  public long millis() {
    return BEGIN + (nanos.getAsLong() - start) / 1_000_000 * factor;
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(millis());
  }
}
