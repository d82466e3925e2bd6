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

  private record Entry(@Nullable String link, CompletableFuture<BulkResult> result) {}

  private final ArrayDeque<Entry> window = new ArrayDeque<>();
  private final Sink sink;

  BulkWindow(Sink sink) {
    this.sink = sink;
  }

  /**
   * Begins an item when there is room.
   *
   * @param link the document; null if it has no link yet
   * @param work begins it; the future completes in bounded time
   */
  void add(@Nullable String link, Supplier<CompletableFuture<BulkResult>> work) throws IOException {
    while (window.size() >= AT_A_TIME || holds(link)) {
      settle();
    }
    window.add(new Entry(link, work.get()));
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
