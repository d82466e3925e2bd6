// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.socket;

import io.cairn.net.HttpHandler;
import io.cairn.net.HttpRequest;
import io.cairn.net.WebSocket;
import io.cairn.runtime.security.Guard;
import io.cairn.service.ServiceHost;
import io.cairn.service.uri.ServiceUriPaths;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The clients of a host that are connected by WebSockets. Thread-safe. */
public final class WebSockets implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(WebSockets.class);
  private static final int UNAVAILABLE = 503;
  private static final long GOODBYE_SECONDS = 2;

  private final ServiceHost host;
  private final Set<SocketClient> clients = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** Serves nobody yet. */
  public WebSockets(ServiceHost host) {
    this.host = host;
  }

  /** Starts what is answered to those who do not ask for a WebSocket, and the script for pages. */
  public void start() {
    host.startAndAwait(new WebSocketEndpoint(), ServiceUriPaths.CORE_WEB_SOCKET_ENDPOINT);
    host.startAndAwait(ScriptService.forWebSockets(), ServiceUriPaths.WS_SERVICE_LIB_JS_PATH);
  }

  /** Whether a request goes to where WebSockets are opened. */
  public static boolean isEndpoint(HttpRequest request) {
    return request.path().equals(ServiceUriPaths.CORE_WEB_SOCKET_ENDPOINT);
  }

  /**
   * Judges a request to open a WebSocket whose sender may do so.
   *
   * @param requests answers what the client asks for that it could ask for over HTTP as well
   */
  public WebSocket.Offer offer(HttpRequest handshake, HttpHandler requests) {
    if (closed) {
      return new WebSocket.Offer.Refused(
          SocketExchange.error(UNAVAILABLE, "This host stops: connect to another one")
              .with("retry-after", "1"));
    }
    return new WebSocket.Offer.Accepted(socket -> open(handshake, requests, socket));
  }

  private WebSocket.Listener open(HttpRequest handshake, HttpHandler requests, WebSocket socket) {
    SocketClient client = new SocketClient(host, handshake, requests, socket, clients::remove);
    clients.add(client);
    return client;
  }

  /** Ends the connections of those who have no right to them any more. */
  public void recheck() {
    Guard guard = host.unwrap(Guard.class);
    if (guard.isOn()) {
      clients.stream().filter(client -> !client.isKnown(guard)).forEach(SocketClient::expel);
    }
  }

  /** Ends all connections and what belongs to them, while publishers can still be told. */
  @Override
  public void close() {
    closed = true;
    CompletableFuture<?>[] ends =
        clients.stream().map(SocketClient::end).toArray(CompletableFuture<?>[]::new);
    clients.forEach(SocketClient::sayGoodbye);
    CompletableFuture<Void> all =
        CompletableFuture.allOf(ends).completeOnTimeout(null, GOODBYE_SECONDS, TimeUnit.SECONDS);
    try {
      var _ = all.join();
    } catch (RuntimeException e) {
      log.debug("A client's subscriptions end when their notifications find nobody", e);
    }
  }
}
