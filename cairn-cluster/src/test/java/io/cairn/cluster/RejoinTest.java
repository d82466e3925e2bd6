// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

import static io.cairn.cluster.MemberChange.ADD_LEARNER;
import static io.cairn.cluster.MemberChange.ADD_OR_PROMOTE_VOTER;
import static io.cairn.cluster.MemberChange.REMOVE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Members that come back with an empty log, after they were removed or without that. */
@Timeout(120)
class RejoinTest {

  private static final int COMMANDS = 6000;

  private final TestReplicaSet cluster =
      new TestReplicaSet(
          TestReplicaSet.options().with(it -> it.snapshotEntries(100_000).snapshotBytes(1 << 30)),
          1);
  private int lives;

  @AfterEach
  void close() {
    cluster.close();
    assertThat(cluster.failures).isEmpty();
  }

  /** Grows the group one by one, so that its log, not its beginning, says who votes. */
  private void growToThree() {
    for (String name : List.of("n2", "n3")) {
      cluster.startJoiner(name, List.of("n1"));
      makeVoter(name);
    }
  }

  private void makeVoter(String name) {
    cluster.change(name, ADD_LEARNER);
    ReplicaSet leader = cluster.groups.get(cluster.leader());
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> leader.progress().get(name).matchIndex() >= leader.lastApplied());
    cluster.change(name, ADD_OR_PROMOTE_VOTER);
  }

  private void remove(String name) {
    ReplicaSet replica = cluster.groups.get(name);
    cluster.change(name, REMOVE);
    await().atMost(Duration.ofSeconds(20)).until(replica::isRemoved);
  }

  /** Has a node forget its replica and start another one, empty, which waits to be added. */
  private SharedStore beginAnew(String name, String member) {
    ReplicationNode node = cluster.nodes.get(name);
    node.removeReplicaSet(TestReplicaSet.ID).orTimeout(10, TimeUnit.SECONDS).join();
    SharedStore store = new SharedStore(SharedStore.in(cluster.stores));
    cluster.stores.put(name, store);
    lives++;
    cluster.setup(
        name,
        ReplicaSetSetup.join(TestReplicaSet.ID, List.of(member)).withLogName("life " + lives));
    cluster.startReplicaSet(name);
    return store;
  }

  @Test
  void removedMemberJoinsAgainAsANewOne() {
    growToThree();
    String gone = cluster.others(cluster.leader()).getFirst();
    remove(gone);
    beginAnew(gone, cluster.leader());
    makeVoter(gone);
    cluster.proposeAll(cluster.leader(), "a", 10);
    cluster.awaitEqual(10);
  }

  @Test
  void thoseWhoReadOldConfigurationsAgainDoNotElectByThem() {
    growToThree();
    String leader = cluster.leader();
    cluster.proposeAll(leader, "a", COMMANDS);
    List<String> back = cluster.others(leader);
    back.forEach(this::remove);
    for (String name : back) {
      SharedStore store = beginAnew(name, leader);
      store.onApply = () -> cluster.network.cut(leader, name); // it has read the first part only
    }
    back.forEach(name -> cluster.change(name, ADD_LEARNER));
    for (String name : back) {
      await().atMost(Duration.ofSeconds(30)).until(() -> cluster.stores.get(name).count() > 0);
    }
    await()
        .during(Duration.ofSeconds(4))
        .atMost(Duration.ofSeconds(10))
        .until(() -> back.stream().noneMatch(name -> cluster.groups.get(name).isLeader()));
    back.forEach(name -> assertThat(cluster.stores.get(name).count()).isLessThan(COMMANDS));

    back.forEach(name -> cluster.stores.get(name).onApply = () -> {});
    cluster.network.heal();
    for (String name : back) {
      ReplicaSet group = cluster.groups.get(leader);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> group.progress().get(name).matchIndex() >= group.lastApplied());
      cluster.change(name, ADD_OR_PROMOTE_VOTER);
    }
    cluster.proposeAll(cluster.leader(), "b", 10);
    cluster.awaitEqual(COMMANDS + 10);
  }

  @Test
  void memberThatCameBackVotesAgainAfterARestart() {
    growToThree();
    String leader = cluster.leader();
    String back = cluster.others(leader).getFirst();
    remove(back);
    beginAnew(back, leader);
    makeVoter(back);
    cluster.proposeAll(cluster.leader(), "a", 10);
    cluster.awaitEqual(10);
    cluster.restart(back);
    cluster.kill(leader);
    cluster.proposeAll(cluster.leader(), "b", 10); // the two others are a majority, both needed
    cluster.awaitEqual(20);
  }

  @Test
  void memberThatBeganAnewWithoutBeingRemovedIsTakenOutAndMayComeBack() {
    growToThree();
    String leader = cluster.leader();
    String back = cluster.others(leader).getFirst();
    beginAnew(back, leader);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                cluster.groups.get(leader).members().stream()
                    .noneMatch(member -> member.nodeId().equals(back)));
    makeVoter(back);
    cluster.proposeAll(cluster.leader(), "a", 10);
    cluster.awaitEqual(10);
  }

  @Test
  void nodeThatDoesNotAnswerIsNotAdded() {
    ReplicaSet leader = cluster.groups.get(cluster.leader());
    assertThatThrownBy(() -> leader.changeMembers("n9", ADD_LEARNER).join())
        .hasCauseInstanceOf(MembershipConflictException.class);
    assertThat(leader.members()).containsExactly(new Member("n1", true));
    makeNew("n2");
  }

  private void makeNew(String name) {
    cluster.startJoiner(name, List.of("n1"));
    makeVoter(name);
    cluster.proposeAll(cluster.leader(), "a", 10);
    cluster.awaitEqual(10);
  }
}
