// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.service.http.ServerSentEvent;

/**
 * Where the server-sent events of one operation go: the transport that brought the request sets it
 * with {@link Operation#setEventStreamSink}. Called by one thread at a time. The transport
 * completes the operation when the client goes.
 */
public interface EventStreamSink {

  /** Sends status and headers of {@code op}; the body follows as events. */
  void sendHeaders(Operation op);

  /**
   * Sends one event; afterwards runs its completion callback, with the failure if there was one.
   */
  void send(ServerSentEvent event);
}
