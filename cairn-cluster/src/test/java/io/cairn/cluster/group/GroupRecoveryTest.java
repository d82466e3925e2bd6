// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import static io.cairn.cluster.group.GroupCluster.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.group.GroupCluster.TestNode;
import io.cairn.cluster.group.partition.Partition;
import io.cairn.cluster.group.recovery.LostGroup;
import io.cairn.cluster.group.recovery.LostGroup.HeldPartition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a group after the loss of its majority, over the real engine and log. */
class GroupRecoveryTest {

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

  private List<TestNode> form(String... ids) {
    List<TestNode> nodes =
        java.util.Arrays.stream(ids).map(id -> cluster.prepare(id, ids)).toList();
    cluster.startTogether(nodes);
    cluster.awaitGroup(nodes.toArray(TestNode[]::new));
    return nodes;
  }

  private static void assertHolds(TestNode node, Map<String, String> documents) {
    eventually().untilAsserted(() -> assertThat(node.documents()).isEqualTo(documents));
  }

  @Test
  void survivorGoesOnAloneWithAllItHasAndOthersJoinIt() throws IOException {
    List<TestNode> nodes = form("a", "b", "c");
    cluster.put(nodes.get(1), "k", "v");
    cluster.put(nodes.get(2), "l", "w");
    assertHolds(nodes.get(0), Map.of("k", "v", "l", "w"));
    nodes.forEach(cluster::kill);
    cluster.loseDisk("b");
    cluster.loseDisk("c");

    List<LostGroup> lost = cluster.recover("a");

    LostGroup group = lost.getFirst();
    assertThat(group.members()).extracting(LostGroup.Member::id).containsExactly("a", "b", "c");
    assertThat(group.mayLive(Set.of())).isFalse();
    assertThat(group.mayLive(Set.of("b"))).isTrue();
    assertThat(group.partitions()).hasSize(8).allMatch(HeldPartition::isHeld);
    assertThat(group.damaged()).isEmpty();

    TestNode survivor = cluster.start("a");
    assertHolds(survivor, Map.of("k", "v", "l", "w"));
    assertThat(survivor.group().view().uid()).isNotEqualTo(group.uid());
    cluster.put(survivor, "m", "x");
    TestNode fresh = cluster.start("d", "a");
    cluster.awaitGroup(survivor, fresh);
    assertHolds(fresh, Map.of("k", "v", "l", "w", "m", "x"));

    cluster.kill(survivor);
    cluster.kill(fresh);
    List<TestNode> again = List.of(cluster.prepare("a"), cluster.prepare("d"));
    cluster.startTogether(again);
    cluster.awaitGroup(again.toArray(TestNode[]::new));
    assertHolds(again.get(0), Map.of("k", "v", "l", "w", "m", "x"));
  }

  @Test
  void survivorOfTwoGoesOnAlone() throws IOException {
    List<TestNode> nodes = form("a", "b");
    cluster.put(nodes.get(0), "k", "v");
    assertHolds(nodes.get(1), Map.of("k", "v"));
    nodes.forEach(cluster::kill);
    cluster.loseDisk("a");

    assertThat(cluster.recover("b")).hasSize(1);

    TestNode survivor = cluster.start("b");
    assertHolds(survivor, Map.of("k", "v"));
    assertThat(survivor.group().view().nodes()).containsOnlyKeys("b");
  }

  @Test
  void entriesThatNobodyIsKnownToHaveCommittedAreKept() throws IOException {
    List<TestNode> nodes = form("a", "b", "c");
    cluster.put(nodes.get(0), "k", "v");
    assertHolds(nodes.get(0), Map.of("k", "v"));
    Partition partition =
        nodes.get(0).partitions().partitions().stream()
            .filter(each -> "a".equals(each.owner()))
            .findFirst()
            .orElseThrow();
    cluster.kill(nodes.get(1));
    cluster.kill(nodes.get(2));
    var replica = partition.replica();
    var proposed = replica.propose("tail=1".getBytes(StandardCharsets.UTF_8), null);
    long last = replica.lastApplied();
    assertThat(proposed).isNotCompleted();
    cluster.kill(nodes.get(0));

    LostGroup lost = cluster.recover("a").getFirst();

    String key = partition.id().selector() + "/" + partition.id().number();
    assertThat(lost.partitions())
        .filteredOn(each -> each.key().equals(key))
        .singleElement()
        .satisfies(each -> assertThat(each.last()).isGreaterThan(last));
    assertHolds(cluster.start("a"), Map.of("k", "v", "tail", "1"));
  }

  @Test
  void documentsThatOnlyAnotherSurvivorHasComeWithItWhenItIsRecoveredToo() throws IOException {
    List<TestNode> nodes = form("a", "b", "c");
    cluster.put(nodes.get(0), "k", "v");
    assertHolds(nodes.get(0), Map.of("k", "v"));
    cluster.kill(nodes.get(0));
    cluster.put(nodes.get(1), "later", "2");
    assertHolds(nodes.get(1), Map.of("k", "v", "later", "2"));
    nodes.subList(1, 3).forEach(cluster::kill);
    cluster.loseDisk("c");

    var _ = cluster.recover("a");
    var _ = cluster.recover("b");

    TestNode a = cluster.start("a");
    TestNode b = cluster.start("b", "a");
    cluster.awaitGroup(a, b);
    assertHolds(a, Map.of("k", "v", "later", "2"));
  }

  @Test
  void anotherSurvivorThatWasNotRecoveredIsLeftAloneAndSaysWhatToDo() throws IOException {
    List<TestNode> nodes = form("a", "b", "c");
    cluster.put(nodes.get(0), "k", "v");
    assertHolds(nodes.get(1), Map.of("k", "v"));
    nodes.forEach(cluster::kill);
    cluster.loseDisk("c");
    var _ = cluster.recover("a");

    TestNode a = cluster.start("a", "b");
    TestNode b = cluster.prepare("b", "a");
    Thread starting = Thread.ofVirtual().start(() -> begin(b));

    eventually()
        .untilAsserted(
            () -> assertThat(b.group().view().reason()).contains("node a", "cairn recover"));
    assertThat(a.group().view().nodes()).containsOnlyKeys("a");
    assertHolds(b, Map.of("k", "v"));
    starting.interrupt();
  }

  private static void begin(TestNode node) {
    try {
      var _ = node.groups().start(FakeNetwork.address(node.id()), java.time.Duration.ofMillis(1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void brokenOffRecoveryChangesNothing() throws IOException {
    List<TestNode> nodes = form("a", "b", "c");
    cluster.put(nodes.get(0), "k", "v");
    nodes.forEach(cluster::kill);

    cluster.breakPartition("default/5");
    assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> cluster.recover("a")))
        .isInstanceOf(IOException.class);
    cluster.breakPartition(null);

    List<TestNode> again =
        List.of(cluster.prepare("a"), cluster.prepare("b"), cluster.prepare("c"));
    cluster.startTogether(again);
    cluster.awaitGroup(again.toArray(TestNode[]::new));
    assertHolds(again.get(0), Map.of("k", "v"));
    assertThat(again.get(0).replication().storedReplicaSets())
        .allMatch(name -> name.contains(again.get(0).group().view().uid()));
  }

  @Test
  void damagedCopyBeginsEmptyOnlyWhenToldSo() throws IOException {
    List<TestNode> nodes = form("a", "b");
    cluster.put(nodes.get(0), "k", "v");
    assertHolds(nodes.get(0), Map.of("k", "v"));
    nodes.forEach(cluster::kill);
    cluster.loseDisk("b");

    cluster.breakPartition("default/5");
    assertThat(cluster.lost("a").damaged())
        .extracting(HeldPartition::key)
        .containsExactly("default/5");
    var _ = cluster.recover("a", "default/5");
    cluster.breakPartition(null);

    assertHolds(cluster.start("a"), Map.of("k", "v"));
  }
}
