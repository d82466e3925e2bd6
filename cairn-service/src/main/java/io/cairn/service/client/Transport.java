// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.client;

import io.cairn.document.ServiceErrorResponse;
import java.net.ConnectException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** How calls travel: within a host's process, or over HTTP. Thread-safe. */
public interface Transport extends AutoCloseable {

  /**
   * One request.
   *
   * @param target path and query, or a whole URI
   * @param body an object that is written as JSON; null for none
   * @param headers lower-case names
   * @param deadlineMicros when nobody waits any longer, in microseconds since the epoch
   */
  record Outgoing(
      String verb,
      String target,
      @Nullable Object body,
      Map<String, String> headers,
      long deadlineMicros) {}

  /** What came back, success or not. */
  interface Reply {
    /** The HTTP status. */
    int status();

    /** A header; null if there is none of that name. */
    @Nullable String header(String name);

    /** Whether there is a body. */
    boolean hasBody();

    /**
     * The body.
     *
     * @throws IllegalArgumentException if it does not fit
     */
    <T> T body(Class<T> type);

    /** The error that the answer carries; null if it carries none. */
    @Nullable ServiceErrorResponse error();
  }

  /**
   * Sends a request. Neither throws nor blocks. The result fails with {@link ConnectException} if
   * the request certainly was not sent, and with anything else if it may have been.
   */
  CompletableFuture<Reply> send(Outgoing request);

  /** Runs a task after some milliseconds, on behalf of whoever this thread acts for. */
  void later(long millis, Runnable task);

  @Override
  default void close() {}
}
