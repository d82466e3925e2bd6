// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import java.time.Duration;
import java.util.List;

/**
 * How eagerly members watch each other. All times are at least a millisecond.
 *
 * @param pingInterval how often a node probes one other
 * @param pingTimeout how long it waits before it asks others to probe for it; below the interval
 * @param pingRequestMembers how many others it asks
 * @param suspicionMultiplier a suspected member is given up after this number times the bit length
 *     of the number of members times the ping interval
 * @param gossipInterval how often news are passed on
 * @param gossipFanout to how many members each time
 * @param gossipRepeatMultiplier for how many rounds, times the bit length of the number of members
 * @param syncInterval how often a node compares its whole table with one member
 * @param seedInterval how often a node that knows nobody greets some seeds; one that knows others
 *     greets the seeds that are no members every {@code syncInterval}
 * @param metadataTimeout how long a member's metadata are waited for
 * @param leaveTimeout how long an orderly leave takes at most
 * @param maxMetadataBytes largest metadata of a node as they are sent; the tables of members that
 *     nodes compare hold no metadata and have a limit of their own
 * @param maxSeeds most addresses that are kept as seeds
 */
public record MembershipSettings(
    Duration pingInterval,
    Duration pingTimeout,
    int pingRequestMembers,
    int suspicionMultiplier,
    Duration gossipInterval,
    int gossipFanout,
    int gossipRepeatMultiplier,
    Duration syncInterval,
    Duration seedInterval,
    Duration metadataTimeout,
    Duration leaveTimeout,
    int maxMetadataBytes,
    int maxSeeds) {

  private static final int METADATA_BYTES = 4096;
  private static final int SEEDS = 1024;
  private static final Duration SHORTEST = Duration.ofMillis(1);
  private static final Duration LONGEST = Duration.ofMillis(Integer.MAX_VALUE);

  /** Checks the values; a refusal names the key. */
  public MembershipSettings {
    positive(pingInterval, "pingInterval");
    positive(pingTimeout, "pingTimeout");
    require(pingTimeout.compareTo(pingInterval) < 0, "pingTimeout", "below pingInterval");
    require(pingRequestMembers >= 0, "pingRequestMembers", "0 or more");
    require(suspicionMultiplier >= 1, "suspicionMultiplier", "at least 1");
    positive(gossipInterval, "gossipInterval");
    require(gossipFanout >= 1, "gossipFanout", "at least 1");
    require(gossipRepeatMultiplier >= 1, "gossipRepeatMultiplier", "at least 1");
    positive(syncInterval, "syncInterval");
    positive(seedInterval, "seedInterval");
    positive(metadataTimeout, "metadataTimeout");
    positive(leaveTimeout, "leaveTimeout");
    require(
        maxMetadataBytes >= 64 && maxMetadataBytes <= Announcement.MAX_BYTES,
        "maxMetadataBytes",
        "64 to " + Announcement.MAX_BYTES);
    require(maxSeeds >= 1 && maxSeeds <= 1 << 16, "maxSeeds", "1 to 65536");
  }

  private static void positive(Duration value, String key) {
    require(
        value.compareTo(SHORTEST) >= 0 && value.compareTo(LONGEST) <= 0,
        key,
        "1 ms to " + LONGEST.toMillis() + " ms");
  }

  private static void require(boolean valid, String key, String range) {
    if (!valid) {
      throw new IllegalArgumentException(key + " must be " + range);
    }
  }

  /**
   * Returns the values that Cairn uses unless told otherwise: a silent node of three is given up
   * after two to three seconds, while pauses of a third of a second give nobody up.
   */
  public static MembershipSettings defaults() {
    return of(millis(400, 250, 100, 2_000, 500, 1_000), 3, 2, 3, 2);
  }

  /** Returns values for nodes on one machine. */
  public static MembershipSettings local() {
    return of(millis(1_000, 200, 100, 15_000, 500, 1_000), 1, 3, 3, 2);
  }

  /** Returns values for a network whose delays are a few milliseconds. */
  public static MembershipSettings lan() {
    return of(millis(1_000, 500, 200, 30_000, 1_000, 3_000), 3, 5, 3, 3);
  }

  /** Returns values for wide area networks. */
  public static MembershipSettings wan() {
    return of(millis(5_000, 3_000, 200, 60_000, 3_000, 10_000), 3, 6, 4, 3);
  }

  /** Returns the names that {@link #preset} knows. */
  public static List<String> presets() {
    return List.of("defaults", "local", "lan", "wan");
  }

  /**
   * Returns the preset of a name.
   *
   * @throws IllegalArgumentException if there is none; the message lists those that there are
   */
  public static MembershipSettings preset(String name) {
    return switch (name) {
      case "defaults" -> defaults();
      case "local" -> local();
      case "lan" -> lan();
      case "wan" -> wan();
      default ->
          throw new IllegalArgumentException(
              "preset must be one of " + String.join(", ", presets()) + ", not " + name);
    };
  }

  /** Returns a builder that begins with these settings. */
  public MembershipSettingsBuilder toBuilder() {
    return new MembershipSettingsBuilder(this);
  }

  private static Duration[] millis(long... values) {
    Duration[] durations = new Duration[values.length];
    for (int i = 0; i < values.length; i++) {
      durations[i] = Duration.ofMillis(values[i]);
    }
    return durations;
  }

  private static MembershipSettings of(
      Duration[] times, int pingRequests, int suspicion, int fanout, int repeat) {
    return new MembershipSettings(
        times[0],
        times[1],
        pingRequests,
        suspicion,
        times[2],
        fanout,
        repeat,
        times[3],
        times[4],
        times[5],
        Duration.ofSeconds(3),
        METADATA_BYTES,
        SEEDS);
  }
}
