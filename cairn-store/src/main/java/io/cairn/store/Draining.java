// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.cairn.store.PendingWrites.Write;
import io.cairn.store.index.DocumentVersion;
import java.io.IOException;
import org.apache.lucene.index.DirectoryReader;
import org.jspecify.annotations.Nullable;

/**
 * Moves pending writes of one partition into its index, and makes them visible. Guarded by the
 * store's index lock, except what any thread may ask: {@link #isBehind}.
 */
final class Draining {
  private final PartitionRuntime runtime;
  private final PartitionIndex index;
  private final Indexer indexer;
  private final IndexPace pace;
  private final PendingWrites pending;
  private volatile @Nullable LatestDocuments latest;
  private volatile long lastChange;
  private volatile long visibleIndex;
  private long drainedIndex;

  Draining(PartitionRuntime runtime, PartitionIndex index, Indexer indexer, IndexPace pace) {
    this.runtime = runtime;
    this.index = index;
    this.indexer = indexer;
    this.pace = pace;
    this.pending = runtime.pending();
    this.lastChange = pending.applied();
    this.visibleIndex = lastChange;
    this.drainedIndex = lastChange;
  }

  void start(LatestDocuments documents) {
    latest = documents;
    prepareFilters();
  }

  /** The newest version of a link if memory has it; any thread. */
  @Nullable DocumentVersion inMemory(String link) {
    LatestDocuments documents = latest;
    return documents == null ? null : documents.inMemory(link);
  }

  /** A change was applied; by the thread that applies. */
  void changed(long logIndex) {
    lastChange = logIndex;
  }

  /** Whether something was applied that no searcher shows. */
  boolean isBehind() {
    return visibleIndex < lastChange;
  }

  /** The log index that the index holds everything up to. */
  long drainedIndex() {
    return drainedIndex;
  }

  /** The index was filled with something else, up to a log index. */
  void filled(long upTo) {
    lastChange = upTo;
    pending.note(upTo);
    drainedIndex = upTo;
    show();
    LatestDocuments documents = latest;
    if (documents != null) {
      documents.forgetAll();
    }
  }

  /** Shows what was drained, unless a searcher shows it already. */
  void showDrained() {
    if (visibleIndex < drainedIndex) {
      show();
    }
  }

  /** Writes what is pending into the index; with the index lock held. */
  void drain() {
    for (PendingWrites.Mark mark = drainSome(); mark != null; mark = drainSome()) {
      show();
      mark.viewer().accept(new HeldReader(runtime, index.acquire()));
    }
  }

  private PendingWrites.@Nullable Mark drainSome() {
    PendingWrites.Batch batch = pending.take();
    DirectoryReader current = index.acquire();
    try {
      int written = indexer.write(batch.writes(), current);
      drainedIndex = batch.upTo();
      long bytes = 0;
      for (Write write : batch.writes()) {
        bytes += write.weight();
      }
      pace.drained(written, bytes);
      return batch.mark();
    } catch (IOException | RuntimeException e) {
      throw runtime.fail("indexing", e);
    } finally {
      runtime.giveBack(current);
    }
  }

  /** Makes what was drained visible; with the index lock held. */
  void show() {
    try {
      if (index.refresh()) {
        runtime.pool().work().refreshes.increment();
      }
      pace.shown();
      prepareFilters();
    } catch (IOException | RuntimeException e) {
      throw runtime.fail("refreshing", e);
    }
    visibleIndex = drainedIndex;
    LatestDocuments documents = latest;
    indexer.shown(
        write -> {
          if (documents != null) {
            documents.shown(write);
          }
        });
  }

  private void prepareFilters() {
    FilterPreparation.run(runtime, runtime.pool());
  }
}
