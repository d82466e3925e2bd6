// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.lucene.index.MergePolicy;
import org.apache.lucene.index.MergeScheduler;
import org.apache.lucene.index.MergeTrigger;
import org.apache.lucene.store.AlreadyClosedException;
import org.jspecify.annotations.Nullable;

/**
 * Runs one store's merges one after the other on the pool's merge threads, which all stores of the
 * node share. Lucene's own scheduler starts threads per index.
 */
final class BackgroundMerges extends MergeScheduler {
  private final StorePool pool;
  private final IndexPace pace;
  private final Consumer<Throwable> onFailure;
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private volatile @Nullable MergeSource latest;

  BackgroundMerges(StorePool pool, IndexPace pace, Consumer<Throwable> onFailure) {
    this.pool = pool;
    this.pace = pace;
    this.onFailure = onFailure;
  }

  @Override
  public void merge(MergeSource source, MergeTrigger trigger) throws IOException {
    latest = source;
    if (trigger == MergeTrigger.CLOSING) {
      runAll(source);
    } else if (source.hasPendingMerges()
        && scheduled.compareAndSet(false, true)
        && !pool.merge(() -> runScheduled(source))) {
      scheduled.set(false);
    }
  }

  /** Runs one waiting merge, if there is one, on the calling thread. */
  void help() {
    MergeSource source = latest;
    if (source != null) {
      runGuarded(
          () -> {
            MergePolicy.OneMerge next = source.getNextMerge();
            if (next != null) {
              merge(source, next);
            }
          });
    }
  }

  private void runScheduled(MergeSource source) {
    scheduled.set(false);
    runGuarded(() -> runAll(source));
  }

  private interface Merging {
    void run() throws IOException;
  }

  private void runGuarded(Merging merging) {
    try {
      merging.run();
    } catch (MergePolicy.MergeAbortedException | AlreadyClosedException _) {
      // The writer is closing; a failed writer reports its own cause.
    } catch (IOException | RuntimeException | Error e) {
      onFailure.accept(e);
    }
  }

  private void merge(MergeSource source, MergePolicy.OneMerge merge) throws IOException {
    long bytes = merge.totalBytesSize();
    source.merge(merge);
    pace.merged(bytes);
  }

  private void runAll(MergeSource source) throws IOException {
    for (MergePolicy.OneMerge next = source.getNextMerge();
        next != null;
        next = source.getNextMerge()) {
      merge(source, next);
    }
  }

  @Override
  public void close() {}
}
