// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.disk;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** Holds up whoever reads more bytes in a second than it may. Used by one thread. */
public final class BytePace {
  private static final double NANOS = 1e9;

  private final long bytesPerSecond;
  private final LongSupplier nanos;
  private final long began;
  private long read;

  /**
   * A pace that begins now.
   *
   * @param nanos a clock that only goes forwards
   */
  public BytePace(long bytesPerSecond, LongSupplier nanos) {
    this.bytesPerSecond = bytesPerSecond;
    this.nanos = nanos;
    this.began = nanos.getAsLong();
  }

  /** Waits as long as what was read until now should have taken. */
  public void spend(long bytes) {
    read += bytes;
    long ahead = (long) (read * NANOS / bytesPerSecond) - (nanos.getAsLong() - began);
    if (ahead > NANOS / 100) {
      LockSupport.parkNanos(ahead);
    }
  }
}
