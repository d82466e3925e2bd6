// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.rest;

import io.cairn.net.BodyStream;
import io.cairn.net.EventStream;
import io.cairn.net.HttpExchange;
import io.cairn.net.HttpHeaders;
import io.cairn.net.HttpProtocol;
import io.cairn.net.HttpRequest;
import io.cairn.net.HttpResponse;
import java.io.InputStream;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An exchange of which somebody wants to know when its answer begins.
 *
 * @param answered is run then, perhaps several times
 */
record CountedExchange(HttpExchange exchange, Runnable answered) implements HttpExchange {

  @Override
  public HttpRequest request() {
    return exchange.request();
  }

  @Override
  public @Nullable InputStream bodyStream() {
    return exchange.bodyStream();
  }

  @Override
  public void respond(HttpResponse response) {
    answered.run();
    exchange.respond(response);
  }

  @Override
  public EventStream startEventStream(HttpHeaders headers) {
    answered.run();
    return exchange.startEventStream(headers);
  }

  @Override
  public BodyStream startBody(int status, HttpHeaders headers) {
    answered.run();
    return exchange.startBody(status, headers);
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
    return exchange.peerCertificates();
  }
}
