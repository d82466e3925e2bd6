// SPDX-License-Identifier: Apache-2.0
package io.cairn.host.documents;

import io.cairn.cluster.GroupStoppedException;
import io.cairn.cluster.ReplicationException;
import io.cairn.cluster.ReplicationGroup;
import io.cairn.cluster.ReplicationNode;
import io.cairn.store.DescriptionSource;
import io.cairn.store.DocumentStore;
import io.cairn.store.DocumentVersion;
import io.cairn.store.StoreException;
import io.cairn.store.StoreOptions;
import io.cairn.store.StorePool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The durable documents of one node group: a fixed number of partitions, each a replicated group
 * that drives a store. A link belongs to the partition that its hash names. Thread-safe.
 */
public final class PartitionedDocuments implements Documents, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(PartitionedDocuments.class);

  private final List<DocumentStore> stores;
  private final List<ReplicationGroup> groups;

  private PartitionedDocuments(List<DocumentStore> stores, List<ReplicationGroup> groups) {
    this.stores = stores;
    this.groups = groups;
  }

  /**
   * What the partitions are made of.
   *
   * @param directory where the stores live, one directory each
   * @param name of the node group; prefix of the groups' names
   * @param partitions how many to make; where documents exist already, their number stands
   * @param options bounds of each store
   */
  public record Layout(Path directory, String name, int partitions, StoreOptions options) {}

  /**
   * Opens all partitions: first the stores, then the groups, which replay what their stores lack.
   *
   * @throws io.cairn.store.StoreException if a store is damaged
   * @throws IOException if the log is damaged or the disk fails
   */
  public static PartitionedDocuments open(
      Layout layout,
      ReplicationNode node,
      StorePool pool,
      DescriptionSource descriptions,
      LongSupplier nowMicros)
      throws IOException {
    List<DocumentStore> stores = new ArrayList<>();
    List<ReplicationGroup> groups = new ArrayList<>();
    try {
      int partitions =
          PartitionCount.establish(layout.directory(), layout.name(), layout.partitions());
      for (int i = 0; i < partitions; i++) {
        Path directory = layout.directory().resolve(layout.name() + "-" + i);
        DocumentStore store =
            DocumentStore.open(directory, pool, layout.options(), descriptions, nowMicros);
        stores.add(store);
      }
      // Only now is anything written: a damaged partition leaves the others and the log untouched.
      for (int i = 0; i < layout.partitions(); i++) {
        groups.add(
            node.createOrResumeGroup(
                layout.name() + "/" + i, new DocumentPartition(stores.get(i))));
      }
    } catch (IOException | RuntimeException e) {
      stores.forEach(DocumentStore::close);
      throw e;
    }
    return new PartitionedDocuments(List.copyOf(stores), List.copyOf(groups));
  }

  @Override
  public @Nullable DocumentVersion latest(String link) {
    return stores.get(partition(link)).latestIncludingExpired(link);
  }

  @Override
  public @Nullable DocumentVersion version(String link, long version) {
    return stores.get(partition(link)).version(link, version);
  }

  @Override
  public CompletionStage<CommandOutcome> commit(DocumentCommand command) {
    return groups
        .get(partition(command.link()))
        .propose(DocumentCommandCodec.encode(command), command)
        .thenApply(applied -> (CommandOutcome) applied.result());
  }

  @Override
  public boolean isDurable() {
    return true;
  }

  @Override
  public boolean mayRead(String link) {
    ReplicationGroup group = groups.get(partition(link));
    try {
      group.ensureLeader();
      return true;
    } catch (GroupStoppedException e) {
      // Alone, and unable to write (a full disk): all that was ever acknowledged is here.
      return group.members().size() == 1;
    } catch (ReplicationException e) {
      return false;
    }
  }

  /** The stores of all partitions, for searches. */
  public List<DocumentStore> stores() {
    return stores;
  }

  /** Whether some partition's index lags so far that new writes should be refused for a moment. */
  public boolean isCrowded(String link) {
    return stores.get(partition(link)).isBacklogCrowded();
  }

  /** Closes the stores; the groups are closed with their node, before this. */
  @Override
  public void close() {
    for (DocumentStore store : stores) {
      try {
        store.close();
      } catch (StoreException e) {
        // The log has what its last commit lacks; the other stores must be closed all the same.
        log.warn("A store could not be closed cleanly", e);
      }
    }
  }

  private int partition(String link) {
    return Math.floorMod(spread(link.hashCode()), stores.size());
  }

  /** Mixes the upper bits in; the partition of a link must never change, so neither may this. */
  private static int spread(int hash) {
    int h = hash * 0x9E3779B9;
    return h ^ (h >>> 16);
  }
}
