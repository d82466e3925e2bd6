// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import io.cairn.net.HttpRequest;
import io.cairn.net.HttpResponse;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Hands an HTTP/1 connection over to another protocol where a request asks for it. Belongs to the
 * event loop.
 *
 * @param http2 takes the connection over for HTTP/2 with the request that asked for it; says if it
 *     did
 */
record Http1Switch(ServerContext server, BiPredicate<Http1Connection, HttpRequest> http2) {

  /**
   * What has come of it.
   *
   * @param isDone whether the connection is another protocol's now
   * @param refusal the answer to the request, if it cannot be had without the other protocol
   */
  record Outcome(boolean isDone, @Nullable HttpResponse refusal) {}

  static final Outcome STAYS = new Outcome(false, null);
  static final Outcome DONE = new Outcome(true, null);

  /** Tries what a request wishes; everything before it is answered and flushed. */
  Outcome attempt(Http1Connection connection, RequestHead.Wish wish, HttpRequest request) {
    if (wish == RequestHead.Wish.HTTP_2) {
      boolean draining = server.connections().isDraining();
      return !draining && http2.test(connection, request) ? DONE : STAYS;
    }
    PeerUpgrade peers = PeerUpgrade.of(server, request);
    if (peers == null) {
      return WebSocketUpgrade.attempt(server, connection, request);
    }
    HttpResponse refusal = peers.refusal(request, connection.context().channel().remoteAddress());
    if (refusal != null) {
      return new Outcome(false, refusal);
    }
    peers.switchOver(connection, request);
    return DONE;
  }
}
