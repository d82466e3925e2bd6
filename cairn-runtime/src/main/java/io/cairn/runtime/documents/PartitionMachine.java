// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import io.cairn.cluster.ReplicaDamagedException;
import io.cairn.cluster.StateMachine;
import io.cairn.store.DocumentStore;
import io.cairn.store.PreparedTransfer;
import io.cairn.store.StagedTransfer;
import io.cairn.store.disk.StoreCorruptedException;
import io.cairn.store.disk.StoreException;
import io.cairn.store.index.DocumentVersion;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state machine of one partition: applies committed commands to the partition's store. Called
 * by the partition's group, one command at a time, in log order. Who watches the partition hears of
 * each change behind it.
 */
public final class PartitionMachine implements StateMachine, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(PartitionMachine.class);

  private final String group;
  private final DocumentStore store;
  private final Surroundings surroundings;
  private final CopyDigests copies;
  private final AtomicBoolean committing = new AtomicBoolean();
  private final AtomicReference<@Nullable PreparedTransfer> prepared = new AtomicReference<>();
  private volatile @Nullable ChangeTap tap;
  private volatile @Nullable Tally tally;

  /** What a partition needs to know of its host. */
  public interface Surroundings {

    /** This node; empty while that is not known. */
    String self();

    /** Told of each version that was applied, wherever it was proposed, in the order of the log. */
    void applied(DocumentVersion version, boolean proposedHere);

    /**
     * Told after each change of a document, removals included, in the order of the log.
     *
     * @param link of the document; null if many may have changed at once
     */
    default void touched(@Nullable String link) {}

    /**
     * Receives from another node what this replica lacks, into the store's staging place.
     *
     * @param node the node that has it
     * @param group the partition's group
     * @param store the store to fill
     */
    CompletionStage<StagedTransfer> fetch(String node, String group, DocumentStore store);
  }

  PartitionMachine(String group, DocumentStore store, Surroundings surroundings) {
    this.group = group;
    this.store = store;
    this.surroundings = surroundings;
    this.copies = new CopyDigests(group, surroundings::self);
  }

  /** The store that holds the documents of this replica. */
  public DocumentStore store() {
    return store;
  }

  @Override
  public Object apply(long index, byte[] command, @Nullable Object attachment) {
    boolean proposedHere = attachment instanceof DocumentCommand;
    DocumentCommand decoded =
        attachment instanceof DocumentCommand known ? known : DocumentCommandCodec.decode(command);
    boolean expects = decoded.expectedVersion() != DocumentCommand.ANY;
    boolean looks = expects || ((tap != null || tally != null) && !decoded.link().isEmpty());
    DocumentVersion before = looks ? store.latestIncludingExpired(decoded.link()) : null;
    CommandOutcome.Conflict conflict = expects ? conflict(decoded, before) : null;
    if (conflict != null) {
      store.noteApplied(index);
      return conflict;
    }
    return carryOut(decoded, index, new Before(looks, before), proposedHere);
  }

  /**
   * The document of a command before it.
   *
   * @param isKnown whether somebody has looked
   */
  private record Before(boolean isKnown, @Nullable DocumentVersion version) {}

  private Object carryOut(
      DocumentCommand command, long index, Before before, boolean proposedHere) {
    return switch (command) {
      case DocumentCommand.Write(var document, var expected, var time) -> {
        store.apply(index, document);
        tell(index, document.link(), before, document);
        surroundings.applied(document, proposedHere);
        yield CommandOutcome.APPLIED;
      }
      case DocumentCommand.Purge(var link, var expected) -> {
        store.applyPurge(index, link);
        tell(index, link, before, null);
        yield CommandOutcome.APPLIED;
      }
      case DocumentCommand.Replace(var document, var expected) -> {
        store.applyReplacement(index, document);
        tell(index, document.link(), before, document);
        surroundings.applied(document, proposedHere);
        yield CommandOutcome.APPLIED;
      }
      case DocumentCommand.Merge(var _, var versions) -> {
        List<DocumentVersion> brought = store.applyMerged(index, versions);
        versions.stream().map(DocumentVersion::link).distinct().forEach(surroundings::touched);
        tellJump(index);
        brought.forEach(version -> surroundings.applied(version, false));
        yield CommandOutcome.APPLIED;
      }
      case DocumentCommand.Check(var id, var bytesPerSecond) -> {
        copies.begin(id, index, store.applyDigest(index, bytesPerSecond));
        yield CommandOutcome.APPLIED;
      }
      case DocumentCommand.Verdict(var comparison) -> {
        store.noteApplied(index);
        copies.compared(comparison);
        yield CommandOutcome.APPLIED;
      }
    };
  }

  /**
   * Has somebody hear of what is applied from now on, in place of whom did before; null for nobody.
   * Everything behind {@link DocumentStore#appliedIndex} as it is after this call is told.
   */
  public void tap(@Nullable ChangeTap listener) {
    tap = listener;
  }

  /** Has somebody count what is held from now on; null for nobody. Told as {@link #tap} says. */
  public void countedBy(@Nullable Tally counting) {
    tally = counting;
  }

  /** Who counts what is held; null if nobody. */
  public @Nullable Tally tally() {
    return tally;
  }

  /** Tells of a change, after the store has it: see {@link #tap}. */
  private void tell(long index, String link, Before before, @Nullable DocumentVersion now) {
    surroundings.touched(link);
    tell(tally, index, link, before, now);
    tell(tap, index, link, before, now);
  }

  private static void tell(
      @Nullable ChangeTap listener,
      long index,
      String link,
      Before before,
      @Nullable DocumentVersion now) {
    if (listener != null && before.isKnown()) {
      listener.changed(index, link, before.version(), now);
    } else if (listener != null) {
      listener.jumped(index);
    }
  }

  private void tellJump(long index) {
    ChangeTap counting = tally;
    if (counting != null) {
      counting.jumped(index);
    }
    ChangeTap listener = tap;
    if (listener != null) {
      listener.jumped(index);
    }
  }

  @Override
  public boolean isCrowded() {
    return store.isBacklogCrowded();
  }

  /** What has nothing to do with damage, as a full disk, concerns the whole node. */
  @Override
  public @Nullable Throwable failure() {
    StoreException failed = store.failure();
    return failed instanceof StoreCorruptedException
        ? new ReplicaDamagedException(String.valueOf(failed.getMessage()), failed)
        : copies.difference();
  }

  /** How this copy compares with those of other nodes. */
  public CopyDigests copies() {
    return copies;
  }

  @Override
  public long durableIndex() {
    return store.committedIndex();
  }

  @Override
  public void makeDurable(long index) {
    if (committing.compareAndSet(false, true)) {
      var _ =
          Thread.ofVirtual()
              .name("cairn-commit-request")
              .start(
                  () -> {
                    try {
                      store.commit();
                    } catch (RuntimeException e) {
                      log.warn("The store in {} could not commit", store.directory(), e);
                    } finally {
                      committing.set(false);
                    }
                  });
    }
  }

  /** The index up to which the store here holds all: nothing behind it is a command. */
  @Override
  public byte[] snapshotReference(long index) {
    return ByteBuffer.allocate(Long.BYTES).putLong(Math.min(index, store.appliedIndex())).array();
  }

  private static long heldBySender(byte[] reference) {
    return reference.length < Long.BYTES ? 0 : ByteBuffer.wrap(reference).getLong();
  }

  /**
   * Fetches what is lacking, and makes an index of it, on a thread of its own. The node that is
   * asked may have begun anew since it gave the reference, and not have read its log again yet, or
   * have lost it: what it has then does not count.
   */
  @Override
  public CompletionStage<Void> prepareInstall(String fromNode, long index, byte[] reference) {
    return surroundings
        .fetch(fromNode, group, store)
        .thenAcceptAsync(
            transfer -> {
              requireHeld(Math.max(transfer.upTo(), store.appliedIndex()), reference, fromNode);
              prepared.set(store.prepare(transfer, index));
            },
            task -> Thread.ofVirtual().name("cairn-fill").start(task));
  }

  private void requireHeld(long held, byte[] reference, String fromNode) {
    if (held < heldBySender(reference)) {
      throw new IllegalStateException(
          "node %s offered %s up to entry %d, but has only those up to %d now; it will be asked again"
              .formatted(fromNode, group, heldBySender(reference), held));
    }
  }

  @Override
  public void installReference(long index, byte[] reference) {
    PreparedTransfer transfer = prepared.getAndSet(null);
    if (transfer != null) {
      store.install(transfer);
    }
    surroundings.touched(null);
    tellJump(store.appliedIndex());
    requireHeld(store.appliedIndex(), reference, "that was asked");
    if (store.appliedIndex() < index) {
      // What lies between is no command; the log forgets it now, so the store has to know it.
      store.noteApplied(index);
      store.commit();
    }
  }

  /** Whether another version is the latest than the one that a command expects. */
  private static CommandOutcome.@Nullable Conflict conflict(
      DocumentCommand command, @Nullable DocumentVersion latest) {
    long found = latest == null ? DocumentCommand.ABSENT : latest.version();
    boolean other =
        found != command.expectedVersion()
            || (latest != null
                && command instanceof DocumentCommand.Write write
                && write.expectedTimeMicros() != DocumentCommand.ANY
                && write.expectedTimeMicros() != latest.updateTimeMicros());
    return other ? new CommandOutcome.Conflict(found) : null;
  }

  /**
   * Closes the store, after the group has stopped. A store that cannot commit is closed all the
   * same.
   */
  @Override
  public void close() {
    ChangeTap listener = tap;
    if (listener != null) {
      listener.closed();
    }
    ChangeTap counting = tally;
    if (counting != null) {
      counting.closed();
    }
    try {
      store.close();
    } catch (StoreException e) {
      // The log has what its last commit lacks.
      log.warn("A store could not be closed cleanly", e);
    }
  }
}
