// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

import static io.cairn.cluster.MemberChange.ADD_LEARNER;
import static io.cairn.cluster.MemberChange.ADD_OR_PROMOTE_VOTER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Nodes whose disks were set back, or copied: nobody un-applies, and nobody votes with them. */
class OutdatedDiskTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @Test
  void aReplicaStopsWhenALeaderWouldCutWhatItHasApplied() {
    try (TestReplicaSet group = new TestReplicaSet(TestReplicaSet.options(), 3)) {
      group.proposeAll(group.leader(), "kept", 5);
      List.of("n2", "n3").forEach(group::kill);
      TestReplicaSet.Backup second = group.backup("n2");
      TestReplicaSet.Backup third = group.backup("n3");
      List.of("n2", "n3").forEach(group::start);
      group.proposeAll(group.leader(), "forgotten", 5);
      group.awaitEqual(10);
      group.stores.get("n1").makeDurable(Long.MAX_VALUE);
      List.of("n1", "n2", "n3").forEach(group::kill);
      group.restore("n2", second);
      group.restore("n3", third);
      List.of("n2", "n3").forEach(group::start);
      for (int i = 0; i < 3; i++) { // so that they are in a later term than the first is
        group.propose(group.leaderAmong(List.of("n2", "n3")), "other " + i);
        List.of("n2", "n3").forEach(group::restart);
      }
      String leader = group.leaderAmong(List.of("n2", "n3"));
      group.propose(leader, "other");
      group.start("n1");

      ReplicaSet first = group.groups.get("n1");
      await().atMost(LIMIT).until(() -> first.failure() != null);
      assertThat(first.failure()).isInstanceOf(ReplicaDivergedException.class);
      assertThat(first.leadership()).isNull();
      assertThat(group.stores.get("n1").commands())
          .hasSize(10)
          .allMatch(command -> !command.startsWith("other"));
      assertThat(group.failures).isEmpty(); // the node goes on
      group.propose(group.leaderAmong(List.of("n2", "n3")), "more");
    }
  }

  @Test
  void aDiskThatWasSetBackIsRefusedBeforeItVotes() {
    try (TestReplicaSet group = new TestReplicaSet(TestReplicaSet.options(), 3)) {
      group.proposeAll(group.leader(), "kept", 5);
      group.kill("n3");
      TestReplicaSet.Backup third = group.backup("n3");
      group.start("n3");
      group.awaitEqual(5);
      group.propose(group.leader(), "known to all"); // n3 takes part, so n2 has heard of its start
      group.awaitEqual(6);
      List.of("n2", "n3").forEach(group::kill);
      TestReplicaSet.Backup second = group.backup("n2");
      group.kill("n1");
      group.restore("n2", second);
      group.restore("n3", third);
      List.of("n2", "n3").forEach(group::start);

      ReplicaSet old = group.groups.get("n3");
      await().atMost(LIMIT).until(() -> old.failure() != null);
      assertThat(old.failure()).isInstanceOf(OutdatedReplicaException.class);
      assertThat(group.groups.get("n2").leader()).isNull();
      group.start("n1");
      group.propose(group.leaderAmong(List.of("n1", "n2")), "without the old disk");
    }
  }

  @Test
  void aCopyOfAVoterDoesNotMakeASecondMajority() {
    try (TestReplicaSet group = new TestReplicaSet(TestReplicaSet.options(), 3)) {
      group.proposeAll(group.leader(), "kept", 5);
      group.kill("n3");
      TestReplicaSet.Backup copy = group.backup("n3");
      group.start("n3");
      group.awaitEqual(5);
      group.propose(group.leader(), "known to all");
      group.awaitEqual(6);
      // From here on n2 is cut off with the copy; {n1, n3} would go on elsewhere.
      List.of("n1", "n3").forEach(group::kill);
      group.restore("n3", copy);
      group.start("n3");

      ReplicaSet clone = group.groups.get("n3");
      await().atMost(LIMIT).until(() -> clone.failure() != null);
      assertThat(clone.failure()).isInstanceOf(OutdatedReplicaException.class);
      // A leader without followers gives up; after that nobody can lead there.
      await().atMost(LIMIT).until(() -> group.groups.get("n2").leadership() == null);
      assertThat(clone.leadership()).isNull();
    }
  }

  @Test
  void allMayStartAtOnceAndOneMayBeMissing() {
    try (TestReplicaSet group = new TestReplicaSet(TestReplicaSet.options(), 3)) {
      group.propose(group.leader(), "one");
      for (int i = 0; i < 3; i++) {
        List.of("n1", "n2", "n3").forEach(group::kill);
        List.of("n3", "n2", "n1").forEach(group::start);
        group.propose(group.leader(), "again " + i);
      }
      List.of("n1", "n2", "n3").forEach(group::kill);
      List.of("n1", "n3").forEach(group::start);
      group.propose(group.leader(), "two of three");
      group.awaitEqual(5);
    }
  }

  /** What it began with is all that it knows of the others before it has read its log. */
  @Test
  void aFounderWhoseDiskWasSetBackIsRefusedAlthoughItBeganAlone() {
    try (TestReplicaSet group = new TestReplicaSet(TestReplicaSet.options(), 1)) {
      group.propose("n1", "alone");
      for (String joiner : List.of("n2", "n3")) {
        group.startJoiner(joiner, List.of("n1"));
        group.change(joiner, ADD_LEARNER);
        group.change(joiner, ADD_OR_PROMOTE_VOTER);
      }
      group.kill("n1");
      TestReplicaSet.Backup first = group.backup("n1");
      group.start("n1");
      group.propose(group.leader(), "known to all");
      group.awaitEqual(2);
      group.kill("n1");
      group.restore("n1", first);
      group.start("n1");

      ReplicaSet old = group.groups.get("n1");
      await().atMost(LIMIT).until(() -> old.failure() != null);
      assertThat(old.failure()).isInstanceOf(OutdatedReplicaException.class);
      group.propose(group.leaderAmong(List.of("n2", "n3")), "without the old disk");
    }
  }
}
