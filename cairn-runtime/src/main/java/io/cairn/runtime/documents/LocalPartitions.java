// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import io.cairn.cluster.ReplicaSet;
import io.cairn.cluster.ReplicationNode;
import io.cairn.cluster.StateMachine;
import io.cairn.cluster.group.partition.Condition;
import io.cairn.cluster.group.partition.Partition;
import io.cairn.cluster.group.partition.PartitionId;
import io.cairn.cluster.group.partition.PartitionSet;
import io.cairn.cluster.group.state.SelectorSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * This node's own partition, for documents that are not replicated: a group of one that no other
 * node ever joins. Thread-safe.
 */
public final class LocalPartitions implements PartitionSet, AutoCloseable {

  private static final String NAME = "local";

  private final List<Partition> partitions;
  private final DocumentPartition machine;

  private LocalPartitions(Own partition, DocumentPartition machine) {
    this.partitions = List.of(partition);
    this.machine = machine;
  }

  private record Own(PartitionId id, ReplicaSet replica, StateMachine machine, String owner)
      implements Partition {
    @Override
    public List<String> holders() {
      return List.of(owner);
    }
  }

  /**
   * Opens the store, then the group, which replays what the store lacks.
   *
   * @param directory where stores live, one directory each
   * @throws io.cairn.store.disk.StoreException if the store is damaged
   * @throws IOException if the log is damaged or the disk fails
   */
  public static LocalPartitions open(Path directory, ReplicationNode node, Stores stores)
      throws IOException {
    DocumentPartition machine = stores.open(directory.resolve(NAME + "-0"), NAME + "/0");
    try {
      ReplicaSet group = node.createOrResumeReplicaSet(NAME + "/0", machine);
      PartitionId id = new PartitionId(NAME, "", SelectorSpec.EVERYWHERE.name(), 0, 0);
      return new LocalPartitions(new Own(id, group, machine, node.nodeId()), machine);
    } catch (IOException | RuntimeException e) {
      machine.close();
      throw e;
    }
  }

  @Override
  public SelectorSpec selector() {
    return SelectorSpec.EVERYWHERE;
  }

  @Override
  public List<Partition> partitions() {
    return partitions;
  }

  @Override
  public boolean isFrozen() {
    return false;
  }

  @Override
  public Condition condition() {
    return Condition.WELL;
  }

  /** Closes the store; the group is closed with its node, before this. */
  @Override
  public void close() {
    machine.close();
  }
}
