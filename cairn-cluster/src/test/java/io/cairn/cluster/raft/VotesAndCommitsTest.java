// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.Applied;
import io.cairn.cluster.MemberChange;
import io.cairn.cluster.OutcomeUnknownException;
import io.cairn.cluster.raft.message.MemberMessage.Engine;
import io.cairn.cluster.raft.message.MemberMessage.Life;
import io.cairn.cluster.raft.message.MemberMessage.LifeQuery;
import io.microraft.model.log.LogEntry;
import io.microraft.model.message.AppendEntriesRequest;
import io.microraft.model.message.PreVoteRequest;
import io.microraft.model.message.VoteResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Schedules that random ones have never met, each fatal if its guard is missing. */
class VotesAndCommitsTest {

  private static final long QUIET_MILLIS = 1000;

  private static boolean granted(ScriptedPeers peers, String candidate, int term) {
    peers.sent.clear();
    peers.says(candidate, peers.wantsVote(candidate, term, 0, 0));
    List<VoteResponse> answers = peers.sentTo(candidate, VoteResponse.class);
    assertThat(answers).hasSize(1);
    return answers.getFirst().isGranted();
  }

  @Test
  void voteOutlivesALossOfPower() {
    ScriptedPeers peers = new ScriptedPeers(3);
    assertThat(granted(peers, "n2", 1)).isTrue();
    peers.loseMemory();
    peers.pass(QUIET_MILLIS);
    assertThat(granted(peers, "n3", 1)).as("another candidate of the term").isFalse();
    assertThat(granted(peers, "n2", 1)).as("the same candidate again").isTrue();
    peers.loseMemory();
    peers.pass(QUIET_MILLIS);
    assertThat(granted(peers, "n3", 1)).as("after two losses").isFalse();
    assertThat(granted(peers, "n3", 2)).as("in the next term").isTrue();
  }

  @Test
  void termOutlivesALossOfPowerThoughTheVoteWasRefused() {
    ScriptedPeers peers = new ScriptedPeers(3);
    peers.says("n2", peers.append("n2", 7, ScriptedEntries.beginning(), 0));
    peers.loseMemory();
    peers.pass(QUIET_MILLIS);
    assertThat(granted(peers, "n3", 6)).isFalse();
    assertThat(peers.group.term()).isEqualTo(7);
  }

  @Test
  void halfOfAnEvenNumberOfVotersDoesNotCommit() {
    ScriptedPeers peers = new ScriptedPeers(4);
    peers.elect("n2", "n3");
    CompletableFuture<Applied> proposal = peers.propose("of two of four");
    peers.holds("n2", 1, 2);
    assertThat(peers.applied).isEmpty();
    assertThat(proposal).isNotDone();
    peers.holds("n3", 1, 2);
    assertThat(proposal).succeedsWithin(Duration.ZERO);
    assertThat(peers.applied).containsExactly("of two of four");
  }

  @Test
  void halfDoesNotCommitAfterAFourthVoterWasAdded() {
    ScriptedPeers peers = new ScriptedPeers(3);
    peers.elect("n2");
    peers.holds("n2", 1);
    CompletableFuture<Void> added = peers.group.changeMembers("n4", MemberChange.ADD_LEARNER);
    peers.pass(1);
    String joiner = "n4~0123456789ab";
    peers.says(joiner, new Life(peers.told("n4", LifeQuery.class).getLast().number()));
    peers.holds("n2", 1, 2);
    assertThat(added).succeedsWithin(Duration.ZERO);
    CompletableFuture<Void> promoted =
        peers.group.changeMembers("n4", MemberChange.ADD_OR_PROMOTE_VOTER);
    peers.holds("n2", 3);
    assertThat(promoted).as("by two of four").isNotDone();
    peers.holds("n3", 0, 3);
    assertThat(promoted).succeedsWithin(Duration.ZERO);
    CompletableFuture<Applied> proposal = peers.propose("of two of four");
    peers.holds("n2", 4);
    assertThat(proposal).isNotDone();
    assertThat(peers.applied).isEmpty();
    peers.holds("n3", 4);
    assertThat(proposal).succeedsWithin(Duration.ZERO);
  }

  @Test
  void entryIsAppliedOnlyOnceItIsKnownToBeCommittedOverARestartToo() {
    ScriptedPeers peers = new ScriptedPeers(3);
    peers.says("n2", peers.append("n2", 1, ScriptedEntries.beginning(), 0, "one", "two"));
    peers.pass(1);
    assertThat(peers.applied).isEmpty();
    peers.loseMemory();
    peers.pass(QUIET_MILLIS);
    assertThat(peers.applied).as("in the log, but perhaps to be cut").isEmpty();
    peers.says("n2", peers.append("n2", 1, ScriptedEntries.entry(1, 2, ""), 1));
    peers.pass(1);
    assertThat(peers.applied).containsExactly("one");
    peers.says("n3", peers.append("n3", 2, ScriptedEntries.entry(1, 1, ""), 1, "other"));
    peers.says("n3", peers.append("n3", 2, ScriptedEntries.entry(2, 2, ""), 2));
    peers.pass(1);
    assertThat(peers.applied).containsExactly("one", "other");
  }

  @Test
  void entryOfAnEarlierLeaderIsNotAppliedForThePresentOnesCommitIndex() {
    ScriptedPeers peers = new ScriptedPeers(3);
    peers.says("n2", peers.append("n2", 1, ScriptedEntries.beginning(), 0, "one", "cut"));
    peers.says("n3", peers.append("n3", 2, ScriptedEntries.entry(1, 1, ""), 2));
    peers.pass(1);
    assertThat(peers.applied).as("the second entry may be another there").containsExactly("one");
  }

  @Test
  void leaderAppliesNothingThatItAloneHolds() {
    ScriptedPeers peers = new ScriptedPeers(3);
    peers.elect("n2");
    CompletableFuture<Applied> proposal = peers.propose("mine alone");
    peers.holds("n2", 1);
    peers.pass(peers.heartbeatMillis());
    assertThat(proposal).isNotDone();
    assertThat(peers.applied).isEmpty();
  }

  @Test
  void proposalThatTheNextLeaderKeepsIsAcknowledgedWhenThatOneCommitsIt() {
    ScriptedPeers peers = new ScriptedPeers(3);
    int term = peers.elect("n2");
    CompletableFuture<Applied> proposal = peers.propose("kept");
    peers.holds("n2", 1);
    peers.says("n3", peers.append("n3", term + 1, ScriptedEntries.entry(term, 2, ""), 1));
    peers.pass(1);
    assertThat(proposal).as("as long as nobody has committed it").isNotDone();
    peers.says("n3", peers.append("n3", term + 1, ScriptedEntries.entry(term, 2, ""), 2));
    peers.pass(1);
    assertThat(peers.applied).containsExactly("kept");
    assertThat(proposal).succeedsWithin(Duration.ZERO).extracting(Applied::index).isEqualTo(2L);
  }

  @Test
  void proposalOfWhichNothingIsHeardAfterTheLeadershipIsUnknownInTheEnd() {
    ScriptedPeers peers = new ScriptedPeers(3);
    int term = peers.elect("n2");
    CompletableFuture<Applied> proposal = peers.propose("unheard of");
    peers.holds("n2", 1);
    peers.says("n3", peers.append("n3", term + 1, ScriptedEntries.entry(term, 2, ""), 1));
    peers.pass(1);
    assertThat(proposal).isNotDone();
    peers.pass(4_000);
    assertThat(proposal)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(OutcomeUnknownException.class);
  }

  @Test
  void proposalThatAnotherLeaderCutIsNotAcknowledgedByWhatTookItsPlace() {
    ScriptedPeers peers = new ScriptedPeers(3);
    int term = peers.elect("n2");
    CompletableFuture<Applied> proposal = peers.propose("cut");
    peers.holds("n2", 1);
    peers.says(
        "n3", peers.append("n3", term + 1, ScriptedEntries.entry(term, 1, ""), 2, "in its place"));
    peers.pass(1);
    assertThat(peers.applied).containsExactly("in its place");
    assertThat(peers.attachments).as("handed over with another's command").isEmpty();
    assertThat(proposal)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(OutcomeUnknownException.class);
  }

  @Test
  void proposalWhosePlaceASnapshotTookIsNotAcknowledged() {
    ScriptedPeers peers = new ScriptedPeers(3);
    int term = peers.elect("n2");
    CompletableFuture<Applied> proposal = peers.propose("covered");
    peers.holds("n2", 1);
    peers.says("n3", peers.snapshot("n3", term + 1, 5));
    peers.pass(1);
    assertThat(peers.group.lastApplied()).isEqualTo(5);
    assertThat(proposal)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(OutcomeUnknownException.class);
    peers.says(
        "n3", peers.append("n3", term + 1, ScriptedEntries.entry(term + 1, 5, ""), 6, "six"));
    peers.pass(1);
    assertThat(peers.applied).containsExactly("six");
    assertThat(peers.attachments).isEmpty();
  }

  /**
   * By a configuration without itself a member would need fewer of the others to be elected than
   * any other member: of three voters that are left, one, while the other two commit.
   */
  @Test
  void memberThatWasRemovedIsNotToldSoByAnAppendThatWasMadeBefore() {
    ScriptedPeers peers = new ScriptedPeers(4);
    peers.elect("n2", "n3");
    for (String follower : List.of("n2", "n3", "n4")) {
      peers.holds(follower, 0, 1);
    }
    peers.sent.clear();
    List<CompletableFuture<Void>> removed = new ArrayList<>();
    peers.inOneTurn(
        () -> {
          var _ = peers.group.propose(new byte[1], null);
        },
        () -> removed.add(peers.group.changeMembers("n4", MemberChange.REMOVE)));
    assertThat(peers.group.members()).hasSize(3);
    assertThat(indexes(peers, "n2")).containsExactly(2L, 3L);
    assertThat(indexes(peers, "n4")).containsExactly(2L);
    peers.holds("n2", 3);
    assertThat(removed).singleElement().satisfies(done -> assertThat(done).isCompleted());
  }

  private static List<Long> indexes(ScriptedPeers peers, String follower) {
    return peers.sentTo(follower, AppendEntriesRequest.class).stream()
        .flatMap(append -> append.getLogEntries().stream())
        .map(LogEntry::getIndex)
        .distinct()
        .toList();
  }

  /** The engine would count its vote for itself. */
  @Test
  void memberWhoseOwnLogRemovesItDoesNotStand() {
    ScriptedPeers peers = new ScriptedPeers(4);
    LogEntry removal = ScriptedEntries.removal(peers.models, 1, 2, "n1", "n2", "n3", "n4");
    peers.says(
        "n2",
        peers.append(
            "n2",
            1,
            ScriptedEntries.beginning(),
            0,
            List.of(ScriptedEntries.entry(1, 1, "of all"), removal)));
    assertThat(peers.group.members()).hasSize(3);
    peers.sent.clear();
    peers.pass(5_000);
    assertThat(peers.group.leader()).as("which has been silent").isNull();
    assertThat(peers.sent)
        .extracting(ScriptedPeers.Sent::message)
        .noneMatch(
            message ->
                message instanceof Engine engine && engine.message() instanceof PreVoteRequest);
    peers.loseMemory();
    peers.pass(5_000);
    assertThat(peers.sentTo("n3", PreVoteRequest.class)).as("after a restart").isEmpty();
  }
}
