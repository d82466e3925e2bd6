// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import static io.cairn.cluster.group.GroupCluster.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.group.GroupCluster.TestNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Groups over the real consensus engine and log. */
class GroupsOverEngineTest {

  @TempDir private Path directory;
  private GroupCluster cluster;

  @BeforeEach
  void makeCluster() {
    cluster = GroupCluster.withEngine(directory);
  }

  @AfterEach
  void stopCluster() {
    cluster.close();
  }

  @Test
  void joinersKeepTheirDocumentsAndShareTheWork() {
    TestNode a = cluster.start("a");
    TestNode b = cluster.start("b");
    cluster.put(a, "from-a", "1");
    cluster.put(b, "from-b", "2");

    b.group().join(FakeNetwork.address("a"), new JoinOptions(NodeRole.PEER, null)).join();

    cluster.awaitGroup(a, b);
    assertHolds(a, Map.of("from-a", "1", "from-b", "2"));
    assertHolds(b, Map.of("from-a", "1", "from-b", "2"));
    eventually().untilAsserted(() -> assertThat(b.leads("default")).isEqualTo(4));
  }

  @Test
  void threeThatStartAtOnceSurviveTheDeathOfOneAndOfAll() {
    List<TestNode> nodes =
        List.of(
            cluster.prepare("a", "a", "b", "c"),
            cluster.prepare("b", "a", "b", "c"),
            cluster.prepare("c", "a", "b", "c"));
    cluster.startTogether(nodes);
    cluster.awaitGroup(nodes.toArray(TestNode[]::new));
    cluster.put(nodes.get(1), "k", "v");

    cluster.kill(nodes.get(0));
    cluster.put(nodes.get(1), "later", "2");
    TestNode again = cluster.start("a");
    cluster.awaitGroup(again, nodes.get(1), nodes.get(2));
    assertHolds(again, Map.of("k", "v", "later", "2"));

    cluster.kill(again);
    cluster.kill(nodes.get(1));
    cluster.kill(nodes.get(2));
    List<TestNode> all = List.of(cluster.prepare("a"), cluster.prepare("b"), cluster.prepare("c"));
    cluster.startTogether(all);
    cluster.awaitGroup(all.toArray(TestNode[]::new));
    assertHolds(all.get(2), Map.of("k", "v", "later", "2"));
  }

  @Test
  void removedNodeBeginsAnew() {
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

    TestNode again = cluster.start("c");

    cluster.awaitGroup(a, b, again);
    assertHolds(again, Map.of("k", "v"));
  }

  private static void assertHolds(TestNode node, Map<String, String> documents) {
    eventually().untilAsserted(() -> assertThat(node.documents()).isEqualTo(documents));
  }
}
