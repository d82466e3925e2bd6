// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.lucene.index.MergePolicy;
import org.apache.lucene.index.MergeScheduler;
import org.apache.lucene.index.MergeTrigger;
import org.apache.lucene.store.AlreadyClosedException;

/**
 * Runs one store's merges one after the other on the pool's merge threads, which all stores of the
 * node share. Lucene's own scheduler starts threads per index.
 */
final class BackgroundMerges extends MergeScheduler {
  private final StorePool pool;
  private final Consumer<Throwable> onFailure;
  private final AtomicBoolean scheduled = new AtomicBoolean();

  BackgroundMerges(StorePool pool, Consumer<Throwable> onFailure) {
    this.pool = pool;
    this.onFailure = onFailure;
  }

  @Override
  public void merge(MergeSource source, MergeTrigger trigger) throws IOException {
    if (trigger == MergeTrigger.CLOSING) {
      runAll(source);
    } else if (source.hasPendingMerges()
        && scheduled.compareAndSet(false, true)
        && !pool.merge(() -> runScheduled(source))) {
      scheduled.set(false);
    }
  }

  private void runScheduled(MergeSource source) {
    scheduled.set(false);
    try {
      runAll(source);
    } catch (MergePolicy.MergeAbortedException | AlreadyClosedException _) {
      // The writer is closing; a failed writer reports its own cause.
    } catch (IOException | RuntimeException | Error e) {
      onFailure.accept(e);
    }
  }

  private static void runAll(MergeSource source) throws IOException {
    for (MergePolicy.OneMerge next = source.getNextMerge();
        next != null;
        next = source.getNextMerge()) {
      source.merge(next);
    }
  }

  @Override
  public void close() {}
}
