// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.MemberChange;
import io.cairn.cluster.raft.message.MemberMessage.Life;
import io.cairn.cluster.raft.message.MemberMessage.LifeQuery;
import io.microraft.model.message.AppendEntriesRequest;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A replica set that is one node has nobody to beat for; it does once it is more. */
class RestTest {

  private static final long LONG_MILLIS = 5_000;

  private final ScriptedPeers alone = new ScriptedPeers(1);

  private int beats() {
    alone.sent.clear();
    alone.pass(LONG_MILLIS);
    return alone.sentTo("n2", AppendEntriesRequest.class).size();
  }

  private CompletableFuture<Void> change(MemberChange change) {
    CompletableFuture<Void> done = alone.group.changeMembers("n2", change);
    alone.pass(1);
    return done;
  }

  private void add() {
    CompletableFuture<Void> added = change(MemberChange.ADD_LEARNER);
    long question = alone.told("n2", LifeQuery.class).getLast().number();
    alone.says("n2", new Life(question));
    alone.pass(1);
    assertThat(added).isCompleted();
  }

  @Test
  void nodeThatIsAloneWakesForNothing() {
    alone.pass(LONG_MILLIS);
    assertThat(alone.planned()).isZero();
    assertThat(alone.propose("a command")).isCompleted();
    assertThat(alone.group.leadership()).isNotNull();
    alone.pass(LONG_MILLIS);
    assertThat(alone.planned()).isZero();
  }

  @Test
  void itBeatsForEachMemberThatComes() {
    alone.pass(LONG_MILLIS);
    add();
    assertThat(beats()).as("to one that does not answer").isGreaterThan(10);
  }

  @Test
  void itRestsAgainWhenTheOthersHaveGone() {
    alone.pass(LONG_MILLIS);
    add();
    alone.pass(LONG_MILLIS);
    assertThat(change(MemberChange.REMOVE)).isCompleted();
    alone.pass(LONG_MILLIS);
    assertThat(beats()).isZero();
    assertThat(alone.planned()).isZero();
  }
}
