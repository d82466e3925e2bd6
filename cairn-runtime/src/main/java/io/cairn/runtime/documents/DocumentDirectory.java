// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import io.cairn.cluster.group.partition.Condition;
import io.cairn.cluster.group.partition.Partition;
import io.cairn.cluster.group.partition.PartitionSet;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.runtime.model.ServiceModel;
import io.cairn.service.Service.ServiceOption;
import io.cairn.store.DocumentStore;
import io.cairn.store.index.DocumentVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where documents live, by the options of their service: replicated ones in the partitions of their
 * node selector, others in this node's own partition, those without persistence in memory. Also
 * knows the description of every kind. Thread-safe.
 */
public final class DocumentDirectory {

  private final StoredForms forms;
  private final NodeSelectors selectors;
  private final LocalPartitions localPartitions;
  private final PartitionedStorage local;
  private final StoredPartitionMachines machines;
  private final String nodeId;
  private final MemoryStorage memory = new MemoryStorage();

  /**
   * Creates the directory of documents that are open already.
   *
   * @param forms shared with the stores, which look kinds up in it
   */
  public DocumentDirectory(
      StoredForms forms,
      NodeSelectors selectors,
      LocalPartitions localPartitions,
      StoredPartitionMachines machines,
      DiskRoom room,
      String nodeId) {
    this.forms = forms;
    this.selectors = selectors;
    this.localPartitions = localPartitions;
    this.machines = machines;
    this.nodeId = nodeId;
    this.local = new PartitionedStorage(nodeId, () -> localPartitions, room, () -> Condition.WELL);
  }

  /**
   * The documents of a service.
   *
   * @throws IllegalArgumentException if there is no such node selector
   */
  public DocumentStorage of(ServiceModel model, String selectorPath) {
    if (model.has(ServiceOption.REPLICATION)) {
      return selectors.documents(selectorPath);
    }
    return model.has(ServiceOption.PERSISTENCE) ? local : memory;
  }

  /**
   * The documents that a selector spreads over its nodes.
   *
   * @throws IllegalArgumentException if there is no such node selector
   */
  public DocumentStorage ofSelector(String selectorPath) {
    return selectors.documents(selectorPath);
  }

  /** Makes a kind known, and has what was indexed otherwise before indexed anew. */
  public void describe(ServiceModel model) {
    if (!model.has(ServiceOption.PERSISTENCE) && !model.has(ServiceOption.REPLICATION)) {
      return;
    }
    if (forms.learn(model)) {
      // A store that is opened later, or that is filled by another node, looks at the kinds itself.
      Stream.concat(machines.stores(), local.stores().stream())
          .forEach(
              store -> {
                var _ = store.reindex(model.kind());
              });
    }
  }

  /** The descriptions of all kinds that are known by now, by kind; a view. */
  public Map<String, ServiceDocumentDescription> descriptions() {
    return forms.descriptions();
  }

  public @Nullable ServiceDocumentDescription description(String kind) {
    return forms.describe(kind);
  }

  /** The forms of the kinds that this host knows. */
  public StoredForms forms() {
    return forms;
  }

  /**
   * The latest durable version of a link, deleted and expired ones included, as this node has it.
   */
  @Nullable DocumentVersion latest(String link) {
    for (PartitionedStorage documents : all()) {
      DocumentVersion found = documents.replicated(link);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /**
   * As {@link #latest}, for an answer that must not take what is not here for what does not exist.
   *
   * @param everywhere whether documents count that only other nodes are to hold
   * @throws io.cairn.runtime.documents.NotServedException if it cannot be told
   */
  public @Nullable DocumentVersion known(String link, boolean everywhere) {
    DocumentVersion found = latest(link);
    if (found == null) {
      searched().forEach(documents -> documents.requireKnown(link, everywhere));
    }
    return found;
  }

  /** Whether only other nodes may have a link that this node has not. */
  public boolean mayBeElsewhere(String link) {
    return latest(link) == null
        && searched().stream().anyMatch(documents -> documents.isElsewhere(link));
  }

  /** A certain durable version of a link, if it is retained here. */
  public @Nullable DocumentVersion version(String link, long version) {
    for (PartitionedStorage documents : all()) {
      if (documents.replicated(link) != null) {
        return documents.version(link, version);
      }
    }
    return null;
  }

  /** The latest durable version of a link, if it is neither deleted nor expired. */
  public @Nullable DocumentVersion living(String link, long nowMicros) {
    return living(latest(link), nowMicros);
  }

  /** As {@link #living(String, long)}; throws if it cannot be told as {@link #known} does. */
  public @Nullable DocumentVersion knownLiving(String link, long nowMicros) {
    return living(known(link, true), nowMicros);
  }

  private static @Nullable DocumentVersion living(@Nullable DocumentVersion found, long nowMicros) {
    return found == null || found.isTombstone() || found.isExpiredAt(nowMicros) ? null : found;
  }

  /** Whether other nodes hold the replicated documents too. */
  public boolean isSpread() {
    return selectors.defaultDocuments().isSpread();
  }

  /** How many partitions the replicated documents have; fixed when the data were made. */
  public int partitionCount() {
    return selectors.defaultDocuments().count();
  }

  /** Every partition that this node knows, be there a replica here or not. */
  public List<Partition> partitions() {
    List<Partition> partitions = new ArrayList<>();
    all().forEach(documents -> partitions.addAll(documents.partitions()));
    return partitions;
  }

  /** The stores of what this node owns at this moment. */
  public List<DocumentStore> ownedStores() {
    List<DocumentStore> stores = new ArrayList<>();
    all().forEach(documents -> stores.addAll(documents.ownedStores()));
    return stores;
  }

  /**
   * Where all documents are that a search looks for.
   *
   * @param reach which may be among them: of others, other nodes are not asked
   * @throws io.cairn.runtime.documents.NotServedException as {@link PartitionedStorage#spread}
   */
  public PartitionedStorage.Spread spread(Predicate<DocumentStorage> reach) {
    List<PartitionedStorage.Spread> each = new ArrayList<>();
    for (PartitionedStorage documents : searched()) {
      PartitionedStorage.Spread spread = documents.spread();
      each.add(
          reach.test(documents) ? spread : new PartitionedStorage.Spread(spread.here(), List.of()));
    }
    return PartitionedStorage.Spread.all(each);
  }

  /** Whether partitions that a search looks into were made a moment ago. */
  public boolean isForming() {
    for (PartitionedStorage documents : searched()) {
      if (documents.isForming()) {
        return true;
      }
    }
    return false;
  }

  /**
   * The stores of this node that a search looks into, however old.
   *
   * @throws io.cairn.runtime.documents.NotServedException if one is missing that should be here
   */
  public List<DocumentStore> asItIs() {
    return searched().stream().map(PartitionedStorage::held).flatMap(List::stream).toList();
  }

  /**
   * Says which node's replicas {@link #asItIs} gives, and of how many of the partitions it has one.
   */
  public String replicaState() {
    return "node=%s; partitions=%d/%d"
        .formatted(
            nodeId,
            searched().stream().mapToInt(documents -> documents.stores().size()).sum(),
            searched().stream().mapToInt(PartitionedStorage::count).sum());
  }

  /**
   * Why this node holds nothing of what it may have to hold: it is not in its group, or no more.
   */
  public List<String> unheld() {
    return searched().stream()
        .filter(documents -> documents.stores().isEmpty())
        .map(PartitionedStorage::refusal)
        .filter(Objects::nonNull)
        .distinct()
        .toList();
  }

  /** The documents that a search looks into, and this node's own: what there is to watch. */
  public List<PartitionedStorage> searched() {
    return withLocal(selectors.searched());
  }

  /** All documents that this node has, or has to do with. */
  public List<PartitionedStorage> all() {
    return withLocal(selectors.allDocuments());
  }

  private List<PartitionedStorage> withLocal(List<PartitionedStorage> replicated) {
    List<PartitionedStorage> all = new ArrayList<>(replicated);
    all.add(local);
    return all;
  }

  /** The partition of the documents that are this node's own. */
  public PartitionSet ownPartitions() {
    return localPartitions;
  }

  /** Closes the stores, after the groups have stopped. */
  public void close() {
    machines.closeAll();
    localPartitions.close();
  }
}
