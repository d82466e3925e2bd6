// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a server does with requests. */
@FunctionalInterface
public interface HttpHandler {

  /**
   * Takes a request. Called on the event loop of its connection, so it must not block; the answer
   * may be given later and from any thread. An exception is answered with status 500.
   */
  void handle(HttpExchange exchange);

  /**
   * Whether the body of a request is read as it arrives, of whatever length it is: then {@link
   * #handle} is called as soon as the head is there, with a {@link HttpExchange#bodyStream()}.
   * Called on the event loop, for requests with a body only.
   *
   * @param head the request without its body
   */
  default boolean readsAsStream(HttpRequest head) {
    return false;
  }

  /**
   * Judges a request to make a WebSocket of its connection. Called on the event loop.
   *
   * @param from the client's end of the connection
   * @param certificates that the client proved to own; empty when there are none
   * @return null if there is no WebSocket at its path: then {@link #handle} answers it
   */
  default WebSocket.@Nullable Offer webSocket(
      HttpRequest request, SocketAddress from, List<X509Certificate> certificates) {
    return null;
  }
}
