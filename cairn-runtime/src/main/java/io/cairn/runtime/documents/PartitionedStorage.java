// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import io.cairn.cluster.DiskFullException;
import io.cairn.cluster.NotLeaderException;
import io.cairn.cluster.ReplicaSet;
import io.cairn.cluster.group.partition.Condition;
import io.cairn.cluster.group.partition.Obstacle;
import io.cairn.cluster.group.partition.Partition;
import io.cairn.cluster.group.partition.PartitionSet;
import io.cairn.net.FailedFuture;
import io.cairn.store.DocumentStore;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.index.RetainedVersions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The durable documents of one selector: a fixed number of partitions, each a replicated group that
 * drives a store. A link belongs to the partition that its hash names. Thread-safe.
 */
public final class PartitionedStorage implements DocumentStorage {

  private final String self;
  private final Supplier<@Nullable PartitionSet> current;
  private final DiskRoom room;
  private final Supplier<Condition> group;

  /**
   * Documents over partitions that may be replaced by others, when nodes join.
   *
   * @param self this node
   * @param current the partitions at this moment; null while there are none yet
   * @param room the disk that this node's replicas lie on
   * @param group what this node can do for the group, asked while there are no partitions
   */
  public PartitionedStorage(
      String self,
      Supplier<@Nullable PartitionSet> current,
      DiskRoom room,
      Supplier<Condition> group) {
    this.self = self;
    this.room = room;
    this.current = current;
    this.group = group;
  }

  @Override
  public @Nullable DocumentVersion latest(String link) {
    return store(link).latestIncludingExpired(link);
  }

  @Override
  public @Nullable DocumentVersion version(String link, long version) {
    return store(link).version(link, version);
  }

  @Override
  public <T> @Nullable T history(String link, RetainedVersions.Question<T> question) {
    return store(link).history(link, question);
  }

  /** The latest version that this node's own replica holds, however old; null if it holds none. */
  public @Nullable DocumentVersion replicated(String link) {
    DocumentStore store = storeOf(partition(link));
    return store == null ? null : store.latestIncludingExpired(link);
  }

  /**
   * Makes sure that a link which was not found is not there, as far as this node is to know.
   *
   * @param everywhere whether it has to know of partitions that only others are to hold, too
   * @throws NotServedException if the replica that may have it is not here
   */
  public void requireKnown(String link, boolean everywhere) {
    Partition partition = partition(link);
    if (partition == null) {
      throw new NotServedException(String.join("; ", obstacles()));
    }
    if (storeOf(partition) == null && (everywhere || isHeld(partition))) {
      throw new NotServedException(
          "This node has no open replica of partition %s/%d, which may hold %s"
              .formatted(partition.id().selector(), partition.id().number(), link));
    }
  }

  /** Whether other nodes hold the partition of a link, and this one does not. */
  boolean isElsewhere(String link) {
    Partition partition = partition(link);
    return partition != null
        && storeOf(partition) == null
        && !readers(partition).stream().allMatch(self::equals);
  }

  /**
   * Makes sure that there is something of these documents here to list.
   *
   * @throws NotServedException if this node has no replica of any partition
   */
  public void requireAny() {
    if (stores().isEmpty()) {
      List<String> reasons = obstacles();
      throw new NotServedException(
          reasons.isEmpty()
              ? "This node is to hold no replica of these documents"
              : String.join("; ", reasons));
    }
  }

  /** Says which node's replica of a link's partition this is, and up to where it has come. */
  public String replicaState(String link) {
    Partition partition = partition(link);
    ReplicaSet replica = partition == null ? null : partition.replica();
    return partition == null || replica == null
        ? "node=" + self
        : "node=%s; applied=%d; owner=%s".formatted(self, replica.lastApplied(), partition.owner());
  }

  /** Says which node's replicas these are, and of how many of the partitions it has one. */
  public String replicaState() {
    return "node=%s; partitions=%d/%d".formatted(self, stores().size(), count());
  }

  private DocumentStore store(String link) {
    DocumentStore store = storeOf(partition(link));
    if (store == null) {
      throw new NotServedException("This node holds no replica that " + link + " belongs to");
    }
    return store;
  }

  private static @Nullable DocumentStore storeOf(@Nullable Partition partition) {
    return partition != null && partition.machine() instanceof PartitionMachine machine
        ? machine.store()
        : null;
  }

  @Override
  public CompletionStage<CommandOutcome> commit(DocumentCommand command) {
    PartitionSet set = current.get();
    Partition partition = set == null ? null : partition(set, command.link());
    ReplicaSet replica = partition == null ? null : partition.replica();
    if (set == null
        || partition == null
        || replica == null
        || set.isFrozen()
        || set.condition().idle()) {
      return CompletableFuture.failedFuture(new NotLeaderException("of " + command.link(), null));
    }
    // What frees space goes on for longer.
    boolean frees = command instanceof DocumentCommand.Purge && room.takesEntries();
    DiskFullException full = frees ? null : room.refusal(replica);
    if (full != null) {
      return CompletableFuture.failedFuture(full);
    }
    Tally tally = partition.machine() instanceof PartitionMachine machine ? machine.tally() : null;
    return tally == null
        ? propose(replica, command)
        : tally.letIn(command, () -> propose(replica, command));
  }

  private CompletionStage<CommandOutcome> propose(ReplicaSet replica, DocumentCommand command) {
    byte[] bytes = DocumentCommandCodec.encode(command);
    room.accepted(bytes.length);
    return replica
        .propose(bytes, command)
        .handle(
            (applied, failure) -> {
              room.settled(bytes.length);
              if (failure != null) {
                throw new CompletionException(FailedFuture.cause(failure));
              }
              return (CommandOutcome) applied.result();
            });
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
    ReplicaSet replica = partition == null ? null : partition.replica();
    return replica == null || isIdle() ? NO_TENURE : Tenure.of(replica, self);
  }

  @Override
  public boolean isIdle() {
    PartitionSet set = current.get();
    return set == null || set.condition().idle();
  }

  @Override
  public @Nullable String refusal() {
    String refusal = condition(current.get()).refusal();
    return refusal.isEmpty() ? null : refusal;
  }

  private Condition condition(@Nullable PartitionSet set) {
    return set == null ? group.get() : set.condition();
  }

  /** What keeps this node from serving all of these documents, a sentence each. */
  public List<String> obstacles() {
    PartitionSet set = current.get();
    if (set != null) {
      return set.condition().reasons(set.selector().name());
    }
    List<Obstacle> shared = group.get().shared();
    return shared.isEmpty()
        ? List.of("its partitions are not made yet")
        : shared.stream().map(Obstacle::text).toList();
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
    if (set == null || set.isFrozen() || set.condition().idle()) {
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
   * The stores, once they have applied everything that was acknowledged anywhere before this call.
   * Fails with an exception of {@code io.cairn.cluster} if it cannot be told what was.
   */
  static CompletionStage<List<DocumentStore>> current(
      String self, List<ReplicaSet> replicas, List<DocumentStore> stores) {
    List<CompletableFuture<Void>> waits = new ArrayList<>();
    for (ReplicaSet replica : replicas) {
      if (Tenure.of(replica, self) == NO_TENURE) {
        waits.add(replica.readIndex().thenCompose(replica::awaitApplied));
      }
    }
    return waits.isEmpty()
        ? CompletableFuture.completedStage(stores)
        : CompletableFuture.allOf(waits.toArray(CompletableFuture[]::new))
            .thenApply(done -> stores);
  }

  /**
   * Where all documents are at a moment.
   *
   * @param here completes with the stores of this node, once they have applied everything that was
   *     acknowledged anywhere before; fails with an exception of {@code io.cairn.cluster} if it
   *     cannot be told what was
   * @param elsewhere the partitions that this node cannot read itself
   */
  public record Spread(CompletionStage<List<DocumentStore>> here, List<Partition> elsewhere) {

    /** All of several. */
    public static Spread all(List<Spread> spreads) {
      List<CompletableFuture<List<DocumentStore>>> each =
          spreads.stream().map(spread -> spread.here().toCompletableFuture()).toList();
      return new Spread(
          CompletableFuture.allOf(each.toArray(CompletableFuture[]::new))
              .thenApply(
                  done ->
                      each.stream().map(CompletableFuture::join).flatMap(List::stream).toList()),
          spreads.stream().map(Spread::elsewhere).flatMap(List::stream).toList());
    }
  }

  /**
   * Divides the partitions into those that this node can read itself, and others.
   *
   * @throws NotServedException if the group idles, there are no partitions, or this node alone is
   *     to hold one that is not open
   */
  public Spread spread() {
    PartitionSet set = current.get();
    if (set == null || set.condition().idle()) {
      throw new NotServedException(String.join("; ", obstacles()));
    }
    List<ReplicaSet> own = new ArrayList<>();
    List<DocumentStore> stores = new ArrayList<>();
    List<Partition> elsewhere = new ArrayList<>();
    for (Partition partition : set.partitions()) {
      DocumentStore store = storeOf(partition);
      ReplicaSet replica = partition.replica();
      if (store != null && replica != null && isHeld(partition)) {
        own.add(replica);
        stores.add(store);
      } else if (readers(partition).stream().allMatch(self::equals)) {
        throw notOpen(set, partition);
      } else {
        elsewhere.add(partition);
      }
    }
    return new Spread(current(self, own, stores), elsewhere);
  }

  /**
   * The stores of the partitions that this node is to hold, as {@link Spread#here}. Fails with a
   * {@link NotServedException} if one is missing, or the group idles.
   */
  public CompletionStage<List<DocumentStore>> current() {
    try {
      Spread spread = spread();
      for (Partition partition : spread.elsewhere()) {
        if (isHeld(partition)) {
          throw notOpen(required(), partition);
        }
      }
      return spread.here();
    } catch (NotServedException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  /** The nodes that may read a partition, the owner first: it need not ask anybody. */
  public static List<String> readers(Partition partition) {
    Set<String> nodes = new LinkedHashSet<>();
    String owner = partition.owner();
    if (owner != null) {
      nodes.add(owner);
    }
    nodes.addAll(partition.holders());
    return List.copyOf(nodes);
  }

  /**
   * The stores of the partitions that this node is to hold, however old.
   *
   * @throws NotServedException if one is missing that was not made just now
   */
  public List<DocumentStore> held() {
    PartitionSet set = required();
    List<DocumentStore> stores = new ArrayList<>();
    for (Partition partition : set.partitions()) {
      DocumentStore store = storeOf(partition);
      if (isHeld(partition) && store == null && !partition.isNew()) {
        throw notOpen(set, partition);
      }
      if (isHeld(partition) && store != null) {
        stores.add(store);
      }
    }
    return stores;
  }

  private NotServedException notOpen(PartitionSet set, Partition partition) {
    List<String> reasons = set.condition().reasons(set.selector().name());
    return new NotServedException(
        reasons.isEmpty()
            ? "partition %s/%d: its replica on %s is not open"
                .formatted(set.selector().name(), partition.id().number(), self)
            : String.join("; ", reasons));
  }

  /** Whether this node is to hold a partition, or it is not known yet who is. */
  private boolean isHeld(Partition partition) {
    List<String> holders = partition.holders();
    return holders.isEmpty() || holders.contains(self);
  }

  /** Whether other nodes are to hold partitions that this node is not to hold. */
  public boolean isPartial() {
    for (Partition partition : partitions()) {
      if (!isHeld(partition)) {
        return true;
      }
    }
    return false;
  }

  /** Whether this node is to hold a replica of every partition, and does. */
  public boolean isComplete() {
    PartitionSet set = current.get();
    return set != null
        && set.partitions().stream()
            .allMatch(
                partition -> storeOf(partition) != null && partition.holders().contains(self));
  }

  /** Whether some of the partitions were made a moment ago, and do not serve here yet. */
  public boolean isForming() {
    for (Partition partition : partitions()) {
      if (partition.isNew()) {
        return true;
      }
    }
    return false;
  }

  /** The number of partitions; 0 while there are none yet. */
  public int count() {
    return partitions().size();
  }

  private PartitionSet required() {
    PartitionSet set = current.get();
    if (set == null) {
      throw new NotServedException(String.join("; ", obstacles()));
    }
    return set;
  }

  /** The partitions at this moment; none yet if the list is empty. */
  public List<Partition> partitions() {
    PartitionSet set = current.get();
    return set == null ? List.of() : set.partitions();
  }

  /** The stores of the partitions that this node has at this moment, perhaps not all. */
  public List<DocumentStore> stores() {
    return stores(partition -> true);
  }

  /** The stores of the partitions that this node owns at this moment. */
  public List<DocumentStore> ownedStores() {
    return stores(partition -> tenure(partition) != NO_TENURE);
  }

  private List<DocumentStore> stores(Predicate<Partition> which) {
    List<DocumentStore> stores = new ArrayList<>();
    for (Partition partition : partitions()) {
      DocumentStore store = storeOf(partition);
      if (store != null && which.test(partition)) {
        stores.add(store);
      }
    }
    return stores;
  }

  /** The partition that a link belongs to, or null while there are none yet. */
  public @Nullable Partition partition(String link) {
    PartitionSet set = current.get();
    return set == null ? null : partition(set, link);
  }

  static Partition partition(PartitionSet set, String link) {
    List<Partition> partitions = set.partitions();
    return partitions.get(Math.floorMod(spread(CompanionLinks.hash(link)), partitions.size()));
  }

  /** Mixes the upper bits in; the partition of a link must never change, so neither may this. */
  private static int spread(int hash) {
    int h = hash * 0x9E3779B9;
    return h ^ (h >>> 16);
  }
}
