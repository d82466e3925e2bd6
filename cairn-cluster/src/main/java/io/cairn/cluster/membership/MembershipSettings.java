// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import static io.cairn.net.Ranges.atLeast;
import static io.cairn.net.Ranges.between;
import static io.cairn.net.Ranges.require;
import static io.cairn.net.Ranges.timer;

import io.soabase.recordbuilder.core.RecordBuilder;
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
@RecordBuilder
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
    int maxSeeds)
    implements MembershipSettingsBuilder.With {

  /** Checks the values; a refusal names the key. */
  public MembershipSettings {
    timer("pingInterval", pingInterval);
    timer("pingTimeout", pingTimeout);
    require(pingTimeout.compareTo(pingInterval) < 0, "pingTimeout", "below pingInterval");
    atLeast("pingRequestMembers", pingRequestMembers, 0);
    atLeast("suspicionMultiplier", suspicionMultiplier, 1);
    timer("gossipInterval", gossipInterval);
    atLeast("gossipFanout", gossipFanout, 1);
    atLeast("gossipRepeatMultiplier", gossipRepeatMultiplier, 1);
    timer("syncInterval", syncInterval);
    timer("seedInterval", seedInterval);
    timer("metadataTimeout", metadataTimeout);
    timer("leaveTimeout", leaveTimeout);
    between("maxMetadataBytes", maxMetadataBytes, 64, Announcement.MAX_BYTES);
    between("maxSeeds", maxSeeds, 1, 1 << 16);
  }

  /**
   * Returns the values that Cairn uses unless told otherwise: a silent node of three is given up
   * after two to three seconds, while pauses of a third of a second give nobody up.
   */
  public static MembershipSettings defaults() {
    return MembershipSettingsBuilder.builder()
        .pingInterval(Duration.ofMillis(400))
        .pingTimeout(Duration.ofMillis(250))
        .pingRequestMembers(3)
        .suspicionMultiplier(2)
        .gossipInterval(Duration.ofMillis(100))
        .gossipFanout(3)
        .gossipRepeatMultiplier(2)
        .syncInterval(Duration.ofSeconds(2))
        .seedInterval(Duration.ofMillis(500))
        .metadataTimeout(Duration.ofSeconds(1))
        .leaveTimeout(Duration.ofSeconds(3))
        .maxMetadataBytes(4096)
        .maxSeeds(1024)
        .build();
  }

  /** Returns values for nodes on one machine. */
  public static MembershipSettings local() {
    return defaults()
        .with(
            local ->
                local
                    .pingInterval(Duration.ofSeconds(1))
                    .pingTimeout(Duration.ofMillis(200))
                    .pingRequestMembers(1)
                    .suspicionMultiplier(3)
                    .syncInterval(Duration.ofSeconds(15)));
  }

  /** Returns values for a network whose delays are a few milliseconds. */
  public static MembershipSettings lan() {
    return defaults()
        .with(
            lan ->
                lan.pingInterval(Duration.ofSeconds(1))
                    .pingTimeout(Duration.ofMillis(500))
                    .suspicionMultiplier(5)
                    .gossipInterval(Duration.ofMillis(200))
                    .gossipRepeatMultiplier(3)
                    .syncInterval(Duration.ofSeconds(30))
                    .seedInterval(Duration.ofSeconds(1))
                    .metadataTimeout(Duration.ofSeconds(3)));
  }

  /** Returns values for wide area networks. */
  public static MembershipSettings wan() {
    return lan()
        .with(
            wan ->
                wan.pingInterval(Duration.ofSeconds(5))
                    .pingTimeout(Duration.ofSeconds(3))
                    .suspicionMultiplier(6)
                    .gossipFanout(4)
                    .syncInterval(Duration.ofSeconds(60))
                    .seedInterval(Duration.ofSeconds(3))
                    .metadataTimeout(Duration.ofSeconds(10)));
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
}
