// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import static io.cairn.cluster.group.GroupCluster.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.Member;
import io.cairn.cluster.ReplicaSet;
import io.cairn.cluster.group.GroupCluster.TestNode;
import io.cairn.cluster.group.partition.Partition;
import io.cairn.cluster.group.partition.PartitionSet;
import io.cairn.cluster.group.state.GroupConfig;
import io.cairn.cluster.group.state.SelectorSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Selectors that keep each document on some nodes only. */
class SelectorPlacementTest {

  private static final SelectorSpec THREE = new SelectorSpec("default-3x", 3);

  @TempDir private Path directory;

  @Test
  void lostReplicasAreMadeAgainElsewhere() {
    try (GroupCluster cluster = new GroupCluster(directory)) {
      TestNode[] nodes = start(cluster, 5);
      nodes[1].group().establish(THREE).join();
      awaitPlaced(cluster, nodes, 3);
      nodes[0].group().configure(config -> new GroupConfig(200_000, 5, 1, 1)).join();

      cluster.kill(nodes[4]);
      TestNode[] left = java.util.Arrays.copyOf(nodes, 4);

      cluster.awaitGroup(left);
      awaitPlaced(cluster, left, 3);
      for (TestNode node : left) {
        for (Partition partition : node.group().partitions(THREE.name()).partitions()) {
          assertThat(partition.holders()).hasSize(3).doesNotContain("n4");
        }
      }
    }
  }

  @Test
  void partitionsMoveToNodesThatComeLater() {
    try (GroupCluster cluster = new GroupCluster(directory)) {
      TestNode first = cluster.start("n0");
      first.group().establish(new SelectorSpec("default-1x", 1)).join();
      eventually().until(() -> first.leads("default-1x") == 8);

      TestNode second = cluster.start("n1", "n0");

      eventually()
          .untilAsserted(
              () -> {
                assertThat(first.leads("default-1x")).isEqualTo(4);
                assertThat(second.leads("default-1x")).isEqualTo(4);
              });
      eventually()
          .untilAsserted(
              () -> {
                for (TestNode node : new TestNode[] {first, second}) {
                  assertThat(
                          node.group().partitions("default-1x").partitions().stream()
                              .filter(partition -> partition.replica() != null))
                      .hasSize(4);
                }
              });
      // What nobody else holds cannot be handed over, so a node that leaves does not wait for that.
      CompletableFuture<Void> left =
          CompletableFuture.runAsync(
              () -> second.groups().leave(Duration.ofHours(1)), Thread::startVirtualThread);
      eventually().until(left::isDone);
    }
  }

  private static TestNode[] start(GroupCluster cluster, int count) {
    List<TestNode> nodes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      nodes.add(i == 0 ? cluster.start("n0") : cluster.start("n" + i, "n0"));
    }
    TestNode[] all = nodes.toArray(TestNode[]::new);
    cluster.awaitGroup(all);
    return all;
  }

  private static void awaitPlaced(GroupCluster cluster, TestNode[] nodes, int factor) {
    for (TestNode node : nodes) {
      eventually()
          .untilAsserted(
              () -> {
                PartitionSet set = node.group().partitions(THREE.name());
                assertThat(set).isNotNull();
                for (Partition partition : set.partitions()) {
                  ReplicaSet leader = cluster.leader(partition);
                  assertThat(leader).as("%s at %s", partition.id(), node.id()).isNotNull();
                  assertThat(leader.members().stream().map(Member::nodeId))
                      .hasSize(factor)
                      .containsExactlyInAnyOrderElementsOf(partition.holders());
                  assertThat(leader.members()).allMatch(Member::voter);
                }
              });
    }
  }
}
