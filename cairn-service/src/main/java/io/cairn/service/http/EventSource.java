// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.http;

import java.io.IOException;
import java.util.Optional;

/**
 * An answer that a handler returns to send server-sent events until it has no more of them or the
 * client goes. Comments keep the connection alive meanwhile, and tell when the client has gone.
 */
@FunctionalInterface
public interface EventSource {

  /** Takes the events; any thread may send, and each event is whole. */
  interface Events {
    /**
     * Sends an event.
     *
     * @throws IOException if the client has gone, or does not read: then there is nobody to send to
     */
    void send(ServerSentEvent event) throws IOException;

    /**
     * Sends a value as JSON under a name; see {@link #send(ServerSentEvent)}.
     *
     * @param name what a client listens for
     */
    void send(String name, Object data) throws IOException;

    /** Whether the client is there, as far as is known. */
    boolean isOpen();

    /** The id of the last event that the client had when its connection broke. */
    Optional<String> lastEventId();
  }

  /**
   * Sends events; returning ends the stream.
   *
   * @throws Exception tells the client by a last event that the stream has failed
   */
  void sendTo(Events events) throws Exception;
}
