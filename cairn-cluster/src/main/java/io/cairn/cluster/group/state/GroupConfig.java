// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.state;

import static io.cairn.net.Ranges.atLeast;

import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * What operators set for a whole group; replicated by consensus.
 *
 * @param nodeRemovalDelayMicros how long a dead node stays a member, in microseconds
 * @param stableGroupMaintenanceIntervalCount maintenance intervals without a change after which the
 *     group counts as settled
 * @param membershipQuorum how many live members the group needs to be available; less than a
 *     majority has no effect
 * @param locationQuorum kept for clients that set it; 1 by default
 * @param restoring what is being restored into the group, which serves nobody until that has ended;
 *     empty if nothing is
 */
@RecordBuilder
public record GroupConfig(
    long nodeRemovalDelayMicros,
    int stableGroupMaintenanceIntervalCount,
    int membershipQuorum,
    int locationQuorum,
    String restoring)
    implements GroupConfigBuilder.With {

  /** Checks the ranges; a refusal names the field. */
  public GroupConfig {
    atLeast("nodeRemovalDelayMicros", nodeRemovalDelayMicros, 0);
    atLeast("stableGroupMaintenanceIntervalCount", stableGroupMaintenanceIntervalCount, 0);
    atLeast("membershipQuorum", membershipQuorum, 1);
    atLeast("locationQuorum", locationQuorum, 1);
  }

  /** Into this group nothing is being restored. */
  public GroupConfig(
      long nodeRemovalDelayMicros,
      int stableGroupMaintenanceIntervalCount,
      int membershipQuorum,
      int locationQuorum) {
    this(
        nodeRemovalDelayMicros,
        stableGroupMaintenanceIntervalCount,
        membershipQuorum,
        locationQuorum,
        "");
  }

  /** Tells whether a restore into the group has begun and not ended. */
  public boolean isRestoring() {
    return !restoring.isEmpty();
  }

  /** Returns the defaults: an hour, five intervals, a quorum of one. */
  public static GroupConfig defaults() {
    return new GroupConfig(3_600_000_000L, 5, 1, 1);
  }
}
