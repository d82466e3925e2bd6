// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import static io.cairn.cluster.group.GroupCluster.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.cluster.group.GroupCluster.TestNode;
import io.cairn.cluster.group.state.GroupConfig;
import io.cairn.cluster.group.state.GroupRecord;
import io.cairn.cluster.group.state.GroupRegister;
import io.cairn.cluster.group.state.NodeRole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

  /** The node that made the group knows who else is in it, although it began alone. */
  @Test
  void stateOfTheGroupThatIsDamagedOrLostIsFetchedFromTheOthers() throws IOException {
    cluster.close();
    cluster = GroupCluster.withShortLogs(directory);
    TestNode a = cluster.start("a");
    TestNode b = cluster.start("b", "a");
    cluster.awaitGroup(a, b);
    cluster.put(a, "k", "v");
    change(b, 30);
    TestNode c = cluster.start("c", "a");
    cluster.awaitGroup(a, b, c);
    String name = "groups/default@" + b.group().view().uid() + ".system";
    Path damaged = directory.resolve("a").resolve(name);
    Path lost = directory.resolve("c").resolve(name);
    eventually().untilAsserted(() -> assertThat(lost).as("it was filled").exists());

    cluster.kill(a);
    Files.createDirectories(damaged.getParent());
    Files.write(damaged, new byte[] {1, 2, 3});
    change(b, 12);
    a = cluster.start("a");
    cluster.awaitGroup(a, b, c);
    assertThat(a.group().view().config()).isEqualTo(b.group().view().config());
    assertThat(damaged.resolveSibling(damaged.getFileName() + ".damaged")).hasSize(3);

    for (TestNode node : List.of(a, b, c)) {
      cluster.kill(node);
    }
    Files.delete(lost);
    List<TestNode> all = List.of(cluster.prepare("a"), cluster.prepare("b"), cluster.prepare("c"));
    cluster.startTogether(all);
    cluster.awaitGroup(all.toArray(TestNode[]::new));
    assertHolds(all.get(2), Map.of("k", "v"));
    cluster.put(all.get(2), "k", "w");
  }

  @Test
  void stateOfAGroupOfOneThatIsDamagedIsRefusedWithWhatToDo() throws Exception {
    cluster.kill(cluster.start("a"));
    Path state = directory.resolve("a/groups");
    String json = Files.readString(directory.resolve("a/groups.json"));
    String uid = json.replaceAll("(?s).*\"uid\" : \"([^\"]+)\".*", "$1");
    Files.createDirectories(state);
    Files.write(state.resolve("default@" + uid + ".system"), new byte[] {1, 2, 3});

    TestNode again = cluster.prepare("a");
    assertThat(again.groups().start(FakeNetwork.address("a"), Duration.ofMillis(200))).isFalse();

    eventually().until(() -> again.groups().damage() != null);
    assertThat(again.groups().damage())
        .hasMessageContaining("damaged")
        .hasMessageContaining("No other node has it: restore the whole data directory");
  }

  /** What identifies a node is never made up anew. */
  @Test
  void registerThatIsDamagedOrLostIsRefusedWithWhatToDo() throws IOException {
    assertThatThrownBy(() -> GroupRegister.open(directory, "a", List.of("local/0", "g@u/sys")))
        .hasMessageContaining("is missing, but the log holds replicas of g.")
        .hasMessageContaining("restore it from a backup")
        .hasMessageContaining("it joins anew");
    assertThat(GroupRegister.open(directory, "a", List.of("local/0")).all()).isEmpty();
    Files.writeString(directory.resolve("groups.json"), "{");
    assertThatThrownBy(() -> GroupRegister.open(directory, "a", List.of()))
        .hasMessageContaining("is damaged")
        .hasMessageContaining("it joins anew");
  }

  /** Else the node that made the group would make it once more, beside the others. */
  @Test
  void memberWhoseLogIsLostIsRefusedWithWhatToDo() throws IOException {
    GroupRegister register = GroupRegister.open(directory, "a", List.of());
    var _ =
        register.update(
            "default",
            record ->
                record.withActive(
                    new GroupRecord.GroupMembership(
                        "u", 0, "t", List.of("a"), true, NodeRole.PEER, "", Map.of(), List.of())));

    assertThatThrownBy(() -> GroupRegister.open(directory, "a", List.of()))
        .hasMessageContaining("says that this node is in a group, but its log is empty")
        .hasMessageContaining("Restore the whole data directory")
        .hasMessageContaining("it joins anew");
    assertThat(GroupRegister.open(directory, "a", List.of("local/0")).all()).hasSize(1);
  }

  private static void change(TestNode node, int times) {
    for (int i = 0; i < times; i++) {
      node.group()
          .configure(
              now ->
                  new GroupConfig(
                      now.nodeRemovalDelayMicros(),
                      now.stableGroupMaintenanceIntervalCount() + 1,
                      now.membershipQuorum(),
                      1))
          .join();
    }
  }

  private static void assertHolds(TestNode node, Map<String, String> documents) {
    eventually().untilAsserted(() -> assertThat(node.documents()).isEqualTo(documents));
  }
}
