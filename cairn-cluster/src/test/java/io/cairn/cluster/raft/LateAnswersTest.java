// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.Applied;
import io.cairn.cluster.MemberChange;
import io.cairn.cluster.raft.message.MemberMessage.Engine;
import io.cairn.cluster.raft.message.MemberMessage.Life;
import io.cairn.cluster.raft.message.MemberMessage.LifeQuery;
import io.cairn.cluster.raft.message.MemberMessage.ReadRequest;
import io.cairn.cluster.raft.message.MemberMessage.ReadResponse;
import io.cairn.cluster.raft.message.NodeEndpoint;
import io.microraft.model.log.LogEntry;
import io.microraft.model.message.AppendEntriesFailureResponse;
import io.microraft.model.message.AppendEntriesRequest;
import io.microraft.model.message.PreVoteResponse;
import io.microraft.model.message.RaftMessage;
import io.microraft.model.message.VoteRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An answer counts only for the life, group, term and question that asked. */
class LateAnswersTest {

  enum Kind {
    SUCCESS,
    FAILURE,
    SNAPSHOT_WANTED;

    RaftMessage of(ScriptedPeers peers, String from, int term, long query) {
      return switch (this) {
        case SUCCESS -> peers.success(from, term, 0, query);
        case FAILURE -> peers.failure(from, term, 1, query);
        case SNAPSHOT_WANTED -> peers.wantsSnapshot(from, term, 0, query);
      };
    }
  }

  /** The node has led in a term, was deposed with all its entries cut, and leads again. */
  private static int ledTwice(ScriptedPeers peers) {
    int first = peers.elect("n2", "n3");
    var _ = peers.propose("lost x");
    var _ = peers.propose("lost y");
    var _ = peers.propose("lost z");
    peers.says(
        "n4", peers.append("n4", first + 1, ScriptedEntries.beginning(), 0, "of the second term"));
    int again = peers.elect("n3", "n4");
    assertThat(again).isGreaterThan(first + 1);
    return first;
  }

  @Test
  void entriesThatWereCutSinceAreNotCommittedByALateSuccess() {
    ScriptedPeers peers = new ScriptedPeers(5);
    int first = ledTwice(peers);
    CompletableFuture<Applied> kept = peers.propose("new 3");
    CompletableFuture<Applied> last = peers.propose("new 4");
    peers.holds("n3", 1, 4);
    peers.says("n2", peers.success("n2", first, 4, 0));
    peers.pass(1);
    assertThat(peers.applied).as("two of five have it").isEmpty();
    assertThat(last).isNotDone();
    peers.holds("n2", 1, 4);
    assertThat(peers.applied).containsExactly("of the second term", "new 3", "new 4");
    assertThat(kept).isCompleted();
    assertThat(last).isCompleted();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void readIsNotConfirmedByLateAnswersOfAnEarlierTerm(Kind kind) {
    ScriptedPeers peers = new ScriptedPeers(5);
    int first = ledTwice(peers);
    int now = (int) peers.group.term();
    List.of("n3", "n4").forEach(one -> peers.holds(one, 1, 2));
    CompletableFuture<Long> read = peers.group.readIndex();
    peers.pass(1);
    List.of("n2", "n3", "n4").forEach(one -> peers.says(one, kind.of(peers, one, first, 1)));
    peers.pass(1);
    assertThat(read).as("it may be deposed").isNotDone();
    List.of("n3", "n4").forEach(one -> peers.says(one, kind.of(peers, one, now, 1)));
    peers.pass(1);
    assertThat(read).isCompletedWithValue(2L);
  }

  @Test
  void refusalOfALaterTermDeposesTheLeader() {
    ScriptedPeers peers = new ScriptedPeers(3);
    int term = peers.elect("n2");
    peers.says("n3", peers.failure("n3", term + 4, 1, 0));
    assertThat(peers.group.isLeader()).isFalse();
    assertThat(peers.group.term()).isEqualTo(term + 4);
  }

  @Test
  void answerToAnEarlierLifesReadIsNoneToTheNextOne() {
    ScriptedPeers peers = new ScriptedPeers(3);
    peers.says("n2", peers.append("n2", 1, ScriptedEntries.beginning(), 0, "one"));
    CompletableFuture<Long> before = peers.group.readIndex();
    peers.pass(1);
    long asked = peers.told("n2", ReadRequest.class).getLast().id();
    peers.loseMemory();
    CompletableFuture<Long> read = peers.group.readIndex();
    peers.pass(1);
    assertThat(peers.told("n2", ReadRequest.class)).as("no leader is known").isEmpty();
    peers.says("n2", new ReadResponse(asked, 7));
    peers.pass(1);
    assertThat(read).isNotDone();
    assertThat(before).isNotDone();
    peers.says("n2", peers.append("n2", 1, ScriptedEntries.entry(1, 1, ""), 1));
    peers.pass(peers.heartbeatMillis());
    long again = peers.told("n2", ReadRequest.class).getLast().id();
    peers.says("n2", new ReadResponse(again, 23));
    assertThat(read).isCompletedWithValue(23L);
  }

  /**
   * Between the answer and the second question another node may have been elected, and have
   * written.
   */
  @Test
  void answerToAnAppendSentBeforeAReadWasAskedForDoesNotServeIt() {
    ScriptedPeers peers = new ScriptedPeers(3);
    int term = peers.elect("n2", "n3");
    peers.pass(1);
    long last = peers.sentTo("n2", AppendEntriesRequest.class).getLast().getLogEntries().size();
    peers.holds("n2", last);
    peers.holds("n3", last);
    awaitLeaseOver(peers);
    peers.sent.clear();
    peers.says("n2", new ReadRequest(1));
    peers.pass(1);
    long round = lastQuery(peers);
    peers.says("n2", new ReadRequest(2));
    peers.pass(1);
    peers.says("n3", peers.success("n3", term, last, round));
    peers.pass(1);
    assertThat(peers.told("n2", ReadResponse.class))
        .extracting(ReadResponse::id)
        .containsExactly(1L);

    peers.pass(peers.heartbeatMillis());
    assertThat(lastQuery(peers)).isGreaterThan(round);
    peers.says("n3", peers.success("n3", term, last, lastQuery(peers)));
    peers.pass(1);
    assertThat(peers.told("n2", ReadResponse.class)).extracting(ReadResponse::id).contains(2L);
  }

  private static void awaitLeaseOver(ScriptedPeers peers) {
    for (int beats = 0; peers.group.leadership() != null && beats < 50; beats++) {
      peers.pass(peers.heartbeatMillis());
    }
    assertThat(peers.group.isLeader()).isTrue();
    assertThat(peers.group.leadership()).isNull();
  }

  private static long lastQuery(ScriptedPeers peers) {
    return peers.sentTo("n3", AppendEntriesRequest.class).getLast().getQuerySequenceNumber();
  }

  @Test
  void promiseOfAnEarlierRoundStartsNoElection() {
    ScriptedPeers peers = new ScriptedPeers(3);
    Engine first = peers.awaitRound("n3", 0);
    Engine second = peers.awaitRound("n3", first.stamp());
    peers.says("n3", peers.wouldVote("n3", first));
    peers.pass(1);
    assertThat(peers.sentTo("n3", VoteRequest.class)).isEmpty();
    peers.loseMemory();
    Engine third = peers.awaitRound("n3", 0);
    assertThat(third.stamp()).isNotIn(first.stamp(), second.stamp());
    peers.says("n3", peers.wouldVote("n3", second));
    peers.pass(1);
    assertThat(peers.sentTo("n3", VoteRequest.class)).as("of an earlier life").isEmpty();
    peers.says("n3", peers.wouldVote("n3", third));
    peers.pass(1);
    assertThat(peers.sentTo("n3", VoteRequest.class)).hasSize(1);
  }

  @Test
  void questionBeforeAnElectionIsAnsweredByItsName() {
    ScriptedPeers peers = new ScriptedPeers(3);
    RaftMessage asked =
        peers
            .models
            .createPreVoteRequestBuilder()
            .setGroupId(ScriptedPeers.GROUP)
            .setSender(new NodeEndpoint("n2"))
            .setTerm(1)
            .setLastLogTerm(0)
            .setLastLogIndex(0)
            .build();
    peers.says("n2", new Engine(asked, -77, 0));
    Engine answer = peers.engineTo("n2").getLast();
    assertThat(answer.message()).isInstanceOf(PreVoteResponse.class);
    assertThat(answer.stamp()).isEqualTo(-77);
  }

  @Test
  void appendOfAnEarlierTermIsRefusedWithoutItsStamp() {
    ScriptedPeers peers = new ScriptedPeers(3);
    AppendEntriesRequest present = peers.append("n2", 3, ScriptedEntries.beginning(), 0, "one");
    peers.says("n2", new Engine(present, 50, 0));
    AppendEntriesRequest earlier = peers.append("n3", 1, ScriptedEntries.beginning(), 0, "old");
    peers.says("n3", new Engine(earlier, 60, 0));
    assertThat(peers.engineTo("n2").getLast().stamp()).isEqualTo(50);
    Engine refusal = peers.engineTo("n3").getLast();
    assertThat(refusal.message()).isInstanceOf(AppendEntriesFailureResponse.class);
    assertThat(refusal.message().getTerm()).isEqualTo(3);
    assertThat(refusal.stamp()).isZero();
  }

  @Test
  void stampFromAnotherLifeOfTheMachineGivesNoLease() {
    ScriptedPeers peers = new ScriptedPeers(3);
    int term = peers.elect("n2");
    long ahead = peers.now() + Long.MAX_VALUE / 4;
    peers.says("n2", new Engine(peers.success("n2", term, 1, 0), ahead, 0));
    assertThat(peers.group.leadership()).as("a stamp that lies ahead").isNull();
    peers.says("n2", new Engine(peers.success("n2", term, 1, 0), 1, 0));
    assertThat(peers.group.leadership()).as("a stamp from before the term").isNull();
    peers.says("n2", new Engine(peers.success("n2", term, 1, 0), peers.now(), 0));
    assertThat(peers.group.leadership()).isNotNull();
  }

  @Test
  void answerToAnEarlierLifesQuestionAddsNobody() {
    ScriptedPeers peers = new ScriptedPeers(1);
    long start = 5_000_000_000L;
    peers.reboot(start, 1);
    var _ = peers.group.changeMembers("n9", MemberChange.ADD_LEARNER);
    peers.pass(1);
    long asked = peers.told("n9", LifeQuery.class).getLast().number();
    peers.reboot(start, 2);
    var _ = peers.group.changeMembers("n9", MemberChange.ADD_LEARNER);
    peers.pass(1);
    peers.says("n9~0123456789ab", new Life(asked));
    peers.pass(1);
    assertThat(peers.group.members()).hasSize(1);
    long again = peers.told("n9", LifeQuery.class).getLast().number();
    peers.says("n9~ba9876543210", new Life(again));
    peers.pass(1);
    assertThat(peers.group.members()).hasSize(2);
  }

  @Test
  void memberIsNotRemovedByAnAnswerToNoQuestion() {
    ScriptedPeers peers = new ScriptedPeers(3);
    int term = peers.elect("n2");
    peers.says("n2", peers.success("n2", term, 1, 0));
    peers.says("n2~0123456789ab", new Life(0));
    peers.pass(1);
    assertThat(peers.group.members()).hasSize(3);
    assertThat(peers.sentTo("n3", AppendEntriesRequest.class))
        .allSatisfy(append -> assertThat(entriesOf(append)).isLessThanOrEqualTo(1));
  }

  @Test
  void lifeThatWasAddedSinceIsNotRemovedByAnAnswerAboutTheOneBefore() {
    ScriptedPeers peers = new ScriptedPeers(3);
    peers.elect("n2");
    peers.holds("n2", 1);
    add(peers, "n9~0123456789ab", 2);
    int questions = peers.told("n9", LifeQuery.class).size();
    while (peers.told("n9", LifeQuery.class).size() == questions) {
      peers.pass(peers.heartbeatMillis());
      peers.holds("n2", 2);
    }
    long aboutTheFirst = peers.told("n9", LifeQuery.class).getLast().number();
    CompletableFuture<Void> removed = peers.group.changeMembers("n9", MemberChange.REMOVE);
    peers.pass(1);
    peers.holds("n2", 3);
    assertThat(removed).succeedsWithin(Duration.ZERO);
    add(peers, "n9~ba9876543210", 4);
    peers.says("n9~0123456789ab", new Life(aboutTheFirst));
    peers.holds("n2", 5);
    assertThat(peers.group.members()).hasSize(4);
  }

  private static void add(ScriptedPeers peers, String joiner, long index) {
    CompletableFuture<Void> added = peers.group.changeMembers("n9", MemberChange.ADD_LEARNER);
    peers.pass(1);
    peers.says(joiner, new Life(peers.told("n9", LifeQuery.class).getLast().number()));
    peers.holds("n2", index);
    assertThat(added).succeedsWithin(Duration.ZERO);
  }

  private static long entriesOf(AppendEntriesRequest append) {
    return append.getLogEntries().stream().mapToLong(LogEntry::getIndex).max().orElse(0);
  }
}
