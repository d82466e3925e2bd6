// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

/** The machine's clock that only goes forward, for those that are given no other. */
public final class MonotonicClock {
  private MonotonicClock() {}

  /** Returns nanoseconds since some moment. */
  public static long nanoTime() {
    return System.nanoTime();
  }
}
