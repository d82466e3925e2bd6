// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import io.cairn.cluster.NotLeaderException;
import io.cairn.cluster.ReplicaSet;
import io.cairn.cluster.ReplicationNode;
import io.cairn.store.DocumentStore;
import io.cairn.store.disk.SnapshotTable;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Answers what other nodes ask of this node's replicas. Thread-safe. */
public final class LocalReplicas {

  private final ReplicationNode node;
  private final StoredPartitionMachines machines;

  /** Answers from the groups of a node, and their stores. */
  public LocalReplicas(ReplicationNode node, StoredPartitionMachines machines) {
    this.node = node;
    this.machines = machines;
  }

  /** Proposes a command to a group that this node leads; answers nothing. */
  public CompletionStage<byte[]> propose(String name, byte[] command) {
    ReplicaSet group = group(name);
    return group == null
        ? CompletableFuture.failedFuture(new NotLeaderException(name, null))
        : group.propose(command, null).thenApply(applied -> new byte[0]);
  }

  /** Returns what a replica's documents have come to in a check: see {@link CopyChecks}. */
  public String digest(String group, long id) {
    return CopyChecks.answer(machines.find(group), id);
  }

  /** Opens what a replica elsewhere lacks that holds everything up to an index. */
  public InputStream transfer(String group, long index) throws IOException {
    PartitionMachine partition = machines.find(group);
    if (partition == null) {
      throw new IOException("There is no replica of " + group + " here");
    }
    return partition.store().transferSince(index).stream();
  }

  /**
   * Opens a snapshot of a replica here, once it has everything that was acknowledged before this
   * call. May block.
   *
   * @param known the files that the reader has already
   */
  public InputStream snapshot(String name, SnapshotTable known) throws IOException {
    PartitionMachine partition = machines.find(name);
    ReplicaSet group = group(name);
    if (partition == null || group == null) {
      throw new IOException("There is no replica of " + name + " here");
    }
    return PartitionSnapshots.open(group, partition, known);
  }

  /** Opens the children of a path in partitions that this node owns. */
  public InputStream children(String parent, List<String> names) throws IOException {
    List<DocumentStore> stores = new ArrayList<>();
    for (String name : names) {
      PartitionMachine partition = machines.find(name);
      ReplicaSet group = group(name);
      if (partition == null || group == null || group.leadership() == null) {
        throw new IOException("This node does not own " + name + " at the moment");
      }
      stores.add(partition.store());
    }
    return ChildDocuments.encode(stores, parent);
  }

  /** The state machine of a partition; null if there is none here. */
  public @Nullable PartitionMachine machine(String name) {
    return machines.find(name);
  }

  /** The replica set of a partition; null if there is none here. */
  public @Nullable ReplicaSet group(String name) {
    for (ReplicaSet group : node.groups()) {
      if (group.id().equals(name)) {
        return group;
      }
    }
    return null;
  }
}
