// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli.login;

import java.time.InstantSource;

/** The time of day, for commands that are given no other. Stateless. */
public final class WallClock {
  private WallClock() {}

  /** Returns the time of day. */
  public static InstantSource timeOfDay() {
    return InstantSource.system();
  }
}
