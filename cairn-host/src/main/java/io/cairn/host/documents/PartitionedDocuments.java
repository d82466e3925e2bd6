// SPDX-License-Identifier: Apache-2.0
package io.cairn.host.documents;

import io.cairn.cluster.DiskFullException;
import io.cairn.cluster.NotLeaderException;
import io.cairn.cluster.ReplicationGroup;
import io.cairn.cluster.group.Partition;
import io.cairn.cluster.group.PartitionSet;
import io.cairn.store.DocumentStore;
import io.cairn.store.DocumentVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The durable documents of one selector: a fixed number of partitions, each a replicated group that
 * drives a store. A link belongs to the partition that its hash names. Thread-safe.
 */
public final class PartitionedDocuments implements Documents {

  private final String self;
  private final Supplier<@Nullable PartitionSet> current;
  private final DiskRoom room;

  /**
   * Documents over partitions that may be replaced by others, when nodes join.
   *
   * @param self this node
   * @param current the partitions at this moment; null while there are none yet
   * @param room the disk that this node's replicas lie on
   */
  public PartitionedDocuments(
      String self, Supplier<@Nullable PartitionSet> current, DiskRoom room) {
    this.self = self;
    this.room = room;
    this.current = current;
  }

  @Override
  public @Nullable DocumentVersion latest(String link) {
    return store(link).latestIncludingExpired(link);
  }

  @Override
  public @Nullable DocumentVersion version(String link, long version) {
    return store(link).version(link, version);
  }

  /** The latest version that this node's own replica holds, however old; null if it holds none. */
  public @Nullable DocumentVersion replicated(String link) {
    DocumentStore store = storeOf(partition(link));
    return store == null ? null : store.latestIncludingExpired(link);
  }

  /** Says which node's replica of a link's partition this is, and up to where it has come. */
  public String replicaState(String link) {
    Partition partition = partition(link);
    ReplicationGroup replica = partition == null ? null : partition.replica();
    return partition == null || replica == null
        ? "node=" + self
        : "node=%s; applied=%d; owner=%s"
            .formatted(self, replica.lastApplied(), partition.owner());
  }

  private DocumentStore store(String link) {
    DocumentStore store = storeOf(partition(link));
    if (store == null) {
      throw new NoReplicaException(link);
    }
    return store;
  }

  private static @Nullable DocumentStore storeOf(@Nullable Partition partition) {
    return partition != null && partition.machine() instanceof DocumentPartition machine
        ? machine.store()
        : null;
  }

  @Override
  public CompletionStage<CommandOutcome> commit(DocumentCommand command) {
    PartitionSet set = current.get();
    Partition partition = set == null ? null : partition(set, command.link());
    ReplicationGroup replica = partition == null ? null : partition.replica();
    if (set == null || replica == null || set.isFrozen()) {
      return CompletableFuture.failedFuture(
          new NotLeaderException("the group of " + command.link(), null));
    }
    // What frees space goes on for longer.
    boolean frees = command instanceof DocumentCommand.Purge && room.takesEntries();
    DiskFullException full = frees ? null : room.refusal(replica);
    if (full != null) {
      return CompletableFuture.failedFuture(full);
    }
    byte[] bytes = DocumentCommandCodec.encode(command);
    room.accepted(bytes.length);
    return replica
        .propose(bytes, command)
        .whenComplete((_, _) -> room.settled(bytes.length))
        .thenApply(applied -> (CommandOutcome) applied.result());
  }

  @Override
  public boolean isDurable() {
    return true;
  }

  @Override
  public long tenure(String link) {
    return tenure(partition(link));
  }

  /** As {@link #tenure(String)}, of a whole partition. */
  public long tenure(@Nullable Partition partition) {
    ReplicationGroup replica = partition == null ? null : partition.replica();
    return replica == null ? NOT_HERE : Tenure.of(replica, self);
  }

  @Override
  public @Nullable String partitionName(String link) {
    Partition partition = partition(link);
    return partition == null ? null : partition.id().groupName();
  }

  @Override
  public @Nullable String owner(String link) {
    Partition partition = partition(link);
    return partition == null ? null : partition.owner();
  }

  @Override
  public @Nullable String self() {
    return self;
  }

  @Override
  public boolean isSpread() {
    PartitionSet set = current.get();
    if (set == null || set.isFrozen()) {
      return true;
    }
    List<Partition> partitions = set.partitions();
    for (int i = 0; i < partitions.size(); i++) {
      if (isSpread(partitions.get(i))) {
        return true;
      }
    }
    return false;
  }

  /** A replica that is still here, while the partition moves to another node, makes no owner. */
  private boolean isSpread(Partition partition) {
    List<String> holders = partition.holders();
    return partition.replica() == null || holders.size() != 1 || !holders.getFirst().equals(self);
  }

  /**
   * Completes when this node's replicas have applied everything that was acknowledged anywhere
   * before this call. Fails with an exception of {@code io.cairn.cluster} if that cannot be told.
   */
  public CompletionStage<Void> current() {
    if (!isSpread()) {
      return CompletableFuture.completedStage(null);
    }
    List<CompletableFuture<Void>> waits = new ArrayList<>();
    for (Partition partition : partitions()) {
      ReplicationGroup replica = partition.replica();
      if (replica != null && Tenure.of(replica, self) == NOT_HERE) {
        waits.add(replica.readIndex().thenCompose(replica::awaitApplied));
      }
    }
    return CompletableFuture.allOf(waits.toArray(CompletableFuture[]::new));
  }

  /** Whether this node holds a replica of every partition. */
  public boolean isComplete() {
    PartitionSet set = current.get();
    return set != null
        && set.partitions().stream().allMatch(partition -> storeOf(partition) != null);
  }

  /** The number of partitions; 0 while there are none yet. */
  public int count() {
    PartitionSet set = current.get();
    return set == null ? 0 : set.partitions().size();
  }

  /** The partitions at this moment; none yet if the list is empty. */
  public List<Partition> partitions() {
    PartitionSet set = current.get();
    return set == null ? List.of() : set.partitions();
  }

  /** The stores of the partitions that this node holds, for searches. */
  public List<DocumentStore> stores() {
    List<DocumentStore> stores = new ArrayList<>();
    for (Partition partition : partitions()) {
      DocumentStore store = storeOf(partition);
      if (store != null) {
        stores.add(store);
      }
    }
    return stores;
  }

  /** The stores of the partitions that this node owns at this moment. */
  public List<DocumentStore> ownedStores() {
    List<DocumentStore> stores = new ArrayList<>();
    for (Partition partition : partitions()) {
      DocumentStore store = storeOf(partition);
      if (store != null && tenure(partition) != NOT_HERE) {
        stores.add(store);
      }
    }
    return stores;
  }

  /** Whether some partition's index lags so far that new writes should be refused for a moment. */
  public boolean isCrowded(String link) {
    DocumentStore store = storeOf(partition(link));
    return store != null && store.isBacklogCrowded();
  }

  /** The partition that a link belongs to, or null while there are none yet. */
  public @Nullable Partition partition(String link) {
    PartitionSet set = current.get();
    return set == null ? null : partition(set, link);
  }

  static Partition partition(PartitionSet set, String link) {
    List<Partition> partitions = set.partitions();
    return partitions.get(Math.floorMod(spread(link.hashCode()), partitions.size()));
  }

  /** Mixes the upper bits in; the partition of a link must never change, so neither may this. */
  private static int spread(int hash) {
    int h = hash * 0x9E3779B9;
    return h ^ (h >>> 16);
  }
}
