// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import static io.cairn.cluster.group.GroupCluster.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.group.GroupCluster.TestNode;
import io.cairn.cluster.group.partition.Condition;
import io.cairn.cluster.group.partition.Partition;
import io.cairn.cluster.group.replica.PartitionLeaders;
import io.cairn.cluster.group.state.GroupConfig;
import io.cairn.cluster.group.state.SelectorSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node says it can do for its group is what it can do. */
class ConditionTest {

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

  private TestNode[] three() {
    TestNode a = cluster.start("a");
    TestNode b = cluster.start("b", "a");
    TestNode c = cluster.start("c", "a");
    cluster.awaitGroup(a, b, c);
    return new TestNode[] {a, b, c};
  }

  @Test
  void nodeWithAReplicaThatCannotBeOpenedIsNotAvailableAndNamesIt() throws Exception {
    TestNode[] nodes = three();
    cluster.kill(nodes[2]);
    TestNode again = cluster.prepare("c", "a");
    again.machines().breakPartition("default/3");
    assertThat(again.groups().start(FakeNetwork.address("c"), Duration.ofMillis(300))).isFalse();

    eventually()
        .untilAsserted(
            () ->
                assertThat(again.group().view().condition().reasons("default"))
                    .anySatisfy(
                        why ->
                            assertThat(why)
                                .startsWith("partition default/3: its replica on c")
                                .contains("the index is damaged")));
    assertThat(again.group().view().available()).isFalse();
    assertThat(again.group().view().nodes().get("c").status()).isEqualTo(NodeStatus.SYNCHRONIZING);
    eventually()
        .untilAsserted(
            () ->
                assertThat(nodes[0].group().view().nodes().get("c").status())
                    .as("as others see it")
                    .isEqualTo(NodeStatus.SYNCHRONIZING));
    assertThat(nodes[0].group().view().available()).as("the others serve").isTrue();

    again.machines().breakPartition("");

    cluster.awaitGroup(nodes[0], nodes[1], again);
  }

  /** Two nodes without a replica once confirmed each other's belief in a dead leader for ever. */
  @Test
  void deadLeaderIsNotBelievedInOnHearsay() throws Exception {
    TestNode[] nodes = three();
    TestNode d = cluster.start("d", "a");
    TestNode e = cluster.start("e", "a");
    cluster.awaitGroup(nodes[0], nodes[1], nodes[2], d, e);
    cluster.kill(d);
    cluster.kill(e);
    TestNode without = withoutPartition7("d");
    Partition fromD = without.partitions().partitions().get(7);
    Partition fromE = withoutPartition7("e").partitions().partitions().get(7);
    eventually().until(() -> fromD.owner() != null && fromE.owner() != null);
    GroupInstance instance = ((MemberGroup) without.group()).current();
    assertThat(PartitionLeaders.tell(instance.sets(), Map.of()))
        .as("d knows who leads, and tells nobody")
        .anyMatch(located -> located.number() == 7)
        .noneMatch(located -> located.number() == 7 && located.leads());

    cluster.kill(nodes[0]); // two of five are left, who elect nobody

    eventually()
        .during(Duration.ofMillis(400)) // nobody brings the belief up again
        .untilAsserted(
            () -> {
              assertThat(fromD.owner()).isNull();
              assertThat(fromE.owner()).isNull();
              assertThat(nodes[1].group().view().condition().reasons("default"))
                  .anySatisfy(why -> assertThat(why).contains("default/7").contains("leader"));
            });
  }

  private TestNode withoutPartition7(String id) throws InterruptedException {
    TestNode node = cluster.prepare(id, "a");
    node.machines().breakPartition("default/7");
    assertThat(node.groups().start(FakeNetwork.address(id), Duration.ofMillis(100))).isFalse();
    eventually().untilAsserted(() -> assertThat(node.partitions()).isNotNull());
    return node;
  }

  @Test
  void belowMembershipQuorumNothingIsOwnedAlthoughAMajorityLives() {
    TestNode[] nodes = three();
    nodes[0].group().configure(config -> withQuorum(config, 3)).join();
    eventually().until(() -> nodes[1].group().view().config().membershipQuorum() == 3);
    assertThat(nodes[1].partitions().condition().idle()).isFalse();

    cluster.kill(nodes[2]);

    eventually()
        .untilAsserted(
            () -> {
              for (TestNode node : List.of(nodes[0], nodes[1])) {
                Condition condition = node.partitions().condition();
                assertThat(condition.idle()).isTrue();
                assertThat(condition.refusal())
                    .isEqualTo("2 of 3 members live, and membershipQuorum is 3; start again: c");
              }
            });

    nodes[0].group().configure(config -> withQuorum(config, 2)).join();

    eventually().until(() -> !nodes[1].partitions().condition().idle());
  }

  private static GroupConfig withQuorum(GroupConfig config, int quorum) {
    return new GroupConfig(
        config.nodeRemovalDelayMicros(), config.stableGroupMaintenanceIntervalCount(), quorum, 1);
  }

  @Test
  void leaderWhoseDiskIsFullHandsItsPartitionsToThoseThatHaveRoomWhileThereAreAny() {
    TestNode[] nodes = three();
    eventually().until(() -> nodes[0].leads("default") > 0);

    nodes[0].groups().diskFull(true);

    eventually().until(() -> led(nodes[1], nodes[2]) == 8);
    assertThat(nodes[0].group().view().available()).as("they serve for it").isTrue();

    nodes[1].groups().diskFull(true);
    eventually().until(() -> nodes[2].leads("default") == 8);
    nodes[2].groups().diskFull(true); // there is none to hand them to

    nodes[1].groups().diskFull(false);
    eventually().until(() -> nodes[1].leads("default") == 8);
    nodes[0].groups().diskFull(false);
    nodes[2].groups().diskFull(false);
    eventually().until(() -> nodes[0].leads("default") > 0 && nodes[2].leads("default") > 0);
  }

  private static long led(TestNode... nodes) {
    long all = 0;
    for (TestNode node : nodes) {
      all += node.leads("default");
    }
    return all;
  }

  /** Nothing can be in a partition that nobody has led yet. */
  @Test
  void selectorThatHasJustBeenMadeKeepsNobodyFromServingForAWhile() {
    TestNode[] nodes = three();
    String prefix = "default@" + nodes[0].group().view().uid() + "/default-3x/";
    for (int i = 0; i < 8; i++) {
      cluster.consensus().leaderless(prefix + i, true);
    }
    List<String> told = new CopyOnWriteArrayList<>();
    for (TestNode node : nodes) {
      node.group().onChange(view -> told.addAll(view.condition().reasons()));
    }

    nodes[1].group().establish(new SelectorSpec("default-3x", 3)).join();

    eventually()
        .until(
            () ->
                nodes[0].group().partitions("default-3x") != null
                    && nodes[2].group().partitions("default-3x") != null);
    assertThat(told).isEmpty();
    assertThat(nodes[2].group().partitions("default-3x").partitions()).allMatch(Partition::isNew);
    for (TestNode node : nodes) {
      eventually()
          .untilAsserted(
              () ->
                  assertThat(node.group().view().condition().reasons("default-3x"))
                      .as("when it should have a leader")
                      .anySatisfy(why -> assertThat(why).contains("it has no leader yet")));
    }
    for (int i = 0; i < 8; i++) {
      cluster.consensus().leaderless(prefix + i, false);
    }
    cluster.awaitGroup(nodes);
    assertThat(nodes[2].group().partitions("default-3x").partitions()).noneMatch(Partition::isNew);
  }
}
