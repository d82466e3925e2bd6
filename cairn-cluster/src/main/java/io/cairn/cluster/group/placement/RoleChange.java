// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.placement;

import io.cairn.cluster.group.state.NodeRecord;
import io.cairn.cluster.group.state.NodeRole;
import io.cairn.cluster.group.state.SystemState;
import java.util.List;
import java.util.function.Predicate;

/**
 * Decides whether a member may change its role. A voter that becomes an observer is taken out of
 * each consensus group and comes back as a learner, so whoever is left must do without it
 * meanwhile.
 *
 * @param nodeId the member
 * @param role its new role
 * @param isAlive who lives
 */
public record RoleChange(String nodeId, NodeRole role, Predicate<String> isAlive) {

  /**
   * Returns the state with the change; the same if the member has that role.
   *
   * @throws IllegalStateException if it may not be, with the reason
   */
  public SystemState in(SystemState state, long micros) {
    NodeRecord node = state.nodes().get(nodeId);
    require(node != null, "node " + nodeId + " is no member of this group");
    if (node == null || node.role() == role) {
      return state;
    }
    require(isAlive.test(nodeId), "node " + nodeId + " does not live; start it, or remove it");
    SystemState changed = state.withNode(node.as(role, micros));
    List<String> voters = Placement.everywhereVoters(changed);
    require(
        !voters.isEmpty(),
        "node " + nodeId + " is the only PEER; make another member a PEER before");
    long alive = voters.stream().filter(isAlive).count();
    require(
        alive > voters.size() / 2,
        "only %d of the %d members that would vote live (%s); a majority is needed"
            .formatted(alive, voters.size(), String.join(", ", voters)));
    for (NodeRecord other : state.nodes().values()) {
      require(
          other.id().equals(nodeId) || !other.synchronizing() || !isAlive.test(other.id()),
          "node "
              + other.id()
              + " is still being brought up to date; one at a time, try again later");
    }
    return changed;
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalStateException(otherwise);
    }
  }
}
