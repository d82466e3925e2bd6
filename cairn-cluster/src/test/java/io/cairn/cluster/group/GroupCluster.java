// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.cluster.ReplicaSet;
import io.cairn.cluster.ReplicationEnvironment;
import io.cairn.cluster.ReplicationNode;
import io.cairn.cluster.ReplicationOptions;
import io.cairn.cluster.group.context.GroupEnvironment;
import io.cairn.cluster.group.context.GroupSettings;
import io.cairn.cluster.group.context.GroupTimings;
import io.cairn.cluster.group.partition.Partition;
import io.cairn.cluster.group.partition.PartitionId;
import io.cairn.cluster.group.partition.PartitionSet;
import io.cairn.cluster.group.peers.LivePeers;
import io.cairn.cluster.group.recovery.GroupRecovery;
import io.cairn.cluster.group.recovery.LostGroup;
import io.cairn.cluster.raft.RaftReplicationNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;

/** Nodes in one process, with times a tenth of the usual. */
final class GroupCluster implements AutoCloseable {

  static final GroupTimings FAST =
      new GroupTimings(
          Duration.ofMillis(50),
          Duration.ofMillis(1_000),
          Duration.ofMillis(10),
          Duration.ofMillis(50),
          Duration.ofMillis(500),
          Duration.ofMillis(300),
          Duration.ofSeconds(3),
          Duration.ofSeconds(8),
          Duration.ofMillis(500));

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Path directory;
  private final FakeNetwork network = new FakeNetwork();
  private final @Nullable FakeConsensus consensus;
  private final Map<String, TestNode> nodes = new ConcurrentSkipListMap<>();
  private final Map<String, Map<PartitionId, MapMachines.MapMachine>> disks =
      new ConcurrentHashMap<>();

  private volatile @Nullable String broken;
  private boolean shortLogs;

  /** Makes a cluster whose consensus is instant and keeps watch on its users. */
  GroupCluster(Path directory) {
    this(directory, true);
  }

  private GroupCluster(Path directory, boolean fake) {
    this.directory = directory;
    this.consensus = fake ? new FakeConsensus(network) : null;
  }

  /** Makes a cluster with the real engine, on disk. */
  static GroupCluster withEngine(Path directory) {
    return new GroupCluster(directory, false);
  }

  /** Makes one with the real engine, whose logs keep a few entries only. */
  static GroupCluster withShortLogs(Path directory) {
    GroupCluster cluster = new GroupCluster(directory, false);
    cluster.shortLogs = true;
    return cluster;
  }

  private ReplicationNode replication(String id) {
    if (consensus != null) {
      return consensus.node(id);
    }
    ReplicationOptions usual = ReplicationOptions.defaults();
    ReplicationOptions options =
        usual.with(
            it ->
                it.snapshotEntries(shortLogs ? 10 : usual.snapshotEntries())
                    .snapshotBytes(usual.snapshotBytes())
                    .nodeId(id)
                    .segmentBytes(1 << 20)
                    .maxCommandBytes(1 << 18));
    try {
      return RaftReplicationNode.open(
          directory.resolve(id).resolve("log"),
          options,
          ReplicationEnvironment.system(System::nanoTime).withTransport(network.transport(id)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One start of a node. */
  record TestNode(
      String id,
      NodeGroups groups,
      ReplicationNode replication,
      FakeNetwork.Node membership,
      MapMachines machines) {

    NodeGroup group() {
      return group(NodeGroups.DEFAULT);
    }

    NodeGroup group(String name) {
      NodeGroup group = groups.find(name);
      if (group == null) {
        throw new AssertionError(id + " is in no group " + name);
      }
      return group;
    }

    PartitionSet partitions() {
      PartitionSet set = group().partitions("default");
      if (set == null) {
        throw new AssertionError(id + " has no partitions");
      }
      return set;
    }

    long leads(String selector) {
      PartitionSet set = group().partitions(selector);
      return set == null
          ? 0
          : set.partitions().stream().filter(partition -> id.equals(partition.owner())).count();
    }

    Map<String, String> documents() {
      Map<String, String> all = new TreeMap<>();
      for (Partition partition : partitions().partitions()) {
        if (partition.machine() instanceof MapMachines.MapMachine map) {
          all.putAll(map.content());
        }
      }
      return all;
    }
  }

  FakeNetwork network() {
    return network;
  }

  /** Returns the instant engine, which knows who leads what. */
  FakeConsensus consensus() {
    return java.util.Objects.requireNonNull(consensus);
  }

  /** Makes a node ready, with others as its peers. */
  TestNode prepare(String id, UnaryOperator<GroupSettings> change, String... peers) {
    ReplicationNode replication = replication(id);
    FakeNetwork.Node membership = network.node(id);
    MapMachines machines = machines(id);
    List<URI> addresses = Arrays.stream(peers).map(FakeNetwork::address).toList();
    GroupSettings settings =
        change.apply(
            GroupSettings.defaults(directory.resolve(id)).withTimings(FAST).withPeers(addresses));
    GroupEnvironment environment =
        new GroupEnvironment(
            replication,
            membership,
            new LivePeers(),
            membership,
            machines,
            Clock.systemUTC(),
            System::nanoTime,
            new Random());
    try {
      NodeGroups groups = NodeGroups.open(settings, environment);
      TestNode node = new TestNode(id, groups, replication, membership, machines);
      nodes.put(id, node);
      return node;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  TestNode prepare(String id, String... peers) {
    return prepare(id, settings -> settings, peers);
  }

  TestNode start(String id, String... peers) {
    return start(prepare(id, peers));
  }

  TestNode start(TestNode node) {
    try {
      assertThat(node.groups().start(FakeNetwork.address(node.id()), PATIENCE))
          .as(() -> node.id() + " serves; " + views(node))
          .isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
    return node;
  }

  /** Starts nodes at the same instant, and returns when all serve. */
  void startTogether(List<TestNode> together) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      together.stream()
          .map(node -> CompletableFuture.runAsync(() -> start(node), threads))
          .toList()
          .forEach(CompletableFuture::join);
    }
  }

  private static String views(TestNode node) {
    return node.groups().all().stream().map(group -> group.view().toString()).toList().toString();
  }

  /** Ends a node at once, as a crash would. */
  void kill(TestNode node) {
    node.membership().close();
    node.replication().close();
    node.groups().close();
    nodes.remove(node.id(), node);
  }

  /** Deletes all that a node that does not run had stored. */
  void loseDisk(String id) {
    if (consensus != null) {
      consensus.loseDisk(id);
    }
    disks.remove(id);
    try (java.util.stream.Stream<Path> files = java.nio.file.Files.walk(directory.resolve(id))) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        java.nio.file.Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns what a node that does not run holds of its only group. */
  LostGroup lost(String id) throws IOException {
    try (ReplicationNode replication = replication(id)) {
      return recovery(id, replication).lost().getFirst();
    }
  }

  /** Recovers what a node that does not run holds of its groups; returns what was lost. */
  List<LostGroup> recover(String id, String... empty) throws IOException {
    try (ReplicationNode replication = replication(id)) {
      GroupRecovery recovery = recovery(id, replication);
      List<LostGroup> lost = recovery.lost();
      for (LostGroup group : lost) {
        recovery.recover(group, List.of(empty));
      }
      return lost;
    }
  }

  private GroupRecovery recovery(String id, ReplicationNode replication) throws IOException {
    return GroupRecovery.open(
        directory.resolve(id),
        new GroupRecovery.Surroundings(
            replication, machines(id), () -> System.currentTimeMillis() * 1_000, new Random()));
  }

  /** Has a partition fail to open on nodes that are made ready from now on; null for none. */
  void breakPartition(@Nullable String selectorAndNumber) {
    broken = selectorAndNumber;
  }

  private MapMachines machines(String id) {
    MapMachines machines =
        new MapMachines(disks.computeIfAbsent(id, key -> new ConcurrentHashMap<>()), this::leader);
    String damaged = broken;
    if (damaged != null) {
      machines.breakPartition(damaged);
    }
    return machines;
  }

  /** Ends a node orderly. */
  void stop(TestNode node) {
    node.groups().leave(Duration.ofSeconds(5));
    kill(node);
  }

  /** Finds the leader's replica of a partition, as routing would. */
  @Nullable ReplicaSet leader(Partition partition) {
    String owner = partition.owner();
    TestNode node = owner == null ? null : nodes.get(owner);
    return node == null
        ? null
        : node.replication().groups().stream()
            .filter(group -> group.id().equals(partition.id().groupName()))
            .filter(ReplicaSet::isLeader)
            .findFirst()
            .orElse(null);
  }

  void put(TestNode node, String key, String value) {
    eventually()
        .ignoreExceptions()
        .untilAsserted(
            () ->
                node.machines()
                    .put(node.partitions(), key, value)
                    .get(1, java.util.concurrent.TimeUnit.SECONDS));
  }

  static ConditionFactory eventually() {
    return await().atMost(PATIENCE).pollInterval(Duration.ofMillis(10));
  }

  /** Waits until these nodes, and no others, are available members of one group. */
  void awaitGroup(TestNode... members) {
    List<String> ids = Arrays.stream(members).map(TestNode::id).sorted().toList();
    eventually()
        .untilAsserted(
            () -> {
              String uid = members[0].group().view().uid();
              for (TestNode member : members) {
                GroupView view = member.group().view();
                assertThat(view.uid()).isEqualTo(uid);
                assertThat(view.nodes().keySet()).containsExactlyElementsOf(ids);
                assertThat(view.nodes().values())
                    .as("%s sees %s", member.id(), view)
                    .allMatch(node -> node.status() == NodeStatus.AVAILABLE);
                assertThat(view.available()).as(view.reason()).isTrue();
              }
            });
  }

  @Override
  public void close() {
    nodes.values().forEach(this::kill);
    if (consensus != null) {
      consensus.close();
      assertThat(consensus.violations()).isEmpty();
    }
  }
}
