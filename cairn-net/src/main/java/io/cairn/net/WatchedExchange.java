// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import java.io.InputStream;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An exchange whose answer is noted before it goes out. As thread-safe as what notes it. */
public abstract class WatchedExchange implements HttpExchange {
  private static final int OK = 200;

  private final HttpExchange exchange;

  /** Watches an exchange. */
  protected WatchedExchange(HttpExchange exchange) {
    this.exchange = exchange;
  }

  /**
   * Notes an answer. Called by whoever answers, perhaps an event loop.
   *
   * @param whole the answer; null if only its beginning is known, as of a stream
   */
  protected abstract void answered(int status, @Nullable HttpResponse whole);

  /** The exchange that is watched. */
  public final HttpExchange watched() {
    return exchange;
  }

  @Override
  public final HttpRequest request() {
    return exchange.request();
  }

  @Override
  public final @Nullable InputStream bodyStream() {
    return exchange.bodyStream();
  }

  @Override
  public final void respond(HttpResponse response) {
    answered(response.status(), response);
    exchange.respond(response);
  }

  @Override
  public final EventStream startEventStream(HttpHeaders headers) {
    answered(OK, null);
    return exchange.startEventStream(headers);
  }

  @Override
  public final BodyStream startBody(int status, HttpHeaders headers) {
    answered(status, null);
    return exchange.startBody(status, headers);
  }

  @Override
  public final boolean isAbandoned() {
    return exchange.isAbandoned();
  }

  @Override
  public final SocketAddress remoteAddress() {
    return exchange.remoteAddress();
  }

  @Override
  public final HttpProtocol protocol() {
    return exchange.protocol();
  }

  @Override
  public final List<X509Certificate> peerCertificates() {
    return exchange.peerCertificates();
  }
}
