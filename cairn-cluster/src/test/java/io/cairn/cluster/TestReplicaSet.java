// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.cluster.log.SimulatedFileSystem;
import io.cairn.cluster.raft.RaftReplicationNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** One group on several nodes in this process, over a network and disks in memory. */
final class TestReplicaSet implements AutoCloseable {

  static final String ID = "group@1/default/0";

  private final ScheduledExecutorService delivery = Executors.newScheduledThreadPool(2);
  final TestNetwork network = new TestNetwork(delivery);
  final Map<String, SimulatedFileSystem> disks = new ConcurrentHashMap<>();
  final Map<String, ReplicationNode> nodes = new ConcurrentHashMap<>();
  final Map<String, ReplicaSet> groups = new ConcurrentHashMap<>();
  final Map<String, SharedStore> stores = new ConcurrentHashMap<>();

  /** Nodes whose disk has no room for commands. */
  final Set<String> roomless = ConcurrentHashMap.newKeySet();

  final Map<String, Throwable> failures = new ConcurrentHashMap<>();
  private final Map<String, ReplicaSetSetup> setups = new LinkedHashMap<>();
  private final ReplicationOptions options;

  TestReplicaSet(ReplicationOptions options, int size) {
    this.options = options;
    List<String> names = names(size);
    names.forEach(name -> setups.put(name, ReplicaSetSetup.together(ID, names)));
    names.forEach(this::start);
  }

  static ReplicationOptions options() {
    return ReplicationOptions.defaults()
        .with(it -> it.segmentBytes(1 << 20).maxCommandBytes(1 << 16))
        .withThreads(2);
  }

  static List<String> names(int size) {
    return IntStream.rangeClosed(1, size).mapToObj(i -> "n" + i).toList();
  }

  void start(String name) {
    SimulatedFileSystem disk = disks.computeIfAbsent(name, _ -> new SimulatedFileSystem());
    ReplicationEnvironment environment =
        ReplicationEnvironment.system(System::nanoTime)
            .withFiles(disk.process())
            .withRandom(new Random(name.hashCode()))
            .withHasRoom(() -> !roomless.contains(name))
            .withTransport(network.transport(name));
    var _ =
        stores.compute(
            name,
            (_, old) -> old == null ? new SharedStore(SharedStore.in(stores)) : old.restarted());
    try {
      ReplicationNode node =
          RaftReplicationNode.open(
              Path.of("/log"),
              options.with(it -> it.nodeId(name).clusterId("cluster")),
              environment);
      nodes.put(name, node);
      node.onFatal(
          failure -> {
            if (node.equals(nodes.get(name))) {
              failures.put(name, failure);
            }
          });
      startReplicaSet(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts the replica on a node that runs. */
  void startReplicaSet(String name) {
    groups.put(
        name,
        nodes
            .get(name)
            .startReplicaSet(setups.get(name), stores.get(name))
            .orTimeout(30, TimeUnit.SECONDS)
            .join());
  }

  /** Says how the replica on a node starts from now on. */
  void setup(String name, ReplicaSetSetup setup) {
    setups.put(name, setup);
  }

  /** Starts a node that joins; it takes part once the leader adds it. */
  void startJoiner(String name, List<String> members) {
    setups.put(name, ReplicaSetSetup.join(ID, members));
    start(name);
  }

  /** Ends a node's process with what its disk had. */
  void kill(String name) {
    network.disconnect(name);
    groups.remove(name);
    ReplicationNode node = nodes.remove(name);
    disks.get(name).crash();
    node.close();
  }

  /** What a node's disk and store hold now, to be put back later. */
  record Backup(SimulatedFileSystem disk, SharedStore store) {}

  /** Copies what a killed node has. */
  Backup backup(String name) {
    return new Backup(disks.get(name).copy(), stores.get(name).restarted());
  }

  /** Puts a copy in the place of what a killed node has. */
  void restore(String name, Backup backup) {
    disks.put(name, backup.disk().copy());
    stores.put(name, backup.store().restarted());
  }

  void restart(String name) {
    kill(name);
    start(name);
  }

  /** Waits for a leader that is ready, and returns its node. */
  String leader() {
    return leaderAmong(List.copyOf(groups.keySet()));
  }

  String leaderAmong(List<String> names) {
    return await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(5))
        .until(
            () ->
                names.stream()
                    .filter(name -> groups.get(name).leadership() != null)
                    .findFirst()
                    .orElse(""),
            name -> !name.isEmpty());
  }

  List<String> others(String name) {
    return groups.keySet().stream().filter(other -> !other.equals(name)).sorted().toList();
  }

  Applied propose(String name, String command) {
    return groups
        .get(name)
        .propose(command.getBytes(UTF_8), null)
        .orTimeout(30, TimeUnit.SECONDS)
        .join();
  }

  /** Proposes several commands at once. */
  void proposeAll(String name, String prefix, int count) {
    List<CompletableFuture<Applied>> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(groups.get(name).propose((prefix + i).getBytes(UTF_8), null));
      if (all.size() == 1000) {
        join(all);
      }
    }
    join(all);
  }

  private static void join(List<CompletableFuture<Applied>> all) {
    CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new))
        .orTimeout(60, TimeUnit.SECONDS)
        .join();
    all.clear();
  }

  /** Waits until all running nodes hold the same commands, so many of them. */
  void awaitEqual(int count) {
    for (String name : groups.keySet()) {
      await()
          .atMost(Duration.ofSeconds(30))
          .pollInterval(Duration.ofMillis(10))
          .untilAsserted(() -> assertThat(stores.get(name).count()).as(name).isEqualTo(count));
    }
    List<String> first = stores.get(groups.keySet().iterator().next()).commands();
    groups.keySet().forEach(name -> assertThat(stores.get(name).commands()).isEqualTo(first));
  }

  void change(String nodeId, MemberChange change) {
    groups.get(leader()).changeMembers(nodeId, change).orTimeout(30, TimeUnit.SECONDS).join();
  }

  @Override
  public void close() {
    nodes.values().forEach(ReplicationNode::close);
    delivery.shutdownNow();
  }
}
