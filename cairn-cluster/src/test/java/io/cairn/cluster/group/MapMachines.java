// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import io.cairn.cluster.ReplicaSet;
import io.cairn.cluster.StateMachine;
import io.cairn.cluster.group.partition.Partition;
import io.cairn.cluster.group.partition.PartitionId;
import io.cairn.cluster.group.partition.PartitionMachines;
import io.cairn.cluster.group.partition.PartitionSet;
import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** State machines that are maps; {@code key=value} puts. What they hold survives their node. */
final class MapMachines implements PartitionMachines {

  private final Map<PartitionId, MapMachine> disk;
  private final Function<Partition, @Nullable ReplicaSet> leaders;
  private final Set<PartitionId> open = ConcurrentHashMap.newKeySet();
  private volatile Consumer<String> probe = step -> {};
  private volatile @Nullable String broken;

  MapMachines(
      Map<PartitionId, MapMachine> disk, Function<Partition, @Nullable ReplicaSet> leaders) {
    this.disk = disk;
    this.leaders = leaders;
  }

  /** Calls the probe at each step; it may throw, as if the node had died there. */
  void probe(Consumer<String> other) {
    probe = other;
  }

  /** Has a partition fail to open. */
  void breakPartition(String selectorAndNumber) {
    broken = selectorAndNumber;
  }

  /** Holds documents in memory; counts as durable at once. */
  static final class MapMachine implements StateMachine {

    private final Map<String, String> content = new TreeMap<>();
    private long applied;

    @Override
    public synchronized @Nullable Object apply(
        long index, byte[] command, @Nullable Object attachment) {
      String[] pair = new String(command, StandardCharsets.UTF_8).split("=", 2);
      content.put(pair[0], pair[1]);
      applied = index;
      return null;
    }

    @Override
    public synchronized long durableIndex() {
      return applied;
    }

    @Override
    public byte[] snapshotReference(long index) {
      return new WireWriter().pairs(content()).take();
    }

    @Override
    public synchronized void installReference(long index, byte[] reference) {
      content.clear();
      content.putAll(WireReader.read(reference, WireReader::pairs));
      applied = index;
    }

    synchronized MapMachine copy() {
      MapMachine copy = new MapMachine();
      copy.content.putAll(content);
      copy.applied = applied;
      return copy;
    }

    synchronized Map<String, String> content() {
      return new TreeMap<>(content);
    }
  }

  @Override
  public StateMachine open(PartitionId id) throws IOException {
    probe.accept("open " + id.uid());
    if ((id.selector() + "/" + id.number()).equals(broken)) {
      throw new IOException("the index is damaged");
    }
    if (!open.add(id)) {
      throw new IllegalStateException(id + " is open already");
    }
    return disk.computeIfAbsent(id, key -> new MapMachine());
  }

  @Override
  public StateMachine openForRebuild(PartitionId id) {
    probe.accept("rebuild " + id.uid());
    open.add(id);
    disk.remove(id);
    return disk.computeIfAbsent(id, key -> new MapMachine());
  }

  @Override
  public void setAside(PartitionId id) {
    delete(id);
  }

  @Override
  public void close(PartitionId id) {
    probe.accept("close " + id.uid());
    if (!open.remove(id)) {
      throw new IllegalStateException(id + " is not open");
    }
  }

  @Override
  public boolean exists(PartitionId id) {
    return disk.containsKey(id);
  }

  @Override
  public void copy(PartitionId from, PartitionId to) throws IOException {
    MapMachine source = (MapMachine) open(from);
    disk.put(to, source.copy());
    close(from);
  }

  @Override
  public Contents contents(PartitionId id) {
    MapMachine machine = disk.get(id);
    return new Contents(machine == null ? 0 : machine.content().size(), 0);
  }

  @Override
  public void delete(PartitionId id) {
    probe.accept("delete " + id.uid());
    disk.remove(id);
  }

  @Override
  public CompletionStage<Void> handOver(PartitionSet from, PartitionSet to) {
    probe.accept("handOver");
    Map<String, String> all = new TreeMap<>();
    for (Partition partition : from.partitions()) {
      StateMachine machine = partition.machine();
      if (machine instanceof MapMachine map) {
        all.putAll(map.content());
      }
    }
    CompletableFuture<?>[] moves =
        all.entrySet().stream()
            .map(document -> put(to, document.getKey(), document.getValue()))
            .toArray(CompletableFuture<?>[]::new);
    return CompletableFuture.allOf(moves)
        .thenRunAsync(() -> probe.accept("handedOver"), task -> Thread.ofVirtual().start(task));
  }

  CompletableFuture<?> put(PartitionSet set, String key, String value) {
    Partition partition =
        set.partitions().get(Math.floorMod(key.hashCode(), set.partitions().size()));
    ReplicaSet leader = leaders.apply(partition);
    return leader == null
        ? CompletableFuture.failedFuture(new IOException("no leader of " + partition.id()))
        : leader.propose((key + "=" + value).getBytes(StandardCharsets.UTF_8), null);
  }
}
