// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.bulk;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Does items side by side, a bounded number at a time, and gives their results in the order of the
 * items. Those of one link are done one after the other. Used by one thread, which waits.
 */
final class BulkWindow {

  /** So many items are under way at a time. */
  static final int AT_A_TIME = 32;

  /** Takes results. */
  @FunctionalInterface
  interface Sink {
    void take(BulkResult result) throws IOException;
  }

  /** So many bytes of items are under way at a time, or one item. */
  private static final long MOST_BYTES = 4 << 20;

  private record Entry(@Nullable String link, long bytes, CompletableFuture<BulkResult> result) {}

  private final ArrayDeque<Entry> window = new ArrayDeque<>();
  private final Sink sink;
  private long held;

  BulkWindow(Sink sink) {
    this.sink = sink;
  }

  /**
   * Begins an item when there is room.
   *
   * @param link the document; null if it has no link yet
   * @param bytes how many bytes of memory it takes
   * @param work begins it; the future completes in bounded time
   */
  void add(@Nullable String link, long bytes, Supplier<CompletableFuture<BulkResult>> work)
      throws IOException {
    while (!window.isEmpty()
        && (window.size() >= AT_A_TIME || held + bytes > MOST_BYTES || holds(link))) {
      settle();
    }
    held += bytes;
    window.add(new Entry(link, bytes, work.get()));
  }

  /** Adds the result of an item that has one already. */
  void add(BulkResult known) throws IOException {
    add(null, 0, () -> CompletableFuture.completedFuture(known));
  }

  private boolean holds(@Nullable String link) {
    return link != null && window.stream().anyMatch(entry -> Objects.equals(entry.link(), link));
  }

  /** Waits for all that are under way. */
  void finish() throws IOException {
    while (!window.isEmpty()) {
      settle();
    }
  }

  private void settle() throws IOException {
    Entry first = window.remove();
    held -= first.bytes();
    try {
      sink.take(first.result().get());
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted").initCause(e);
    }
  }
}
