// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.raft.GroupMessage.Engine;
import io.microraft.MembershipChangeMode;
import io.microraft.RaftEndpoint;
import io.microraft.model.log.LogEntry;
import io.microraft.model.message.AppendEntriesFailureResponse;
import io.microraft.model.message.AppendEntriesRequest;
import io.microraft.model.message.AppendEntriesSuccessResponse;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a follower says when it refuses an append: where its log ends and what it has committed. */
class RefusalTest {

  private static final int TERM = 1;

  /**
   * The engine applies changes of members by itself. A leader that took the entry before for the
   * last one committed would look for a match there, and the engine would set its commit index back.
   */
  @Test
  void refusalCountsCommittedChangesOfMembers() {
    ScriptedPeers peers = new ScriptedPeers(3);
    peers.says(
        "n2", peers.append("n2", TERM, ScriptedPeers.beginning(), 0, "a command"));
    LogEntry last = ScriptedPeers.entry(TERM, 1, "");
    peers.says("n2", withEntry(peers.append("n2", TERM, last, 2), addition(peers)));
    assertThat(peers.applied).containsExactly("a command");

    LogEntry unknown = ScriptedPeers.entry(TERM + 1, 9, "");
    peers.says("n3", peers.append("n3", TERM + 1, unknown, 9));
    peers.pass(5);
    Engine refusal = peers.engineTo("n3").getLast();
    assertThat(refusal.message()).isInstanceOf(AppendEntriesFailureResponse.class);
    assertThat(refusal.committed()).isEqualTo(2);
    assertThat(refusal.lastIndex()).isEqualTo(2);

    LogEntry committed = ScriptedPeers.entry(TERM, refusal.committed(), "");
    peers.says("n3", peers.append("n3", TERM + 1, committed, 9));
    peers.pass(5);
    assertThat(peers.engineTo("n3").getLast().message())
        .isInstanceOf(AppendEntriesSuccessResponse.class);
    assertThat(peers.failures).isEmpty();
  }

  private static LogEntry addition(ScriptedPeers peers) {
    RaftEndpoint added = new NodeEndpoint("n4");
    Set<RaftEndpoint> voters = new LinkedHashSet<>();
    List.of("n1", "n2", "n3").forEach(name -> voters.add(new NodeEndpoint(name)));
    Set<RaftEndpoint> members = new LinkedHashSet<>(voters);
    members.add(added);
    return new Entry()
        .setIndex(2)
        .setTerm(TERM)
        .setOperation(
            peers
                .models
                .createUpdateRaftGroupMembersOpBuilder()
                .setMembers(members)
                .setVotingMembers(voters)
                .setEndpoint(added)
                .setMode(MembershipChangeMode.ADD_LEARNER)
                .build())
        .build();
  }

  private static AppendEntriesRequest withEntry(AppendEntriesRequest append, LogEntry entry) {
    return new Models()
        .createAppendEntriesRequestBuilder()
        .setGroupId(append.getGroupId())
        .setSender(append.getSender())
        .setTerm(append.getTerm())
        .setPreviousLogTerm(append.getPreviousLogTerm())
        .setPreviousLogIndex(append.getPreviousLogIndex())
        .setCommitIndex(append.getCommitIndex())
        .setQuerySequenceNumber(append.getQuerySequenceNumber())
        .setFlowControlSequenceNumber(append.getFlowControlSequenceNumber())
        .setLogEntries(List.of(entry))
        .build();
  }
}
