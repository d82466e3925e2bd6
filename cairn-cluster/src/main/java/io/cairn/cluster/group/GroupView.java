// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import io.cairn.cluster.group.partition.Condition;
import io.cairn.cluster.group.state.GroupConfig;
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
 * @param condition what this node can do for the group, and what keeps it from more
 */
public record GroupView(
    String name,
    String uid,
    long version,
    GroupConfig config,
    Map<String, NodeView> nodes,
    long membershipUpdateTimeMicros,
    long localMembershipUpdateTimeMicros,
    Condition condition) {

  /** Tells whether this node can do whatever is asked of the group's documents. */
  public boolean available() {
    return condition.isWell();
  }

  /** Returns why it cannot; empty if it can. */
  public String reason() {
    return String.join("; ", condition.reasons());
  }
}
