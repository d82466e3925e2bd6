// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

import static io.cairn.cluster.MemberChange.ADD_LEARNER;
import static io.cairn.cluster.MemberChange.ADD_OR_PROMOTE_VOTER;
import static io.cairn.cluster.MemberChange.REMOVE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class MembershipChangeTest {

  private TestReplicaSet cluster =
      new TestReplicaSet(
          TestReplicaSet.options().with(it -> it.snapshotEntries(100).snapshotBytes(1 << 20)), 1);

  @AfterEach
  void close() {
    cluster.close();
    assertThat(cluster.failures).isEmpty();
  }

  private void join(String name) {
    cluster.startJoiner(name, List.of("n1"));
    cluster.change(name, ADD_LEARNER);
    awaitCaughtUp(name);
  }

  private void awaitCaughtUp(String name) {
    ReplicaSet leader = cluster.groups.get(cluster.leader());
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> leader.progress().get(name).matchIndex() >= leader.lastApplied());
  }

  private void growToThree() {
    for (String name : List.of("n2", "n3")) {
      join(name);
      cluster.change(name, ADD_OR_PROMOTE_VOTER);
    }
  }

  @Test
  void learnerWithoutAnythingCatchesUpBySnapshotAndLog() {
    cluster.proposeAll("n1", "a", 1234);
    join("n2");
    cluster.proposeAll("n1", "b", 20);
    cluster.awaitEqual(1254);
    assertThat(cluster.stores.get("n2").installed.get()).isEqualTo(1);
    assertThat(cluster.groups.get("n2").leadership()).isNull();
    assertThat(cluster.groups.get("n1").members())
        .containsExactly(new Member("n1", true), new Member("n2", false));
  }

  @Test
  void learnerCatchesUpByTheLogAlone() {
    cluster.proposeAll("n1", "a", 60);
    join("n2");
    cluster.awaitEqual(60);
    assertThat(cluster.stores.get("n2").prepared.get()).isZero();
  }

  @Test
  void moreLearnersThanTwoAreWelcome() {
    for (int i = 2; i <= 6; i++) {
      join("n" + i);
    }
    cluster.proposeAll("n1", "a", 10);
    cluster.awaitEqual(10);
  }

  @Test
  void groupIsHealthyWhileASnapshotIsFetched() {
    growToThree();
    CompletableFuture<Void> gate = new CompletableFuture<>();
    String leader = cluster.leader();
    cluster.network.cutOff("n3".equals(leader) ? "n2" : "n3");
    String lagging = "n3".equals(leader) ? "n2" : "n3";
    cluster.proposeAll(cluster.leader(), "a", 3000);
    cluster.stores.get(lagging).gate = gate;
    long term = cluster.groups.get(cluster.leader()).term();
    cluster.network.heal();
    await().until(() -> cluster.stores.get(lagging).prepared.get() == 1);
    // Far longer than a follower waits for its leader: nobody may start an election.
    await()
        .during(Duration.ofSeconds(2))
        .until(() -> cluster.groups.get(cluster.leader()).term() <= term + 1);
    long during = cluster.groups.get(lagging).term();
    await()
        .during(Duration.ofMillis(1500))
        .until(() -> cluster.groups.get(lagging).term() == during);
    assertThat(cluster.stores.get(lagging).prepared.get()).isEqualTo(1);
    gate.complete(null);
    cluster.proposeAll(cluster.leader(), "b", 10);
    cluster.awaitEqual(3010);
  }

  @Test
  void snapshotThatCouldNotBeFetchedIsOfferedAgain() {
    cluster.proposeAll("n1", "a", 1000);
    cluster.startJoiner("n2", List.of("n1"));
    SharedStore store = cluster.stores.get("n2");
    store.gate = CompletableFuture.failedFuture(new IllegalStateException("not now"));
    cluster.change("n2", ADD_LEARNER);
    await().atMost(Duration.ofSeconds(20)).until(() -> store.prepared.get() > 1);
    store.gate = CompletableFuture.completedFuture(null);
    cluster.awaitEqual(1000);
  }

  @Test
  void membersAndTheirDataSurviveARestart() {
    growToThree();
    cluster.proposeAll(cluster.leader(), "a", 250);
    cluster.awaitEqual(250);
    List<String> names = List.copyOf(cluster.groups.keySet());
    names.forEach(cluster::kill);
    names.forEach(cluster::start);
    cluster.proposeAll(cluster.leader(), "b", 1);
    cluster.awaitEqual(251);
    assertThat(cluster.groups.get("n1").members()).hasSize(3).allMatch(Member::voter);
  }

  @Test
  void joinerRestartedAfterASnapshotThatItsStoreForgotFetchesItAgain() {
    cluster.proposeAll("n1", "a", 1000);
    join("n2");
    cluster.awaitEqual(1000);
    cluster.stores.put("n2", new SharedStore(SharedStore.in(cluster.stores)));
    cluster.restart("n2");
    cluster.proposeAll("n1", "b", 5);
    cluster.awaitEqual(1005);
    assertThat(cluster.stores.get("n2").prepared.get()).isEqualTo(1);
  }

  @Test
  void snapshotThatAStoreForgotIsFetchedFromAnotherMemberOnceItsSenderHasLeft() {
    join("n2");
    cluster.change("n2", ADD_OR_PROMOTE_VOTER);
    cluster.proposeAll(cluster.leader(), "a", 1000);
    join("n3");
    cluster.awaitEqual(1000);
    String sender = cluster.leader();
    String heir = sender.equals("n1") ? "n2" : "n1";
    cluster.kill("n3");
    cluster.stores.put("n3", new SharedStore(SharedStore.in(cluster.stores)));
    cluster.groups.get(sender).transfer(heir).orTimeout(30, TimeUnit.SECONDS).join();
    cluster.change(sender, REMOVE);
    cluster.kill(sender);
    cluster.stores.remove(sender);
    cluster.start("n3");
    cluster.proposeAll(heir, "b", 5);
    cluster.awaitEqual(1005);
  }

  @Test
  void removedMemberLearnsOfItAndMayBeForgotten() {
    growToThree();
    String leader = cluster.leader();
    String gone = cluster.others(leader).getFirst();
    ReplicaSet removed = cluster.groups.remove(gone);
    cluster.change(gone, REMOVE);
    await().atMost(Duration.ofSeconds(20)).until(removed::isRemoved);
    cluster
        .nodes
        .get(gone)
        .removeReplicaSet(TestReplicaSet.ID)
        .orTimeout(10, TimeUnit.SECONDS)
        .join();
    assertThat(cluster.nodes.get(gone).storedReplicaSets()).isEmpty();
    cluster.proposeAll(leader, "a", 10);
    cluster.awaitEqual(10);
  }

  @Test
  void memberRemovedWhileItWasDownLearnsOfItWhenItIsBack() {
    growToThree();
    String leader = cluster.leader();
    String gone = cluster.others(leader).getFirst();
    cluster.kill(gone);
    cluster.change(gone, REMOVE);
    cluster.start(gone);
    await().atMost(Duration.ofSeconds(20)).until(() -> cluster.groups.get(gone).isRemoved());
  }

  @Test
  void leaderIsRemovedOnlyAfterItHasHandedOver() {
    growToThree();
    String leader = cluster.leader();
    ReplicaSet old = cluster.groups.get(leader);
    assertThatThrownBy(() -> old.changeMembers(leader, REMOVE).join())
        .hasCauseInstanceOf(MembershipConflictException.class);
    String heir = cluster.others(leader).getFirst();
    old.transfer(heir).orTimeout(30, TimeUnit.SECONDS).join();
    cluster.change(leader, REMOVE);
    cluster.groups.remove(leader);
    await().atMost(Duration.ofSeconds(20)).until(old::isRemoved);
    assertThat(old.leadership()).isNull();
    cluster.proposeAll(cluster.leader(), "a", 10);
    cluster.awaitEqual(10);
  }

  @Test
  void changeThatMakesNoSenseIsRefused() {
    ReplicaSet group = cluster.groups.get("n1");
    for (MemberChange change : List.of(ADD_LEARNER, ADD_OR_PROMOTE_VOTER, REMOVE)) {
      assertThatThrownBy(() -> group.changeMembers("n1", change).join())
          .hasCauseInstanceOf(MembershipConflictException.class);
    }
    assertThatThrownBy(() -> group.changeMembers("n9", REMOVE).join())
        .hasCauseInstanceOf(MembershipConflictException.class);
  }

  @Test
  void secondChangeWaitsForTheFirst() {
    growToThree();
    String leader = cluster.leader();
    cluster.network.cutOff(leader);
    ReplicaSet group = cluster.groups.get(leader);
    CompletableFuture<Void> first = group.changeMembers("n4", ADD_LEARNER);
    assertThatThrownBy(() -> group.changeMembers("n5", ADD_LEARNER).join())
        .hasCauseInstanceOf(MembershipConflictException.class);
    cluster.network.heal();
    assertThat(first.handle((_, _) -> true).orTimeout(30, TimeUnit.SECONDS).join()).isTrue();
    assertThat(group.propose("x".getBytes(UTF_8), null)).isNotNull();
  }
}
