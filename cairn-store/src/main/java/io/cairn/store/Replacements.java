// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.cairn.store.disk.StoreDirectory;
import io.cairn.store.disk.StoreException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The indexes beside a store's present one: at most one that is prepared to replace it, and those
 * that were replaced, until they are closed and removed. Thread-safe.
 */
final class Replacements {
  private static final Logger log = LoggerFactory.getLogger(Replacements.class);

  private final StoreDirectory files;
  private final StoreSetup setup;
  private final BooleanSupplier closed;
  private final AtomicReference<@Nullable PreparedTransfer> prepared = new AtomicReference<>();

  /** Completes when all that was retired up to now is removed. */
  private CompletableFuture<Void> retired = CompletableFuture.completedFuture(null);

  Replacements(StoreDirectory files, StoreSetup setup, BooleanSupplier closed) {
    this.files = files;
    this.setup = setup;
    this.closed = closed;
  }

  /** Prepares a replacement in place of an earlier one; one thread at a time. */
  PreparedTransfer prepare(@Nullable OpenIndex before, StagedTransfer staged, long atLeast) {
    discardUnused();
    await(); // the name of what is removed may be the next one's
    PreparedTransfer made = new Installation(files, setup, before, closed).prepare(staged, atLeast);
    prepared.set(made);
    if (closed.getAsBoolean()) {
      discard(made);
    }
    return made;
  }

  /** Has the marker name what was prepared: from now on it is the store's content. */
  void name(PreparedTransfer transfer) {
    if (!prepared.compareAndSet(transfer, null)) {
      throw new StoreException(
          "What was to be installed in " + files.path() + " was replaced or discarded", null);
    }
    try {
      transfer.marker().write(files.path());
    } catch (IOException e) {
      // It may have been named all the same, so its files stay until the store is opened.
      var _ = after(() -> transfer.index().runtime().close(false));
      throw files.failure("a transfer cannot be installed", e);
    }
  }

  /** Removes what was prepared, if it was not named. */
  void discard(PreparedTransfer transfer) {
    if (prepared.compareAndSet(transfer, null)) {
      var _ = retire(transfer.index());
    }
  }

  private void discardUnused() {
    PreparedTransfer unused = prepared.get();
    if (unused != null) {
      discard(unused);
    }
  }

  /** Closes and removes an index, if there is one, in the background. */
  CompletableFuture<Void> retire(@Nullable OpenIndex index) {
    return after(
        () -> {
          if (index != null) {
            remove(index.runtime());
          }
        });
  }

  private synchronized CompletableFuture<Void> after(Runnable task) {
    retired =
        retired.thenRunAsync(
            task, work -> Thread.ofVirtual().name("cairn-store-retire").start(work));
    return retired;
  }

  private void remove(PartitionRuntime runtime) {
    runtime.close(false);
    try {
      StoreDirectory.deleteTree(files.indexPath(runtime.marker()));
    } catch (IOException e) {
      // It goes when the store is opened.
      log.warn("What was replaced in {} could not be removed", files.path(), e);
    }
  }

  /** Waits until what was retired is removed. */
  void await() {
    CompletableFuture<Void> all;
    synchronized (this) {
      all = retired;
    }
    all.join();
  }

  /** Removes what was not named, and waits; the store is closed. */
  void close() {
    discardUnused();
    await();
  }
}
