// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.MemberChange;
import io.cairn.cluster.MembershipConflictException;
import io.cairn.cluster.raft.message.Models;
import io.cairn.cluster.raft.message.NodeEndpoint;
import io.microraft.MembershipChangeMode;
import io.microraft.RaftEndpoint;
import io.microraft.RaftNode;
import io.microraft.model.groupop.UpdateRaftGroupMembersOp;
import io.microraft.report.RaftGroupMembers;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Steps from one configuration to the next. The engine's own task for this allows two learners only
 * and never again a node that the group began with; what it checks for safety (one change at a
 * time, none before an entry of the leader's term is committed) it checks for any proposal.
 */
final class MemberSteps {

  private MemberSteps() {}

  /**
   * Returns the operation that leads from the present configuration to the next.
   *
   * @throws MembershipConflictException if the change makes no sense
   */
  static UpdateRaftGroupMembersOp next(
      RaftNode node, Models models, NodeEndpoint endpoint, MemberChange change) {
    RaftGroupMembers now = node.getEffectiveMembers();
    if (now.getLogIndex() != node.getCommittedMembers().getLogIndex()) {
      throw new MembershipConflictException("another change of members is under way", null);
    }
    String nodeId = endpoint.nodeId();
    require(!endpoint.equals(NodeEndpoint.ABSENT), nodeId + " is no node's name");
    Set<RaftEndpoint> members = new LinkedHashSet<>(now.getMembers());
    Set<RaftEndpoint> voters = new LinkedHashSet<>(now.getVotingMembers());
    members.remove(NodeEndpoint.ABSENT);
    voters.remove(NodeEndpoint.ABSENT);
    MembershipChangeMode mode =
        switch (change) {
          case ADD_LEARNER -> {
            require(members.add(endpoint), nodeId + " is a member already");
            yield MembershipChangeMode.ADD_LEARNER;
          }
          case ADD_OR_PROMOTE_VOTER -> {
            require(voters.add(endpoint), nodeId + " is a voter already");
            members.add(endpoint);
            yield MembershipChangeMode.ADD_OR_PROMOTE_TO_FOLLOWER;
          }
          case REMOVE -> {
            require(members.remove(endpoint), nodeId + " is no member");
            voters.remove(endpoint);
            require(!voters.isEmpty(), nodeId + " is the only voter");
            yield MembershipChangeMode.REMOVE_MEMBER;
          }
        };
    Set<RaftEndpoint> odd = NodeEndpoint.madeOdd(voters);
    members.addAll(odd);
    return models
        .createUpdateRaftGroupMembersOpBuilder()
        .setMembers(members)
        .setVotingMembers(odd)
        .setEndpoint(endpoint)
        .setMode(mode)
        .build();
  }

  private static void require(boolean sensible, String otherwise) {
    if (!sensible) {
      throw new MembershipConflictException(otherwise, null);
    }
  }
}
