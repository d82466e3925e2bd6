// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.NotLeaderException;
import io.microraft.model.message.AppendEntriesRequest;
import io.microraft.model.message.AppendEntriesSuccessResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** What becomes of commands while the state machine can take no more of them. */
class RoomlessAppendsTest {

  private static final int TERM = 1;

  private final ScriptedPeers peers = new ScriptedPeers(3);

  private AppendEntriesRequest command(long index, long commit) {
    return peers.append(
        "n2", TERM, ScriptedEntries.entry(TERM, index - 1, ""), commit, "c" + index);
  }

  private List<Long> confirmed() {
    return peers.sentTo("n2", AppendEntriesSuccessResponse.class).stream()
        .map(AppendEntriesSuccessResponse::getLastLogIndex)
        .toList();
  }

  private void holdsOne() {
    peers.says("n2", peers.append("n2", TERM, ScriptedEntries.beginning(), 1, "c1"));
    peers.pass(5);
    assertThat(peers.applied).containsExactly("c1");
    peers.sent.clear();
    peers.crowded = true;
  }

  @Test
  void crowdedFollowerTakesNoCommandsAndStillAnswers() {
    holdsOne();
    peers.says("n2", command(2, 2));
    peers.pass(100);
    assertThat(confirmed()).as("the leader would send the rest at once").isEmpty();
    peers.pass(200);
    assertThat(confirmed()).containsExactly(1L);
    assertThat(peers.applied).containsExactly("c1");
    assertThat(peers.failures).isEmpty();
  }

  @Test
  void heldAppendGoesOnWhenThereIsRoom() {
    holdsOne();
    peers.says("n2", command(2, 2));
    peers.pass(50);
    assertThat(peers.applied).containsExactly("c1");
    peers.crowded = false;
    peers.pass(50);
    assertThat(confirmed()).containsExactly(2L);
    assertThat(peers.applied).containsExactly("c1", "c2");
  }

  @Test
  void crowdedFollowerAppliesWhatItHasInItsLog() {
    holdsOne();
    peers.crowded = false;
    peers.says("n2", command(2, 1));
    peers.pass(5);
    peers.crowded = true;
    peers.says("n2", peers.append("n2", TERM, ScriptedEntries.entry(TERM, 2, ""), 2));
    peers.pass(5);
    assertThat(peers.applied).containsExactly("c1", "c2");
  }

  @Test
  void crowdedLeaderAppendsWhatWasProposedWhenThereIsRoom() {
    peers.elect("n2", "n3");
    peers.holds("n2", 1);
    peers.crowded = true;
    var first = peers.propose("c1");
    var second = peers.propose("c2");
    peers.pass(100);
    assertThat(first).isNotDone();
    assertThat(peers.sentTo("n2", AppendEntriesRequest.class))
        .allMatch(append -> append.getPreviousLogIndex() + append.getLogEntries().size() <= 1);
    peers.crowded = false;
    peers.pass(50);
    peers.holds("n2", 3);
    assertThat(peers.applied).containsExactly("c1", "c2");
    assertThat(second).isCompleted();
  }

  @Test
  void whatWaitedForRoomAtALeaderOfBeforeIsRefused() {
    peers.elect("n2", "n3");
    peers.holds("n2", 1);
    peers.crowded = true;
    var proposed = peers.propose("c1");
    peers.says("n3", peers.append("n3", 9, ScriptedEntries.beginning(), 0));
    peers.pass(100);
    assertThat(proposed)
        .isCompletedExceptionally()
        .failsWithin(Duration.ZERO)
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(NotLeaderException.class);
  }
}
