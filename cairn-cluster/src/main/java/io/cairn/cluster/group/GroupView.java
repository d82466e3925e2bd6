// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import java.util.Map;

/**
 * A group as this node sees it, at one moment.
 *
 * @param name the group's name
 * @param uid tells apart groups of the same name that came to be separately
 * @param version counts the changes of the group
 * @param config what operators set
 * @param nodes the members by id, this node among them
 * @param membershipUpdateTimeMicros when membership last changed; equal on all members that agree
 * @param localMembershipUpdateTimeMicros when this node last saw a change
 * @param available whether enough members live and each partition has a leader
 * @param reason why it is not available; empty if it is
 */
public record GroupView(
    String name,
    String uid,
    long version,
    GroupConfig config,
    Map<String, NodeView> nodes,
    long membershipUpdateTimeMicros,
    long localMembershipUpdateTimeMicros,
    boolean available,
    String reason) {

  /** Returns the same group, not available for some reason. */
  public GroupView unavailable(String why) {
    return new GroupView(
        name,
        uid,
        version,
        config,
        nodes,
        membershipUpdateTimeMicros,
        localMembershipUpdateTimeMicros,
        false,
        why);
  }
}
