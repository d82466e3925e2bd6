// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security;

import io.cairn.net.HttpExchange;
import io.cairn.net.HttpHeaders;
import io.cairn.net.HttpRequest;
import io.cairn.service.Service.Action;
import io.cairn.service.failure.Refusal;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who has sent a client's request. Asked once for each request, where it arrives: what a
 * node forwards says who was proved, inside the authenticated channel between nodes. Thread-safe.
 */
@FunctionalInterface
public interface Authenticator {

  /**
   * Tells who has sent a request. It must not block, and takes a fraction of a millisecond for a
   * token that it has not seen before.
   *
   * @return {@link Subject#GUEST} if the request carries no credentials; never {@link
   *     Subject#SYSTEM}
   * @throws Refusal with 401 if the request carries credentials that prove nothing: wrong,
   *     malformed, expired, revoked, of a user that is disabled. The message does not say which
   *     users there are
   */
  Subject authenticate(Credentials credentials);

  /** The same, with what the proof says beyond that. */
  default SubjectContext contextOf(Credentials credentials) {
    return SubjectContext.of(authenticate(credentials));
  }

  /**
   * Tells the same, if that takes no time to speak of.
   *
   * @return null if it takes more than an event loop should give: then {@link #prove} tells it
   */
  default @Nullable SubjectContext recognize(Credentials credentials) {
    return contextOf(credentials);
  }

  /**
   * Tells the same, in its own time, and completes on another thread, or on this one.
   *
   * @return fails with a {@link Refusal} as {@link #authenticate} does, also if too many wait
   */
  default CompletableFuture<SubjectContext> prove(Credentials credentials) {
    try {
      return CompletableFuture.completedFuture(contextOf(credentials));
    } catch (Refusal refused) {
      return CompletableFuture.failedFuture(refused);
    }
  }

  /**
   * What a request has to prove who sent it. Its {@code toString} shows no secret.
   *
   * @param verb of the request: a cookie alone proves nothing for one that changes something,
   *     unless the page that sent it is of the same origin
   * @param path as it was sent
   * @param headers of the request, with {@code authorization}, {@code cookie} and {@code
   *     x-xenon-auth-token} if it has them
   * @param caller where the client's end of the connection is
   * @param certificates of the client, its own first, verified by TLS; empty if it showed none
   */
  record Credentials(
      Action verb,
      String path,
      HttpHeaders headers,
      SocketAddress caller,
      List<X509Certificate> certificates) {
    /** Those of a request that has arrived. */
    public static Credentials of(HttpExchange exchange, Action verb) {
      HttpRequest request = exchange.request();
      return new Credentials(
          verb,
          request.path(),
          request.headers(),
          exchange.remoteAddress(),
          exchange.peerCertificates());
    }

    /**
     * Those of a request to open a WebSocket.
     *
     * @param from where the client's end of the connection is
     * @param certificates of the client, as in {@link #certificates}
     */
    public static Credentials ofHandshake(
        HttpRequest request, SocketAddress from, List<X509Certificate> certificates) {
      return new Credentials(Action.GET, request.path(), request.headers(), from, certificates);
    }

    @Override
    public String toString() {
      return "Credentials[" + verb + " " + path + " from " + caller + "]";
    }
  }
}
