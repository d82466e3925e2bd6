// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import static io.cairn.cluster.group.GroupCluster.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.cluster.Member;
import io.cairn.cluster.group.GroupCluster.TestNode;
import io.cairn.cluster.group.partition.Partition;
import io.cairn.cluster.group.state.GroupConfig;
import io.cairn.cluster.group.state.NodeRole;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How groups come to be, grow and shrink. */
class NodeGroupsTest {

  @TempDir private Path directory;
  private GroupCluster cluster;

  @BeforeEach
  void makeCluster() {
    cluster = new GroupCluster(directory);
  }

  @AfterEach
  void stopCluster() {
    cluster.close();
  }

  @Test
  void nodeWithoutPeersServesAtOnce() {
    TestNode a = cluster.start("a");

    assertThat(a.group().view().available()).isTrue();
    assertThat(a.leads("default")).isEqualTo(8);
    assertThat(a.group().view().nodes().get("a").status()).isEqualTo(NodeStatus.AVAILABLE);
  }

  @Test
  void nodeResumesItsGroupAfterARestart() {
    TestNode a = cluster.start("a");
    cluster.put(a, "k", "v");
    String uid = a.group().view().uid();
    cluster.kill(a);

    TestNode again = cluster.start("a");

    assertThat(again.group().view().uid()).isEqualTo(uid);
    assertThat(again.documents()).isEqualTo(Map.of("k", "v"));
  }

  @Test
  void nodeWithAPeerJoinsItsGroupAndSharesTheWork() {
    TestNode a = cluster.start("a");
    cluster.put(a, "k", "v");

    TestNode b = cluster.start("b", "a");

    cluster.awaitGroup(a, b);
    eventually().untilAsserted(() -> assertThat(a.leads("default")).isEqualTo(4));
    eventually().untilAsserted(() -> assertThat(b.leads("default")).isEqualTo(4));
    assertThat(b.documents()).isEqualTo(Map.of("k", "v"));
    assertThat(a.group().view().membershipUpdateTimeMicros())
        .isEqualTo(b.group().view().membershipUpdateTimeMicros());
  }

  @Test
  void joinerKeepsItsOwnDocuments() {
    TestNode a = cluster.start("a");
    TestNode b = cluster.start("b");
    cluster.put(a, "from-a", "1");
    cluster.put(b, "from-b", "2");

    b.group().join(FakeNetwork.address("a"), new JoinOptions(NodeRole.PEER, 2)).join();

    cluster.awaitGroup(a, b);
    Map<String, String> both = Map.of("from-a", "1", "from-b", "2");
    eventually().untilAsserted(() -> assertThat(a.documents()).isEqualTo(both));
    eventually().untilAsserted(() -> assertThat(b.documents()).isEqualTo(both));
    assertThat(a.group().view().config().membershipQuorum()).isEqualTo(2);
  }

  @Test
  void documentsWrittenWhileTheJoinerLearnsAreKept() {
    TestNode a = cluster.start("a");
    TestNode b = cluster.start("b");
    cluster.put(b, "early", "1");
    var joining = b.group().join(FakeNetwork.address("a"), new JoinOptions(NodeRole.PEER, null));
    cluster.put(a, "meanwhile", "2");
    joining.join();

    cluster.awaitGroup(a, b);
    eventually()
        .untilAsserted(
            () -> assertThat(b.documents()).isEqualTo(Map.of("early", "1", "meanwhile", "2")));
  }

  @Test
  void groupsWithSeveralMembersAreNotMerged() {
    TestNode a = cluster.start("a");
    TestNode b = cluster.start("b", "a");
    TestNode c = cluster.start("c");
    TestNode d = cluster.start("d", "c");
    cluster.awaitGroup(a, b);
    cluster.awaitGroup(c, d);

    var joining = a.group().join(FakeNetwork.address("c"), new JoinOptions(NodeRole.PEER, null));

    assertThatThrownBy(joining::join)
        .hasCauseInstanceOf(JoinRefusedException.class)
        .hasMessageContaining("2 members");
    cluster.awaitGroup(a, b);
    cluster.awaitGroup(c, d);
  }

  @Test
  void joiningTheSameGroupAgainDoesNothing() {
    TestNode a = cluster.start("a");
    TestNode b = cluster.start("b", "a");
    cluster.awaitGroup(a, b);
    long before = b.group().view().membershipUpdateTimeMicros();

    b.group().join(FakeNetwork.address("a"), new JoinOptions(NodeRole.PEER, null)).join();

    assertThat(b.group().view().membershipUpdateTimeMicros()).isEqualTo(before);
  }

  @Test
  void observerHoldsEverythingAndNeverVotes() {
    TestNode a = cluster.start("a");
    cluster.put(a, "k", "v");
    TestNode b = cluster.start("b");
    b.group().join(FakeNetwork.address("a"), new JoinOptions(NodeRole.OBSERVER, null)).join();
    cluster.awaitGroup(a, b);

    assertThat(a.group().view().nodes().get("b").role()).isEqualTo(NodeRole.OBSERVER);
    assertThat(b.documents()).isEqualTo(Map.of("k", "v"));
    for (Partition partition : a.partitions().partitions()) {
      assertThat(partition.owner()).isEqualTo("a");
      assertThat(partition.replica().members())
          .containsExactlyInAnyOrder(new Member("a", true), new Member("b", false));
    }
    cluster.kill(b);
    eventually()
        .until(
            () ->
                a.group().view().nodes().get("b").status() == NodeStatus.UNAVAILABLE
                    && a.group().view().available());
  }

  @Test
  void othersLeadWhenALeaderDiesAndItsReturnIsSeen() {
    TestNode a = cluster.start("a");
    TestNode b = cluster.start("b", "a");
    TestNode c = cluster.start("c", "a");
    cluster.awaitGroup(a, b, c);
    eventually().until(() -> a.leads("default") == 2 || a.leads("default") == 3);

    cluster.kill(a);

    eventually()
        .untilAsserted(
            () -> {
              assertThat(b.group().view().nodes().get("a").status())
                  .isEqualTo(NodeStatus.UNAVAILABLE);
              assertThat(b.group().view().nodes().get("a").expirationTimeMicros()).isPositive();
              assertThat(b.leads("default")).isEqualTo(4);
              assertThat(c.leads("default")).isEqualTo(4);
              assertThat(b.group().view().available()).isTrue();
            });
    cluster.put(b, "k", "v");

    TestNode again = cluster.start("a");
    cluster.awaitGroup(again, b, c);
    eventually().untilAsserted(() -> assertThat(again.documents()).isEqualTo(Map.of("k", "v")));
    eventually().until(() -> again.leads("default") >= 2);
  }

  @Test
  void noNodeLeadsMoreThanItsShare() {
    TestNode a = cluster.start("a");
    TestNode b = cluster.start("b", "a");
    TestNode c = cluster.start("c", "a");
    cluster.awaitGroup(a, b, c);

    for (TestNode node : new TestNode[] {a, b, c}) {
      eventually().untilAsserted(() -> assertThat(node.leads("default")).isBetween(1L, 3L));
    }
  }

  @Test
  void halfOfTwoIsNotAvailableAndSaysWhy() {
    TestNode a = cluster.start("a");
    TestNode b = cluster.start("b", "a");
    cluster.awaitGroup(a, b);

    cluster.kill(b);

    eventually().until(() -> !a.group().view().available());
    assertThat(a.group().view().reason()).contains("majority is 2").contains("start again: b");
    assertThatThrownBy(() -> a.group().remove("b").join())
        .hasMessageContaining("cannot be removed by a minority");
  }

  @Test
  void quorumAboveAMajorityHolds() {
    TestNode a = cluster.start("a");
    TestNode b = cluster.start("b", "a");
    TestNode c = cluster.start("c", "a");
    cluster.awaitGroup(a, b, c);
    b.group().configure(config -> withQuorum(config, 3)).join();
    eventually().until(() -> a.group().view().config().membershipQuorum() == 3);

    cluster.kill(c);

    eventually()
        .untilAsserted(
            () ->
                assertThat(a.group().view().reason())
                    .contains("2 of 3 members live, and membershipQuorum is 3"));
  }

  private static GroupConfig withQuorum(GroupConfig config, int quorum) {
    return new GroupConfig(
        config.nodeRemovalDelayMicros(), config.stableGroupMaintenanceIntervalCount(), quorum, 1);
  }

  @Test
  void deadNodeIsRemovedAfterTheDelayAndRejoinsAsNew() {
    TestNode a = cluster.start("a");
    TestNode b = cluster.start("b", "a");
    TestNode c = cluster.start("c", "a");
    cluster.awaitGroup(a, b, c);
    cluster.put(a, "k", "v");
    a.group().configure(config -> new GroupConfig(200_000, 5, 1, 1)).join();

    cluster.kill(c);
    eventually().until(() -> a.group().view().nodes().size() == 2);
    cluster.awaitGroup(a, b);
    eventually()
        .until(
            () ->
                a.partitions().partitions().stream()
                    .allMatch(partition -> partition.replica().members().size() == 2));
    a.group().configure(config -> GroupConfig.defaults()).join();
    cluster.put(a, "later", "2");

    TestNode again = cluster.start("c");

    cluster.awaitGroup(a, b, again);
    assertThat(again.partitions().partitions().getFirst().id().generation()).isEqualTo(1);
    eventually()
        .untilAsserted(
            () -> assertThat(again.documents()).isEqualTo(Map.of("k", "v", "later", "2")));
  }

  @Test
  void nodeThatLostItsDiskIsTakenInAnew() {
    TestNode a = cluster.start("a");
    TestNode b = cluster.start("b", "a");
    TestNode c = cluster.start("c", "a");
    cluster.awaitGroup(a, b, c);
    cluster.put(a, "k", "v");

    cluster.kill(c);
    cluster.loseDisk("c");
    TestNode again = cluster.start("c", "a");

    cluster.awaitGroup(a, b, again);
    eventually().untilAsserted(() -> assertThat(again.documents()).isEqualTo(Map.of("k", "v")));
  }

  @Test
  void allResumeWithoutBeingToldOfPeers() {
    TestNode a = cluster.start("a");
    TestNode b = cluster.start("b", "a");
    TestNode c = cluster.start("c", "a");
    cluster.awaitGroup(a, b, c);
    cluster.put(a, "k", "v");
    cluster.kill(a);
    cluster.kill(b);
    cluster.kill(c);

    TestNode[] again = {cluster.prepare("a"), cluster.prepare("b"), cluster.prepare("c")};
    cluster.startTogether(List.of(again));

    cluster.awaitGroup(again);
    assertThat(again[1].documents()).isEqualTo(Map.of("k", "v"));
  }

  @Test
  void customGroupIsJoinedByItsName() throws java.io.IOException {
    TestNode a = cluster.start("a");
    TestNode b = cluster.start("b", "a");
    cluster.awaitGroup(a, b);
    a.groups().create("custom", GroupConfig.defaults());
    NodeGroup atB = b.groups().create("custom", GroupConfig.defaults());

    atB.join(FakeNetwork.address("a"), new JoinOptions(NodeRole.PEER, null)).join();

    eventually()
        .untilAsserted(
            () -> {
              assertThat(a.group("custom").view().nodes()).containsOnlyKeys("a", "b");
              assertThat(a.group("custom").view().available()).isTrue();
              assertThat(b.group("custom").view().uid()).isEqualTo(a.group("custom").view().uid());
            });
  }

  @Test
  void nodeThatStopsOrderlyLeadsNothingAnyMore() {
    TestNode a = cluster.start("a");
    TestNode b = cluster.start("b", "a");
    TestNode c = cluster.start("c", "a");
    cluster.awaitGroup(a, b, c);

    a.groups().leave(java.time.Duration.ofSeconds(5));

    assertThat(a.leads("default")).isZero();
    eventually().untilAsserted(() -> assertThat(b.leads("default")).isEqualTo(4));
  }

  @Test
  void partitionThatCannotBeOpenedDoesNotStopTheOthers() {
    TestNode a = cluster.start("a");
    cluster.kill(a);
    TestNode again = cluster.prepare("a");
    again.machines().breakPartition("default/3");
    boolean serves = startFor(again, java.time.Duration.ofSeconds(1));

    assertThat(serves).isFalse();
    eventually()
        .untilAsserted(
            () ->
                assertThat(again.group().view().reason())
                    .contains("default/3")
                    .contains("the index is damaged"));
    assertThat(again.leads("default")).isEqualTo(7);
  }

  @Test
  void replicaThatIsRefusedAsOfAnOldDiskBeginsAnewThoughItsNodeIsAccepted() {
    TestNode a = cluster.start("a");
    TestNode b = cluster.start("b", "a");
    TestNode c = cluster.start("c", "a");
    cluster.awaitGroup(a, b, c);
    cluster.put(a, "k", "v");
    for (Partition partition : c.partitions().partitions()) {
      if (!"c".equals(partition.owner())) {
        cluster.consensus().refuse("c", partition.id().groupName());
      }
    }

    eventually()
        .untilAsserted(
            () ->
                assertThat(c.partitions().partitions())
                    .allSatisfy(partition -> assertThat(partition.replica()).isNotNull())
                    .noneMatch(partition -> partition.replica().failure() != null));
    cluster.awaitGroup(a, b, c);
    eventually().untilAsserted(() -> assertThat(c.documents()).isEqualTo(Map.of("k", "v")));
  }

  private static boolean startFor(TestNode node, java.time.Duration patience) {
    try {
      return node.groups().start(FakeNetwork.address(node.id()), patience);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
