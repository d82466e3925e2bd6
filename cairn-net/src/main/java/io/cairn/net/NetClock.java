// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import java.time.InstantSource;

/** The system's clocks, for servers and networks that are given no others. Stateless. */
public final class NetClock {
  private NetClock() {}

  /** Returns nanoseconds since no particular time: only differences mean something. */
  public static long nanoTime() {
    return System.nanoTime();
  }

  /** Returns the time of day. */
  public static InstantSource timeOfDay() {
    return InstantSource.system();
  }
}
