// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import io.cairn.cluster.group.partition.Partition;
import io.cairn.cluster.group.partition.PartitionSet;
import io.cairn.store.index.DocumentVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Proposes documents with all their versions to the partitions that their links belong to, many in
 * one command and several commands at a time. Merging is idempotent, so whatever is in doubt is
 * proposed again. For one thread, which waits while too much is under way.
 */
public final class DocumentLoad {

  private static final int IN_FLIGHT = 64;
  private static final int COMMAND_BYTES = 128 * 1024;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final PartitionSet to;
  private final Surroundings surroundings;
  private final Semaphore slots = new Semaphore(IN_FLIGHT);
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final Map<Partition, Batch> batches = new LinkedHashMap<>();
  private long count;

  /**
   * What a load needs.
   *
   * @param proposer finds the leaders
   * @param executor runs what is tried again
   * @param nanoTime says when patience is at its end
   */
  public record Surroundings(
      Handover.Proposer proposer, Executor executor, LongSupplier nanoTime) {}

  /** Versions that wait to be proposed together. */
  private static final class Batch {
    private final List<DocumentVersion> versions = new ArrayList<>();
    private int bytes;
  }

  /** A load into the partitions of one selector. */
  public DocumentLoad(PartitionSet to, Surroundings surroundings) {
    this.to = to;
    this.surroundings = surroundings;
  }

  /**
   * Takes a document.
   *
   * @param versions all that is to be kept of it, oldest first; at least one
   * @throws CompletionException if an earlier one could not be stored, whatever was tried
   */
  public void add(List<DocumentVersion> versions) {
    Partition partition = PartitionedStorage.partition(to, versions.getFirst().link());
    Batch batch = batches.computeIfAbsent(partition, key -> new Batch());
    count++;
    for (DocumentVersion version : versions) {
      batch.versions.add(version);
      batch.bytes += version.weight();
      if (batch.bytes > COMMAND_BYTES) {
        propose(partition, batch);
      }
    }
  }

  /**
   * Has a document removed with all its versions, if it still is at that version. It may happen
   * before or after what else is under way: {@link #finish} comes between where that matters.
   */
  public void purge(String link, long version) {
    propose(PartitionedStorage.partition(to, link), new DocumentCommand.Purge(link, version));
    count++;
  }

  /** Waits until everything is committed; returns how many documents that were. */
  public long finish() {
    batches.forEach(this::propose);
    slots.acquireUninterruptibly(IN_FLIGHT);
    slots.release(IN_FLIGHT);
    requireWell();
    return count;
  }

  private void propose(Partition partition, Batch batch) {
    if (!batch.versions.isEmpty()) {
      propose(partition, new DocumentCommand.Merge("", batch.versions));
      batch.versions.clear();
      batch.bytes = 0;
    }
  }

  private void propose(Partition partition, DocumentCommand command) {
    requireWell();
    slots.acquireUninterruptibly();
    attempt(
        partition,
        DocumentCommandCodec.encode(command),
        surroundings.nanoTime().getAsLong() + PATIENCE.toNanos());
  }

  private void requireWell() {
    Throwable failed = failure.get();
    if (failed != null) {
      throw new CompletionException(failed);
    }
  }

  private void attempt(Partition partition, byte[] command, long deadline) {
    surroundings
        .proposer()
        .propose(partition, command)
        .whenComplete(
            (done, failed) -> {
              if (failed == null) {
                slots.release();
              } else if (surroundings.nanoTime().getAsLong() - deadline > 0) {
                failure.compareAndSet(null, failed);
                slots.release();
              } else {
                CompletableFuture.delayedExecutor(
                        PAUSE.toMillis(), TimeUnit.MILLISECONDS, surroundings.executor())
                    .execute(() -> attempt(partition, command, deadline));
              }
            });
  }
}
