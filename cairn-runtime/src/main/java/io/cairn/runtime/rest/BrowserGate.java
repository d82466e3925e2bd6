// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.rest;

import io.cairn.net.BodyStream;
import io.cairn.net.EventStream;
import io.cairn.net.HttpExchange;
import io.cairn.net.HttpHandler;
import io.cairn.net.HttpHeaders;
import io.cairn.net.HttpProtocol;
import io.cairn.net.HttpRequest;
import io.cairn.net.HttpResponse;
import io.cairn.net.WebSocket;
import io.cairn.runtime.security.identity.TokenText;
import io.cairn.service.Operation;
import io.cairn.service.security.SecurityArguments;
import java.io.InputStream;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stands before everything that answers requests of clients: lets the pages of some other sites
 * read the answers, and refuses tokens in addresses. Thread-safe.
 */
final class BrowserGate implements HttpHandler {

  private static final String COOKIE = "cookie";

  private final HttpHandler next;
  private final CorsRules cors;
  private final boolean knowsTokens;

  private BrowserGate(HttpHandler next, CorsRules cors, boolean knowsTokens) {
    this.next = next;
    this.cors = cors;
    this.knowsTokens = knowsTokens;
  }

  /** Puts a gate before a handler, if there is anything for it to do. */
  static HttpHandler before(HttpHandler next, SecurityArguments security) {
    CorsRules cors = CorsRules.of(security.browsers);
    return cors.isOn() || security.isAuthorizationEnabled
        ? new BrowserGate(next, cors, security.isAuthorizationEnabled)
        : next;
  }

  @Override
  public void handle(HttpExchange exchange) {
    HttpRequest request = exchange.request();
    String origin = cors.isOn() ? CorsRules.originOf(request) : null;
    boolean shared = cors.allows(origin);
    HttpExchange answered =
        shared && origin != null ? new Shared(exchange, origin, withoutCookie(request)) : exchange;
    if (bearsToken(request)) {
      answered.respond(refused());
    } else if (cors.isOn() && CorsRules.isPreflight(request)) {
      exchange.respond(cors.preflight(origin));
    } else {
      next.handle(answered);
    }
  }

  private boolean bearsToken(HttpRequest request) {
    String query = request.query();
    return knowsTokens && query != null && TokenText.isInQuery(query);
  }

  private static HttpResponse refused() {
    return RefusalAnswers.of(
        Operation.STATUS_CODE_BAD_REQUEST,
        "A token in an address is not looked at: addresses end up in logs and histories. Take this"
            + " one back (log out, or delete the key), and send the next one as Authorization:"
            + " Bearer");
  }

  /** The cookie of a session is not for pages of other sites, unless that is said. */
  private HttpRequest withoutCookie(HttpRequest request) {
    if (cors.takesCookies() || !request.headers().contains(COOKIE)) {
      return request;
    }
    HttpHeaders[] kept = {HttpHeaders.empty()};
    request
        .headers()
        .forEach(
            (name, value) -> {
              if (!name.equalsIgnoreCase(COOKIE)) {
                kept[0] = kept[0].with(name, value);
              }
            });
    String target =
        request.query() == null ? request.path() : request.path() + '?' + request.query();
    return new HttpRequest(request.method(), target, request.authority(), kept[0], request.body());
  }

  @Override
  public boolean readsAsStream(HttpRequest head) {
    return next.readsAsStream(head);
  }

  @Override
  public WebSocket.@Nullable Offer webSocket(
      HttpRequest request, SocketAddress from, List<X509Certificate> certificates) {
    return bearsToken(request)
        ? new WebSocket.Offer.Refused(refused())
        : next.webSocket(request, from, certificates);
  }

  /** An exchange whose answer the page of another site may read. */
  private final class Shared implements HttpExchange {
    private final HttpExchange exchange;
    private final String origin;
    private final HttpRequest request;

    Shared(HttpExchange exchange, String origin, HttpRequest request) {
      this.exchange = exchange;
      this.origin = origin;
      this.request = request;
    }

    @Override
    public HttpRequest request() {
      return request;
    }

    @Override
    public @Nullable InputStream bodyStream() {
      return exchange.bodyStream();
    }

    @Override
    public void respond(HttpResponse response) {
      exchange.respond(
          HttpResponse.of(
              response.status(), cors.readable(response.headers(), origin), response.body()));
    }

    @Override
    public EventStream startEventStream(HttpHeaders headers) {
      return exchange.startEventStream(cors.readable(headers, origin));
    }

    @Override
    public BodyStream startBody(int status, HttpHeaders headers) {
      return exchange.startBody(status, cors.readable(headers, origin));
    }

    @Override
    public boolean isAbandoned() {
      return exchange.isAbandoned();
    }

    @Override
    public SocketAddress remoteAddress() {
      return exchange.remoteAddress();
    }

    @Override
    public HttpProtocol protocol() {
      return exchange.protocol();
    }

    @Override
    public List<X509Certificate> peerCertificates() {
      // A browser shows them of its own accord, as it does cookies.
      return cors.takesCookies() ? exchange.peerCertificates() : List.of();
    }
  }
}
