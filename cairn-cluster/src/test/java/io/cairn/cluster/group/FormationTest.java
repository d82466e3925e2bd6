// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import static io.cairn.cluster.group.GroupCluster.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.group.GroupCluster.TestNode;
import io.cairn.cluster.group.state.GroupConfig;
import io.cairn.cluster.group.state.NodeRole;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that start or join at the same instant end in one group. */
class FormationTest {

  private static final int TIMES = 50;

  @TempDir private Path directory;

  @Test
  void twoThatStartAtOnceFormOneGroup() {
    for (int i = 0; i < TIMES; i++) {
      startTogether("two-" + i, "a", "b");
    }
  }

  @Test
  void threeThatStartAtOnceFormOneGroup() {
    for (int i = 0; i < TIMES / 2; i++) {
      startTogether("three-" + i, "a", "b", "c");
    }
  }

  private void startTogether(String name, String... ids) {
    try (GroupCluster cluster = new GroupCluster(directory.resolve(name))) {
      List<TestNode> nodes =
          Stream.of(ids).map(id -> cluster.prepare(id, s -> s.withPartitions(2), ids)).toList();
      cluster.startTogether(nodes);

      cluster.awaitGroup(nodes.toArray(TestNode[]::new));
    }
  }

  @Test
  void groupsOfOneWhoseNodesJoinEachOtherAtOnceBecomeOneWithAllDocuments() {
    for (int i = 0; i < TIMES / 2; i++) {
      try (GroupCluster cluster = new GroupCluster(directory.resolve("mutual-" + i))) {
        TestNode a = cluster.start(cluster.prepare("a", s -> s.withPartitions(2)));
        TestNode b = cluster.start(cluster.prepare("b", s -> s.withPartitions(2)));
        cluster.put(a, "from-a", "1");
        cluster.put(b, "from-b", "2");

        JoinOptions options = new JoinOptions(NodeRole.PEER, null);
        URI addressOfA = FakeNetwork.address("a");
        CompletableFuture<Void> first = a.group().join(FakeNetwork.address("b"), options);
        CompletableFuture<Void> second = b.group().join(addressOfA, options);
        CompletableFuture.allOf(first, second).join();

        cluster.awaitGroup(a, b);
        assertHolds(a, Map.of("from-a", "1", "from-b", "2"));
        assertHolds(b, Map.of("from-a", "1", "from-b", "2"));
      }
    }
  }

  private static void assertHolds(TestNode node, Map<String, String> documents) {
    eventually()
        .untilAsserted(() -> assertThat(node.documents()).isEqualTo(new TreeMap<>(documents)));
  }

  @Test
  void quorumOfTwoWaitsForTheSecondNode() throws InterruptedException {
    try (GroupCluster cluster = new GroupCluster(directory)) {
      GroupConfig config = new GroupConfig(3_600_000_000L, 5, 2, 1);
      TestNode a = cluster.prepare("a", s -> s.withConfig(config), "b");
      assertThat(a.groups().start(FakeNetwork.address("a"), Duration.ofMillis(300))).isFalse();
      assertThat(a.groups().find(NodeGroups.DEFAULT)).isNull();

      TestNode b = cluster.start(cluster.prepare("b", s -> s.withConfig(config), "a"));

      eventually().until(() -> a.groups().find(NodeGroups.DEFAULT) != null);
      cluster.awaitGroup(a, b);
      assertThat(a.group().view().config().membershipQuorum()).isEqualTo(2);
    }
  }

  @Test
  void nodeWithPeersFindsTheOneThatKnowsNobody() {
    try (GroupCluster cluster = new GroupCluster(directory)) {
      TestNode b = cluster.start("b", "a");
      TestNode a = cluster.start("a");

      cluster.awaitGroup(a, b);
    }
  }

  @Test
  void quorumOfTwoIsFormedByASeedThatIsToldOfNobody() {
    try (GroupCluster cluster = new GroupCluster(directory)) {
      GroupConfig config = new GroupConfig(3_600_000_000L, 5, 2, 1);
      TestNode seed = cluster.prepare("a", s -> s.withConfig(config));
      TestNode b = cluster.prepare("b", s -> s.withConfig(config), "a");
      TestNode c = cluster.prepare("c", s -> s.withConfig(config), "a");
      cluster.startTogether(List.of(seed, b, c));

      cluster.awaitGroup(seed, b, c);
    }
  }
}
