// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import java.time.Duration;

/** Checks the values of options; a refusal names the one that is out of range, and the range. */
public final class Ranges {
  private static final Duration SHORTEST = Duration.ofMillis(1);
  private static final Duration LONGEST = Duration.ofMillis(Integer.MAX_VALUE);

  private Ranges() {}

  /** Refuses a value below the least. */
  public static void atLeast(String key, long value, long least) {
    require(value >= least, key, "at least " + least + ", not " + value);
  }

  /** Refuses a value out of a range. */
  public static void between(String key, long value, long least, long most) {
    require(value >= least && value <= most, key, least + " to " + most + ", not " + value);
  }

  /** Refuses a time below a millisecond. */
  public static void time(String key, Duration value) {
    require(value.compareTo(SHORTEST) >= 0, key, "at least 1 ms, not " + value);
  }

  /** Refuses a time that timers cannot count in milliseconds. */
  public static void timer(String key, Duration value) {
    require(
        value.compareTo(SHORTEST) >= 0 && value.compareTo(LONGEST) <= 0,
        key,
        "1 ms to " + LONGEST.toMillis() + " ms, not " + value);
  }

  /**
   * Refuses what does not hold.
   *
   * @param range what the value must be
   * @throws IllegalArgumentException saying so
   */
  public static void require(boolean valid, String key, String range) {
    if (!valid) {
      throw new IllegalArgumentException(key + " must be " + range);
    }
  }
}
