// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.Member;
import io.cairn.cluster.raft.message.Entry;
import io.cairn.cluster.raft.message.MemberMessage.Engine;
import io.cairn.cluster.raft.message.NodeEndpoint;
import io.microraft.MembershipChangeMode;
import io.microraft.RaftEndpoint;
import io.microraft.model.log.LogEntry;
import io.microraft.model.message.AppendEntriesFailureResponse;
import io.microraft.model.message.AppendEntriesRequest;
import io.microraft.model.message.AppendEntriesSuccessResponse;
import io.microraft.model.message.RaftMessage;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a follower makes of appends that its engine cannot take as they are. */
class AppendsTest {

  private static final int TERM = 1;
  private static final LogEntry UNKNOWN = ScriptedEntries.entry(TERM + 1, 9, "");

  private final ScriptedPeers peers = new ScriptedPeers(3);

  /** The log is a command and, at 2, the addition of n4. */
  private void holdsAChange(long committed) {
    peers.says("n2", peers.append("n2", TERM, ScriptedEntries.beginning(), 0, "a command"));
    peers.says("n2", append("n2", TERM, place(1), committed, addition(2, "n4")));
  }

  private static LogEntry place(long index) {
    return ScriptedEntries.entry(TERM, index, "");
  }

  private AppendEntriesRequest append(
      String leader, int term, LogEntry previous, long commit, LogEntry... entries) {
    return peers.append(leader, term, previous, commit, List.of(entries));
  }

  private LogEntry addition(long index, String... added) {
    List<RaftEndpoint> voters = new ArrayList<>();
    List.of("n1", "n2", "n3").forEach(name -> voters.add(new NodeEndpoint(name)));
    Set<RaftEndpoint> members = new LinkedHashSet<>(voters);
    for (String name : added) {
      members.add(new NodeEndpoint(name));
    }
    return new Entry()
        .setIndex(index)
        .setTerm(TERM)
        .setOperation(
            peers
                .models
                .createUpdateRaftGroupMembersOpBuilder()
                .setMembers(members)
                .setVotingMembers(voters)
                .setEndpoint(new NodeEndpoint(added[added.length - 1]))
                .setMode(MembershipChangeMode.ADD_LEARNER)
                .build())
        .build();
  }

  private Engine answerTo(String leader) {
    peers.pass(5);
    return peers.engineTo(leader).getLast();
  }

  /**
   * The engine applies changes of members by itself. A leader that took the entry before for the
   * last one committed would look for a match there.
   */
  @Test
  void refusalCountsCommittedChangesOfMembers() {
    holdsAChange(2);
    peers.says("n3", peers.append("n3", TERM + 1, UNKNOWN, 9));
    Engine refusal = answerTo("n3");
    assertThat(refusal.message()).isInstanceOf(AppendEntriesFailureResponse.class);
    assertThat(refusal.committed()).isEqualTo(2);
    assertThat(refusal.lastIndex()).isEqualTo(2);
  }

  @Test
  void appendThatEndsBelowWhatIsCommittedIsTaken() {
    holdsAChange(2);
    peers.says("n3", peers.append("n3", TERM + 1, place(1), 9));
    assertThat(answerTo("n3").message()).isInstanceOf(AppendEntriesSuccessResponse.class);
    assertThat(peers.group.members()).contains(new Member("n4", false));
  }

  @Test
  void changeOfMembersBehindAnotherIsTakenThoughNobodySaysThatOneIsCommitted() {
    holdsAChange(1);
    peers.says("n3", append("n3", TERM + 1, place(2), 1, addition(3, "n4", "n5")));
    assertThat(answerTo("n3").message())
        .isInstanceOfSatisfying(
            AppendEntriesSuccessResponse.class,
            success -> assertThat(success.getLastLogIndex()).isEqualTo(3));
    assertThat(peers.group.members()).extracting(Member::nodeId).contains("n4", "n5");
    assertThat(peers.failures).isEmpty();
  }

  /**
   * A majority of the members between the first and the last change need not meet one of either.
   */
  @Test
  void lastOfSeveralChangesCountsThoughNobodySaysThatTheFirstAreCommitted() {
    holdsAChange(1);
    peers.says(
        "n3",
        append(
            "n3",
            TERM + 1,
            place(2),
            1,
            addition(3, "n4", "n5"),
            ScriptedEntries.entry(TERM, 4, "a command"),
            addition(5, "n4", "n5", "n6")));
    assertThat(peers.group.members()).extracting(Member::nodeId).contains("n4", "n5", "n6");

    peers.says("n3", append("n3", TERM + 1, place(5), 5, addition(6, "n4", "n5", "n6", "n7")));
    assertThat(answerTo("n3").message())
        .isInstanceOfSatisfying(
            AppendEntriesSuccessResponse.class,
            success -> assertThat(success.getLastLogIndex()).isEqualTo(6));
    assertThat(peers.group.members()).extracting(Member::nodeId).contains("n7");
    assertThat(peers.failures).isEmpty();
  }

  @Test
  void snapshotIsAnsweredToWhoSentItIfNoLeaderIsKnown() {
    LogEntry last = place(7);
    peers.says("n2", snapshot(last, false));
    peers.pass(5_000);
    assertThat(peers.group.leader()).as("which has been silent").isNull();
    peers.sent.clear();
    peers.says("n2", snapshot(last, true));
    assertThat(answerTo("n2").message())
        .isInstanceOfSatisfying(
            AppendEntriesSuccessResponse.class,
            success -> assertThat(success.getLastLogIndex()).isEqualTo(last.getIndex()));
  }

  /**
   * The engine says nothing to it. The leader has missed the answer by which it would know, and
   * offers the snapshot until it hears how far this node has come.
   */
  @Test
  void snapshotThatEndsBelowWhatIsCommittedIsTakenForHeld() {
    LogEntry begin = ScriptedEntries.beginning();
    peers.says("n2", peers.append("n2", TERM, begin, 3, "one", "two", "three"));
    peers.pass(5);
    peers.sent.clear();
    peers.says("n2", snapshot(place(2), false));
    assertThat(answerTo("n2").message())
        .isInstanceOfSatisfying(
            AppendEntriesSuccessResponse.class,
            success -> assertThat(success.getLastLogIndex()).isEqualTo(2));
  }

  private RaftMessage snapshot(LogEntry last, boolean complete) {
    List<RaftEndpoint> voters = new ArrayList<>();
    List.of("n1", "n2", "n3").forEach(name -> voters.add(new NodeEndpoint(name)));
    var members =
        peers
            .models
            .createRaftGroupMembersViewBuilder()
            .setLogIndex(0)
            .setMembers(voters)
            .setVotingMembers(voters)
            .build();
    var chunk =
        peers
            .models
            .createSnapshotChunkBuilder()
            .setIndex(last.getIndex())
            .setTerm(last.getTerm())
            .setOperation(new byte[0])
            .setSnapshotChunkIndex(0)
            .setSnapshotChunkCount(1)
            .setGroupMembersView(members)
            .build();
    return peers
        .models
        .createInstallSnapshotRequestBuilder()
        .setGroupId(ScriptedPeers.GROUP)
        .setSender(new NodeEndpoint("n2"))
        .setTerm(TERM)
        .setSenderLeader(!complete)
        .setSnapshotTerm(last.getTerm())
        .setSnapshotIndex(last.getIndex())
        .setTotalSnapshotChunkCount(1)
        .setSnapshotChunk(complete ? chunk : null)
        .setSnapshottedMembers(List.of(new NodeEndpoint("n2")))
        .setGroupMembersView(members)
        .setQuerySequenceNumber(0)
        .setFlowControlSequenceNumber(1)
        .build();
  }
}
