// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import static io.cairn.cluster.group.GroupCluster.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.ReplicationGroup;
import io.cairn.cluster.group.GroupCluster.TestNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node says it can do for its group is what it can do. */
class ConditionTest {

  private static final int STEPS = Integer.getInteger("cairn.condition.steps", 12);

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
    assertThat(again.group().view().nodes().get("c").status())
        .isEqualTo(NodeStatus.SYNCHRONIZING);
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
    assertThat(Whereabouts.tell(instance.sets(), Map.of()))
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
                    .isEqualTo(
                        "2 of 3 members live, and membershipQuorum is 3; start again: c");
              }
            });

    nodes[0].group().configure(config -> withQuorum(config, 2)).join();

    eventually().until(() -> !nodes[1].partitions().condition().idle());
  }

  private static GroupConfig withQuorum(GroupConfig config, int quorum) {
    return new GroupConfig(
        config.nodeRemovalDelayMicros(), config.stableGroupMaintenanceIntervalCount(), quorum, 1);
  }

  /** Nodes are killed, cut off, restarted and damaged at random; the seed is printed with a failure. */
  @Test
  void nodeThatSaysItIsAvailableIsAndOneThatIsNotSaysWhy() throws Exception {
    long seed = Long.getLong("cairn.condition.seed", System.nanoTime());
    Random random = new Random(seed);
    Map<String, TestNode> up = new TreeMap<>();
    for (TestNode node : three()) {
      up.put(node.id(), node);
    }
    List<String> history = new ArrayList<>(List.of("seed " + seed));
    boolean wasAvailable = false;
    for (int step = 0; step < STEPS; step++) {
      String id = String.valueOf((char) ('a' + random.nextInt(3)));
      history.add(disturb(random.nextInt(4), id, up));
      for (int look = 0; look < 6; look++) {
        for (TestNode node : up.values()) {
          wasAvailable |= check(node, history);
        }
        TimeUnit.MILLISECONDS.sleep(random.nextInt(40));
      }
    }
    assertThat(wasAvailable).as("at some time: " + history).isTrue();
  }

  private String disturb(int what, String id, Map<String, TestNode> up) throws Exception {
    TestNode node = up.get(id);
    if (node == null) {
      TestNode again = cluster.prepare(id, "a", "b", "c");
      if (what == 0) {
        again.machines().breakPartition("default/3");
      }
      up.put(id, again);
      var _ = again.groups().start(FakeNetwork.address(id), Duration.ofMillis(50));
      return "start " + id + (what == 0 ? " with a damaged replica" : "");
    }
    switch (what) {
      case 0 -> node.machines().breakPartition("");
      case 1 -> cluster.network().cutOff(id);
      case 2 -> cluster.network().heal(id);
      default -> {
        cluster.network().heal(id);
        up.remove(id);
        cluster.kill(node);
      }
    }
    return List.of("mend ", "cut off ", "heal ", "kill ").get(what) + id;
  }

  /** Returns whether the node said that it is available, before and after it was tried. */
  private boolean check(TestNode node, List<String> history) {
    NodeGroup group = node.groups().find(NodeGroups.DEFAULT);
    if (group == null) {
      assertThat(node.groups().view(NodeGroups.DEFAULT).reason()).isNotBlank();
      return false;
    }
    GroupView before = group.view();
    List<String> failures = tryAll(group);
    GroupView after = group.view();
    boolean available = before.available() && after.available() && before.equals(after);
    if (available) {
      if (!failures.isEmpty()) {
        // What has only just happened to it is noticed a moment later.
        eventually().untilAsserted(() -> assertIsAsItSays(node, group, history));
        return false;
      }
      assertThat(after.nodes().get(node.id()).status()).isEqualTo(NodeStatus.AVAILABLE);
    } else if (!after.available()) {
      assertThat(after.condition().reasons()).as("%s", history).allMatch(why -> !why.isBlank());
    }
    return available;
  }

  private void assertIsAsItSays(TestNode node, NodeGroup group, List<String> history) {
    GroupView view = group.view();
    assertThat(view.available() ? tryAll(group) : List.of())
        .as("%s says %s after %s", node.id(), view, history)
        .isEmpty();
  }

  /** Writes to each partition through its owner, and reads each replica here. */
  private List<String> tryAll(NodeGroup group) {
    PartitionSet set = group.partitions("default");
    if (set == null) {
      return List.of("no partitions");
    }
    List<String> failures = new ArrayList<>();
    for (Partition partition : set.partitions()) {
      ReplicationGroup leader = cluster.leader(partition);
      ReplicationGroup here = partition.replica();
      if (leader == null || here == null || partition.machine() == null) {
        failures.add("%s: leader %s, replica %s".formatted(partition.id(), leader, here));
        continue;
      }
      try {
        leader.propose("k=v".getBytes(StandardCharsets.UTF_8), null).get(1, TimeUnit.SECONDS);
        here.readIndex().thenCompose(here::awaitApplied).get(1, TimeUnit.SECONDS);
      } catch (ExecutionException | TimeoutException e) {
        failures.add(partition.id() + ": " + e);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
    return failures;
  }
}
