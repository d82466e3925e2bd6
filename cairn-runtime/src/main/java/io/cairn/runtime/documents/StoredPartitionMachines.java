// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import io.cairn.cluster.ReplicaDamagedException;
import io.cairn.cluster.StateMachine;
import io.cairn.cluster.group.partition.PartitionId;
import io.cairn.cluster.group.partition.PartitionMachines;
import io.cairn.cluster.group.partition.PartitionSet;
import io.cairn.store.DocumentStore;
import io.cairn.store.StoreSnapshot;
import io.cairn.store.disk.StoreCorruptedException;
import io.cairn.store.disk.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The partitions of this node's groups as directories with a store each. Thread-safe. */
public final class StoredPartitionMachines implements PartitionMachines {

  private static final Logger log = LoggerFactory.getLogger(StoredPartitionMachines.class);

  private final Path directory;
  private final Stores stores;
  private final Handover handover;
  private final Map<PartitionId, PartitionMachine> open = new ConcurrentHashMap<>();

  /**
   * Machines below a directory.
   *
   * @param handover moves documents from one group to another
   */
  public StoredPartitionMachines(Path directory, Stores stores, Handover handover) {
    this.directory = directory;
    this.stores = stores;
    this.handover = handover;
  }

  @Override
  public StateMachine open(PartitionId id) throws IOException {
    return open(id, stores::open);
  }

  @Override
  public StateMachine openForRebuild(PartitionId id) throws IOException {
    return open(id, stores::openForRebuild);
  }

  private StateMachine open(PartitionId id, BiFunction<Path, String, PartitionMachine> opening)
      throws IOException {
    try {
      PartitionMachine machine =
          opening.apply(directory.resolve(id.directoryName()), id.groupName());
      open.put(id, machine);
      var _ = machine.store().reindexAll(); // kinds may have been described while it was not open
      return machine;
    } catch (StoreCorruptedException e) {
      throw new ReplicaDamagedException(String.valueOf(e.getMessage()), e);
    } catch (StoreException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** The stores of the partitions that are open. */
  Stream<DocumentStore> stores() {
    return open.values().stream().map(PartitionMachine::store);
  }

  /** The open partition of a group, or null if this node has none. */
  public @Nullable PartitionMachine find(String groupName) {
    for (Map.Entry<PartitionId, PartitionMachine> entry : open.entrySet()) {
      if (entry.getKey().groupName().equals(groupName)) {
        return entry.getValue();
      }
    }
    return null;
  }

  @Override
  public void close(PartitionId id) {
    PartitionMachine machine = open.remove(id);
    if (machine != null) {
      machine.close();
    }
  }

  @Override
  public void setAside(PartitionId id) {
    close(id);
    Path stored = directory.resolve(id.directoryName());
    Path aside =
        directory.resolve("aside-" + stores.nowMicros().getAsLong() + "-" + id.directoryName());
    try {
      if (Files.exists(stored)) {
        Files.move(stored, aside, StandardCopyOption.ATOMIC_MOVE);
        log.error(
            "What this node had of partition {} differs from what its group has. It is kept in {}:"
                + " look whether it holds documents that the group lost, then delete it",
            id.groupName(),
            aside);
      }
    } catch (IOException e) {
      log.error("What is in {} could not be moved aside, and is deleted", stored, e);
      delete(id);
    }
  }

  @Override
  public boolean exists(PartitionId id) {
    return Files.exists(directory.resolve(id.directoryName()));
  }

  @Override
  public void copy(PartitionId from, PartitionId to) throws IOException {
    if (!(open(from) instanceof PartitionMachine source)) {
      throw new IllegalStateException(from + " is of another kind");
    }
    try (StoreSnapshot snapshot = source.store().snapshot()) {
      snapshot.linkInto(directory.resolve(to.directoryName()));
    } catch (StoreException | UncheckedIOException e) {
      throw new IOException(e.getMessage(), e);
    } finally {
      close(from);
    }
  }

  @Override
  public Contents contents(PartitionId id) {
    PartitionMachine machine = open.get(id);
    if (machine == null) {
      throw new IllegalStateException(id + " is not open");
    }
    DocumentStore store = machine.store();
    LongAdder documents = new LongAdder();
    store.forEachDocument(
        versions -> {
          if (!versions.getLast().isTombstone()) {
            documents.increment();
          }
        });
    return new Contents(documents.sum(), store.highestUpdateTimeMicros());
  }

  @Override
  public void delete(PartitionId id) {
    close(id);
    Path gone = directory.resolve(id.directoryName());
    List<Path> files = new ArrayList<>();
    try (Stream<Path> found = Files.exists(gone) ? Files.walk(gone) : Stream.empty()) {
      found.sorted(Comparator.reverseOrder()).forEach(files::add);
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      log.warn("What is left of {} could not be deleted; it is not used any more", gone, e);
    }
  }

  @Override
  public CompletionStage<Void> handOver(PartitionSet from, PartitionSet to) {
    return handover.run(from, to);
  }

  /** Closes every store, after the groups have stopped. */
  public void closeAll() {
    open.keySet().forEach(this::close);
  }
}
