// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import static io.cairn.cluster.group.GroupCluster.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.ReplicaSet;
import io.cairn.cluster.group.GroupCluster.TestNode;
import io.cairn.cluster.group.partition.Condition;
import io.cairn.cluster.group.partition.Partition;
import io.cairn.cluster.group.partition.PartitionSet;
import io.cairn.cluster.group.peers.ControlQuestion;
import io.cairn.cluster.group.replica.PartitionLeaders;
import io.cairn.cluster.group.state.GroupConfig;
import io.cairn.cluster.group.state.SelectorSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What each node says that it can do, under every kind of fault, in random order and at random
 * places: it is what requests get, and just what the faults that the test knows of are to do to it.
 */
class ConditionUnderFaultsTest {

  private static final int PARTITIONS = 2;
  private static final String ALL = "default";
  private static final String ONCE = "default-1x";
  private static final List<String> IDS = List.of("a", "b", "c");

  /**
   * May be said by a node after a fault, of all selectors, until nothing is in its way any more.
   */
  private static final String WAITS = "the group still waits for node ";

  private static final String MENDED = "all mended";

  @TempDir private Path directory;

  private final long seed = Long.getLong("cairn.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final List<String> history = new ArrayList<>(List.of("cairn.seed=" + seed));
  private final Map<String, TestNode> up = new TreeMap<>();
  private final Map<String, String> damaged = new TreeMap<>();
  private GroupCluster cluster;
  private String system;
  private int quorum = 1;

  private record Fault(String name, Runnable begin, Runnable end) {}

  @Test
  void whatANodeSaysIsWhatItsRequestsGetWhateverHasHappened() {
    try (GroupCluster opened = new GroupCluster(directory)) {
      cluster = opened;
      for (String id : IDS) {
        up.put(id, cluster.start(prepare(id)));
      }
      cluster.awaitGroup(up.values().toArray(TestNode[]::new));
      GroupView view = up.get("a").group().view();
      system = view.name() + "@" + view.uid() + "/sys";
      up.get("a").group().establish(new SelectorSpec(ONCE, 1)).join();
      awaitTruth();
      List<Fault> deck = deck();
      Collections.shuffle(deck, random);
      for (Fault fault : deck) {
        history.add(fault.name());
        fault.begin().run();
        awaitTruth();
        fault.end().run();
      }
      history.add(MENDED);
      awaitTruth();
    }
  }

  private TestNode prepare(String id) {
    return cluster.prepare(id, settings -> settings.withPartitions(PARTITIONS), "a", "b", "c");
  }

  private String anyNode() {
    return IDS.get(random.nextInt(IDS.size()));
  }

  /** One fault of each kind, so that none is left out by chance. */
  private List<Fault> deck() {
    String partition = ALL + "/" + random.nextInt(PARTITIONS);
    String group = system.replace("/sys", "/" + partition);
    String killed = anyNode();
    String cut = anyNode();
    String few = anyNode();
    String rotten = anyNode();
    String rotten2 = anyNode();
    String gone = IDS.stream().filter(id -> !id.equals(rotten2)).findAny().orElseThrow();
    return new ArrayList<>(
        List.of(
            new Fault("kill " + killed, () -> kill(killed), () -> start(killed)),
            new Fault(
                "cut off " + cut,
                () -> cluster.network().cutOff(cut),
                () -> cluster.network().heal(cut)),
            new Fault(
                "quorum 3 and kill " + few,
                () -> {
                  quorum(3);
                  kill(few);
                },
                () -> {
                  quorum(1);
                  start(few);
                }),
            new Fault(
                "damage " + partition + " of " + rotten,
                () -> damage(rotten, partition),
                () -> mend(rotten)),
            new Fault(
                "damage " + partition + " of " + rotten2 + " and kill " + gone,
                () -> {
                  damage(rotten2, partition);
                  kill(gone);
                },
                () -> {
                  start(gone);
                  mend(rotten2);
                }),
            stalled(anyNode(), group),
            stalled(anyNode(), system),
            leaderless(group),
            leaderless(system)));
  }

  private Fault stalled(String id, String group) {
    return new Fault(
        "stall " + id + " in " + group,
        () -> cluster.consensus().stall(id, group, true),
        () -> cluster.consensus().stall(id, group, false));
  }

  private Fault leaderless(String group) {
    return new Fault(
        "nobody leads " + group,
        () -> cluster.consensus().leaderless(group, true),
        () -> cluster.consensus().leaderless(group, false));
  }

  /** Asks a node that is back in its group: one that has just been started need not be. */
  private void quorum(int other) {
    quorum = other;
    eventually()
        .until(() -> up.values().stream().filter(this::isMember).findFirst(), Optional::isPresent)
        .orElseThrow()
        .group()
        .configure(
            now ->
                new GroupConfig(
                    now.nodeRemovalDelayMicros(),
                    now.stableGroupMaintenanceIntervalCount(),
                    other,
                    1))
        .join();
  }

  private boolean isMember(TestNode node) {
    return node.groups().find(NodeGroups.DEFAULT) != null;
  }

  private void kill(String id) {
    cluster.kill(up.remove(id));
  }

  private void start(String id) {
    start(prepare(id));
  }

  private void start(TestNode node) {
    up.put(node.id(), node);
    try {
      var _ = node.groups().start(FakeNetwork.address(node.id()), Duration.ofMillis(1));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private void damage(String id, String partition) {
    kill(id);
    TestNode again = prepare(id);
    again.machines().breakPartition(partition);
    damaged.put(id, partition);
    start(again);
  }

  private void mend(String id) {
    damaged.remove(id);
    kill(id);
    start(id);
  }

  private void awaitTruth() {
    for (TestNode node : up.values()) {
      eventually()
          .untilAsserted(
              () -> {
                for (String selector : List.of(ALL, ONCE)) {
                  assertTruth(node, selector);
                }
                assertTellsOnlyWhatItLeads(node);
              });
    }
  }

  private void assertTruth(TestNode node, String selector) {
    List<String> expected = expected(node, selector);
    GroupView view = node.group().view();
    Condition condition = view.condition();
    String when = "%s, of %s, after %s, says %s".formatted(node.id(), selector, history, condition);
    List<String> said = new ArrayList<>(condition.reasons(selector));
    if (!history.getLast().equals(MENDED)) {
      said.removeIf(why -> why.startsWith(WAITS + node.id()));
    }
    if (isBehind(node.id())) {
      assertThat(condition.current()).as(when).isFalse();
      assertThat(view.nodes()).as(when).containsKey(node.id());
      assertThat(view.nodes().get(node.id()).status()).as(when).isEqualTo(NodeStatus.SYNCHRONIZING);
    }
    if (expected.isEmpty()) {
      assertThat(said).as(when).isEmpty();
      assertThat(tryAll(node, selector)).as(when).isEmpty();
    }
    for (String why : expected) {
      assertThat(said).as(when).anySatisfy(each -> assertThat(each).contains(why));
    }
    assertThat(view.available()).as(when).isEqualTo(condition.reasons().isEmpty());
    assertThat(condition.idle()).as(when).isEqualTo(alive(node.id()) < quorum);
    assertThat(condition.refusal().isEmpty()).as(when).isEqualTo(alive(node.id()) >= needed());
  }

  private boolean isBehind(String id) {
    return damaged.containsKey(id)
        || sets(up.get(id), ALL).stream().anyMatch(p -> isStalled(id, p));
  }

  private boolean isStalled(String id, Partition partition) {
    return cluster.consensus().isStalled(id, partition.id().groupName());
  }

  private long alive(String seenFrom) {
    return up.keySet().stream().filter(id -> cluster.network().connected(seenFrom, id)).count();
  }

  private int needed() {
    return Math.max(quorum, IDS.size() / 2 + 1);
  }

  private static List<Partition> sets(TestNode node, String selector) {
    PartitionSet set = node.group().partitions(selector);
    assertThat(set).as("partitions of " + selector).isNotNull();
    return set.partitions();
  }

  /** What is to be said about the faults, by the test's own book and the engine's. */
  private List<String> expected(TestNode node, String selector) {
    List<String> all = new ArrayList<>();
    String id = node.id();
    if (alive(id) < needed()) {
      all.add(
          "%d of 3 members live, and %s is %d"
              .formatted(alive(id), quorum > 2 ? "membershipQuorum" : "a majority", needed()));
    }
    if (cluster.consensus().leader(system, id) == null) {
      all.add("the system partition: it has no leader");
    } else if (cluster.consensus().isStalled(id, system)) {
      all.add("the system partition: its replica on " + id + " has not caught up");
    }
    for (Partition partition : sets(node, selector)) {
      String key = selector + "/" + partition.id().number();
      boolean led = cluster.consensus().leader(partition.id().groupName(), id) != null;
      if (!led) {
        all.add(key);
        all.add("it has no leader");
      }
      if (key.equals(damaged.get(id))) {
        all.add("its replica on " + id + " cannot be opened: the index is damaged");
      } else if (led && isStalled(id, partition)) {
        all.add("its replica on " + id + " has not caught up with its leader");
      }
    }
    return all;
  }

  /** Nobody passes on what it has heard. */
  private void assertTellsOnlyWhatItLeads(TestNode node) {
    GroupInstance instance = ((MemberGroup) node.group()).current();
    String prefix = system.replace("/sys", "/");
    assertThat(PartitionLeaders.tell(instance.sets(), Map.of()))
        .as("%s tells, after %s", node.id(), history)
        .filteredOn(ControlQuestion.Located::leads)
        .allSatisfy(
            told ->
                assertThat(
                        cluster
                            .consensus()
                            .leader(prefix + told.selector() + "/" + told.number(), node.id()))
                    .isEqualTo(node.id()));
  }

  /** Writes to each partition through its owner, and reads each replica that is to be here. */
  private List<String> tryAll(TestNode node, String selector) {
    List<String> failures = new ArrayList<>();
    for (Partition partition : sets(node, selector)) {
      ReplicaSet leader = cluster.leader(partition);
      ReplicaSet here = partition.replica();
      boolean held = partition.holders().contains(node.id());
      if (leader == null || (held && (here == null || partition.machine() == null))) {
        failures.add("%s: leader %s, replica %s".formatted(partition.id(), leader, here));
        continue;
      }
      try {
        leader.propose("k=v".getBytes(StandardCharsets.UTF_8), null).get(1, TimeUnit.SECONDS);
        if (held && here != null) {
          here.readIndex().thenCompose(here::awaitApplied).get(1, TimeUnit.SECONDS);
        }
      } catch (ExecutionException | TimeoutException e) {
        failures.add(partition.id() + ": " + e);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
    return failures;
  }
}
