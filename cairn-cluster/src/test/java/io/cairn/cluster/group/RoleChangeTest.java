// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import static io.cairn.cluster.group.GroupCluster.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.cluster.Member;
import io.cairn.cluster.group.GroupCluster.TestNode;
import io.cairn.cluster.group.partition.Partition;
import io.cairn.cluster.group.state.NodeRole;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members that vote no more, or begin to, over the real engine and log. */
class RoleChangeTest {

  @TempDir private Path directory;

  @Test
  void memberChangesItsRoleThereAndBackAndKeepsItOverRestarts() {
    try (GroupCluster cluster = GroupCluster.withEngine(directory)) {
      List<TestNode> nodes =
          List.of(
              cluster.prepare("a", "a", "b", "c"),
              cluster.prepare("b", "a", "b", "c"),
              cluster.prepare("c", "a", "b", "c"));
      cluster.startTogether(nodes);
      TestNode[] all = nodes.toArray(TestNode[]::new);
      cluster.awaitGroup(all);
      cluster.put(nodes.get(2), "k", "v");

      nodes.get(1).group().changeRole("c", NodeRole.OBSERVER).join();

      awaitVoters(all, "a", "b");
      cluster.put(nodes.get(2), "l", "w");
      assertHolds(nodes.get(2), Map.of("k", "v", "l", "w"));

      // The node that made the group too.
      nodes.get(2).group().changeRole("a", NodeRole.OBSERVER).join();
      awaitVoters(all, "b");
      assertThatThrownBy(() -> nodes.get(0).group().changeRole("b", NodeRole.OBSERVER).join())
          .hasRootCauseInstanceOf(IllegalStateException.class)
          .hasMessageContaining("only PEER");

      cluster.kill(nodes.get(2));
      TestNode again = cluster.start("c");
      TestNode[] later = {nodes.get(0), nodes.get(1), again};
      awaitVoters(later, "b");
      again.group().changeRole("c", NodeRole.PEER).join();
      awaitVoters(later, "b", "c");
      again.group().changeRole("a", NodeRole.PEER).join();
      awaitVoters(later, "a", "b", "c");
      cluster.put(again, "m", "x");
      for (TestNode node : later) {
        assertHolds(node, Map.of("k", "v", "l", "w", "m", "x"));
      }
    }
  }

  /** Waits until all are settled members, and just these vote in each partition. */
  private static void awaitVoters(TestNode[] nodes, String... voters) {
    eventually()
        .untilAsserted(
            () -> {
              for (TestNode node : nodes) {
                GroupView view = node.group().view();
                assertThat(view.available()).as(view.reason()).isTrue();
                assertThat(view.nodes()).hasSize(nodes.length);
                assertThat(view.nodes().values())
                    .as("%s sees %s", node.id(), view)
                    .allMatch(member -> member.status() == NodeStatus.AVAILABLE)
                    .allMatch(
                        member ->
                            (member.role() == NodeRole.PEER)
                                == Arrays.asList(voters).contains(member.id()));
                for (Partition partition : node.partitions().partitions()) {
                  assertThat(partition.replica())
                      .as("%s of %s", partition.id(), node.id())
                      .isNotNull();
                  assertThat(partition.replica().members())
                      .as("%s of %s", partition.id(), node.id())
                      .hasSize(nodes.length)
                      .filteredOn(Member::voter)
                      .extracting(Member::nodeId)
                      .containsExactlyInAnyOrder(voters);
                }
              }
            });
  }

  private static void assertHolds(TestNode node, Map<String, String> documents) {
    eventually().untilAsserted(() -> assertThat(node.documents()).isEqualTo(documents));
  }
}
