// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.watch;

import io.cairn.runtime.documents.NotServedException;
import io.cairn.store.index.DocumentVersion;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What can be told of one partition: how it stands, what has changed, and what changes. Made by
 * {@link PartitionFeeds}. Thread-safe; stages fail with exceptions of {@code io.cairn.cluster} or
 * {@code io.cairn.net.peer}, or with what the store says.
 */
abstract class PartitionFeed {

  private static final long PATIENCE_MILLIS = 10_000;

  private final String name;
  private final ChangeHub hub;

  /** How many use it; guarded by those who made it. */
  private int users;

  PartitionFeed(String name, ChangeHub hub) {
    this.name = name;
    this.hub = hub;
  }

  /** Current documents, one after the other. Used by one thread, which may block. */
  interface Matches extends AutoCloseable {
    /** The log index that they stand at. */
    long upTo();

    /** The next one, or null when there are no more. */
    @Nullable DocumentVersion next() throws IOException;

    @Override
    void close();
  }

  /** The name of the partition's replica set. */
  String name() {
    return name;
  }

  /** Gives out what changes. */
  ChangeHub hub() {
    return hub;
  }

  int use(int difference) {
    users += difference;
    return users;
  }

  /**
   * A log index that the partition has come to.
   *
   * @param consistent whether it has to be behind everything that was acknowledged before this call
   */
  abstract CompletionStage<Long> standing(boolean consistent);

  /** As {@link #standing}, for a thread that may wait. */
  long standsAt(boolean consistent) {
    try {
      return standing(consistent).toCompletableFuture().get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException known ? known : new CompletionException(e);
    } catch (TimeoutException e) {
      throw new NotServedException(
          "Partition %s did not answer within %d ms".formatted(name, PATIENCE_MILLIS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CompletionException(e);
    }
  }

  /** What changed behind an index, a batch of it. */
  abstract CompletionStage<Batch> history(long after, WatchFilter filter);

  /**
   * The documents that match, as they stand at an index or behind it. Blocks.
   *
   * @throws IOException if they cannot be read at the moment
   */
  abstract Matches current(WatchFilter filter, long atLeast) throws IOException;

  /** Listens no more. */
  abstract void end();
}
