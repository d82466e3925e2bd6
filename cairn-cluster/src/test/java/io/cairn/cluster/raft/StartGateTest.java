// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.raft.message.MemberMessage.Engine;
import io.cairn.cluster.raft.message.MemberMessage.StartAnswer;
import io.cairn.cluster.raft.message.NodeEndpoint;
import io.microraft.model.message.AppendEntriesSuccessResponse;
import io.microraft.model.message.PreVoteResponse;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * When a replica that was resumed from its disk takes part. Of five members that it knows, n2
 * lives.
 */
class StartGateTest {

  private static final long PATIENCE_MILLIS = 10_000;

  private final ScriptedPeers peers = new ScriptedPeers(5);

  /** Starts the replica again; n2 accepts that, and knows a configuration. */
  private void restart(long membersIndex, String... voters) {
    peers.examiner =
        (name, token) ->
            name.equals("n2")
                ? Optional.of(new StartAnswer(token, true, 0, membersIndex, List.of(voters)))
                : Optional.empty();
    peers.loseMemory();
    peers.pass(PATIENCE_MILLIS);
  }

  private int acknowledgements() {
    peers.says("n2", peers.append("n2", 7, ScriptedEntries.beginning(), 0, "a command"));
    peers.pass(5);
    return peers.sentTo("n2", AppendEntriesSuccessResponse.class).size();
  }

  private void restartAcceptedBy(List<String> nodes) {
    peers.examiner =
        (name, token) ->
            nodes.contains(name) ? Optional.of(new StartAnswer(token, true, 0)) : Optional.empty();
    peers.loseMemory();
    peers.pass(5);
  }

  @Test
  void replicaThatAllHaveAcceptedTakesPartAtOnce() {
    restartAcceptedBy(List.of("n2", "n3", "n4", "n5"));
    assertThat(acknowledgements()).isOne();
  }

  @Test
  void whoeverCanHearOfAStartDoesBeforeAnythingIsPromisedInIt() {
    restartAcceptedBy(List.of("n2", "n3", "n4"));
    assertThat(acknowledgements()).as("n5 may hear of it yet").isZero();
    peers.pass(PATIENCE_MILLIS);
    assertThat(acknowledgements()).as("n5 seems to be gone").isPositive();
  }

  private List<PreVoteResponse> answersToStanding() {
    peers.says(
        "n2",
        new Engine(
            peers
                .models
                .createPreVoteRequestBuilder()
                .setGroupId(ScriptedPeers.GROUP)
                .setSender(new NodeEndpoint("n2"))
                .setTerm(7)
                .setLastLogTerm(6)
                .setLastLogIndex(75)
                .build(),
            1,
            0));
    peers.pass(5);
    return peers.sentTo("n2", PreVoteResponse.class);
  }

  /**
   * The others were removed, and are gone, before this replica could learn of it. Nobody can lead
   * without its vote, and nobody but a leader can tell its log who votes.
   */
  @Test
  void replicaThatDoesNotKnowWhoVotesNowHelpsToElectALeader() {
    restart(69, "n1", "n2");
    assertThat(answersToStanding()).singleElement().matches(PreVoteResponse::isGranted);
  }

  @Test
  void replicaThatTooFewVotersHaveAcceptedDoesNotVote() {
    restart(69, "n1", "n2", "n3", "n4");
    assertThat(answersToStanding()).isEmpty();
  }

  @Test
  void replicaGoesByWhatItKnowsItselfIfThatIsNotOlder() {
    restart(0, "n1", "n2");
    assertThat(answersToStanding()).isEmpty();
  }
}
