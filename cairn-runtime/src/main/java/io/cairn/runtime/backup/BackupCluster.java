// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.backup;

import io.cairn.cluster.group.NodeGroup;
import io.cairn.cluster.group.NodeGroups;
import io.cairn.cluster.group.partition.Condition;
import io.cairn.cluster.group.partition.Partition;
import io.cairn.cluster.group.partition.PartitionSet;
import io.cairn.cluster.group.state.GroupConfig;
import io.cairn.cluster.group.state.SelectorSpec;
import io.cairn.runtime.backup.BackupException.Reason;
import io.cairn.runtime.documents.DocumentLoad;
import io.cairn.runtime.documents.PartitionSnapshots;
import io.cairn.runtime.schema.SchemaMemory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/**
 * What backups need of their host.
 *
 * @param self this node
 * @param groups the groups it is in
 * @param own the partition of the documents that are this node's own
 * @param snapshots copies partitions
 * @param loading proposes documents
 * @param schemas the forms that documents have had
 * @param attributes what the nodes share beside documents
 * @param staging a directory on the disk of this host's data, for what a restoration reads
 * @param micros microseconds since 1970
 */
public record BackupCluster(
    String self,
    NodeGroups groups,
    PartitionSet own,
    PartitionSnapshots snapshots,
    DocumentLoad.Surroundings loading,
    SchemaMemory schemas,
    BackupAttributes attributes,
    Path staging,
    LongSupplier micros) {

  private static final long PATIENCE_SECONDS = 60;

  /** A clock that only goes forwards. */
  LongSupplier nanos() {
    return loading.nanoTime();
  }

  /**
   * The group that is backed up.
   *
   * @throws BackupException if this node is not in it
   */
  NodeGroup group(String name) throws BackupException {
    NodeGroup group = groups.find(name);
    if (group == null && name.equals(NodeGroups.DEFAULT)) {
      throw new BackupException(Reason.UNAVAILABLE, "This host is in no group yet. Ask it again");
    }
    if (group == null) {
      throw new BackupException(
          Reason.INVALID,
          "This host is in no group '%s'; it is in %s. Ask a host that is in it"
              .formatted(name, String.join(", ", groupNames())));
    }
    return group;
  }

  /** The groups that this node is in, in the order of their names. */
  public List<String> groupNames() {
    return groups.all().stream().map(NodeGroup::name).sorted().toList();
  }

  /** Whether what is each node's own, or the cluster's, goes with a group. */
  static boolean hasRest(NodeGroup group) {
    return group.name().equals(NodeGroups.DEFAULT);
  }

  /** The partitions of the group, and this node's own with the group that every node is in. */
  List<PartitionSet> sets(NodeGroup group) {
    List<PartitionSet> sets = new ArrayList<>(group.partitionSets());
    if (hasRest(group)) {
      sets.add(own);
    }
    return sets;
  }

  /** How a selector is called in a backup; nothing for this node's own partition. */
  String nameOf(PartitionSet set) {
    return set.equals(own) ? "" : set.selector().name();
  }

  /** As {@link #sets}, one after the other. */
  List<Partition> partitions(NodeGroup group) {
    return sets(group).stream().flatMap(set -> set.partitions().stream()).toList();
  }

  /**
   * The partitions that documents of a selector belong to here, made if there are none.
   *
   * @param name as {@link #nameOf} gives
   */
  PartitionSet set(NodeGroup group, String name, int replicationFactor) throws BackupException {
    return name.isEmpty()
        ? own
        : await(
            "make the partitions of " + name,
            group.establish(new SelectorSpec(name, replicationFactor)));
  }

  /** Changes what is being restored into the group, and waits until this node obeys. */
  void restoring(NodeGroup group, String text) throws BackupException {
    UnaryOperator<GroupConfig> change = config -> config.with(it -> it.restoring(text));
    await("tell the group that it is being restored", group.configure(change));
    CompletableFuture<Void> obeyed = group.when(() -> isIdle(group) != text.isEmpty());
    try {
      obeyed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BackupException(Reason.CANCELLED, "The host stops", e);
    } catch (ExecutionException | TimeoutException e) {
      obeyed.cancel(false); // said below, where it matters
    }
    if (!text.isEmpty() && !isIdle(group)) {
      throw new BackupException(
          Reason.UNAVAILABLE,
          "This node does not hear that its group is being restored. Restore again when the group is well");
    }
  }

  /** Requests look at the partitions' condition, which follows the group's state. */
  private static boolean isIdle(NodeGroup group) {
    return group.partitionSets().stream().map(PartitionSet::condition).anyMatch(Condition::idle);
  }

  private static <T> T await(String what, CompletableFuture<T> future) throws BackupException {
    try {
      return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BackupException(Reason.CANCELLED, "The host stops", e);
    } catch (ExecutionException | CompletionException | TimeoutException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new BackupException(
          Reason.UNAVAILABLE, "The group could not %s: %s. Try again".formatted(what, cause), e);
    }
  }
}
