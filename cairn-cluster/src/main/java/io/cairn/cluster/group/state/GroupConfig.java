// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.state;

/**
 * What operators set for a whole group; replicated by consensus.
 *
 * @param nodeRemovalDelayMicros how long a dead node stays a member, in microseconds
 * @param stableGroupMaintenanceIntervalCount maintenance intervals without a change after which the
 *     group counts as settled
 * @param membershipQuorum how many live members the group needs to be available; less than a
 *     majority has no effect
 * @param locationQuorum kept for clients that set it; 1 by default
 */
public record GroupConfig(
    long nodeRemovalDelayMicros,
    int stableGroupMaintenanceIntervalCount,
    int membershipQuorum,
    int locationQuorum) {

  /** Checks the ranges; a refusal names the field. */
  public GroupConfig {
    require(nodeRemovalDelayMicros >= 0, "nodeRemovalDelayMicros must not be negative");
    require(
        stableGroupMaintenanceIntervalCount >= 0,
        "stableGroupMaintenanceIntervalCount must not be negative");
    require(membershipQuorum >= 1, "membershipQuorum must be at least 1");
    require(locationQuorum >= 1, "locationQuorum must be at least 1");
  }

  private static void require(boolean valid, String message) {
    if (!valid) {
      throw new IllegalArgumentException(message);
    }
  }

  /** Returns the defaults: an hour, five intervals, a quorum of one. */
  public static GroupConfig defaults() {
    return new GroupConfig(3_600_000_000L, 5, 1, 1);
  }
}
