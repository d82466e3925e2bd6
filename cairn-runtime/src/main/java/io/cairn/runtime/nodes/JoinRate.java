// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.nodes;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How often requests may have a host dial an address that they name: enough for the members of a
 * group at once, and too little to look through a network with. Thread-safe; guarded by this.
 */
public final class JoinRate {
  /** A group has 49 nodes at most. */
  static final int BURST = 50;

  private static final long NANOS_EACH = Duration.ofSeconds(2).toNanos();

  private final LongSupplier nanoTime;
  private long left = BURST;
  private long countedAt;

  /** Begins with all there is. */
  public JoinRate(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.countedAt = nanoTime.getAsLong();
  }

  /** Takes one; returns whether there was one left. */
  synchronized boolean take() {
    long earned = (nanoTime.getAsLong() - countedAt) / NANOS_EACH;
    left = Math.min(BURST, left + earned);
    countedAt += earned * NANOS_EACH;
    if (left == 0) {
      return false;
    }
    left--;
    return true;
  }
}
