// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.raft.message.NodeEndpoint;
import io.microraft.RaftEndpoint;
import io.microraft.RaftNode;
import io.microraft.report.RaftGroupMembers;
import io.microraft.report.RaftTerm;
import java.util.Collection;
import java.util.List;

/**
 * What this node knows of its replica set at one moment.
 *
 * @param term the term
 * @param leading whether this node leads in it
 * @param otherVoters the other voters
 * @param others all other members
 * @param quorum the least number of voters, this node among them, such that every election must ask
 *     one of them
 * @param alone whether this node leads, is the only member, and no change of that is under way
 */
record EngineView(
    int term,
    boolean leading,
    List<String> otherVoters,
    List<String> others,
    int quorum,
    boolean alone) {

  static EngineView of(RaftNode node) {
    RaftTerm term = node.getTerm();
    RaftGroupMembers members = node.getEffectiveMembers();
    boolean changing = node.getCommittedMembers().getLogIndex() != members.getLogIndex();
    RaftEndpoint local = node.getLocalEndpoint();
    int voters = members.getVotingMembers().size();
    int majority = voters / 2 + 1;
    // Of two voters, each is in the way of the other's election.
    int quorum = voters == 2 && !changing ? 1 : majority;
    boolean leading = local.equals(term.getLeaderEndpoint());
    boolean votes = members.getVotingMembers().contains(local);
    return new EngineView(
        term.getTerm(),
        leading,
        others(members.getVotingMembers(), local),
        others(members.getMembers(), local),
        votes ? quorum : quorum + 1,
        leading && !changing && List.copyOf(members.getMembers()).equals(List.of(local)));
  }

  private static List<String> others(Collection<RaftEndpoint> nodes, RaftEndpoint local) {
    return nodes.stream()
        .filter(node -> !node.equals(local) && !node.equals(NodeEndpoint.ABSENT))
        .map(NodeEndpoint::idOf)
        .toList();
  }
}
