// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.socket;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceErrorResponse;
import io.cairn.net.BodyStream;
import io.cairn.net.EventStream;
import io.cairn.net.HttpExchange;
import io.cairn.net.HttpHeaders;
import io.cairn.net.HttpProtocol;
import io.cairn.net.HttpRequest;
import io.cairn.net.HttpResponse;
import io.cairn.net.ServerEvent;
import io.cairn.net.WebSocket;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request that is made for the client of a WebSocket, as if it had sent it over HTTP: it has the
 * credentials of the handshake, and is judged like any other. Thread-safe.
 */
final class SocketExchange implements HttpExchange {
  private static final int BAD_REQUEST = 400;

  private final WebSocket socket;
  private final HttpRequest request;
  private final Consumer<HttpResponse> answered;
  private final AtomicBoolean done = new AtomicBoolean();

  SocketExchange(WebSocket socket, HttpRequest request, Consumer<HttpResponse> answered) {
    this.socket = socket;
    this.request = request;
    this.answered = answered;
  }

  /** An answer in the form of every other error. */
  static HttpResponse error(int status, String message) {
    return HttpResponse.json(
        status,
        DocumentJson.standard()
            .toBytes(ServiceErrorResponse.create(new IllegalStateException(message), status)));
  }

  @Override
  public HttpRequest request() {
    return request;
  }

  @Override
  public @Nullable InputStream bodyStream() {
    return null;
  }

  @Override
  public void respond(HttpResponse response) {
    if (done.compareAndSet(false, true)) {
      answered.accept(response);
    }
  }

  @Override
  public EventStream startEventStream(HttpHeaders headers) {
    refuseStream();
    return new NoEvents();
  }

  @Override
  public BodyStream startBody(int status, HttpHeaders headers) {
    refuseStream();
    return new NoBody();
  }

  private void refuseStream() {
    respond(error(BAD_REQUEST, "This is answered by a stream: ask for it over HTTP"));
  }

  /** What was asked for is done whoever hears of it: a subscription is ended afterwards. */
  @Override
  public boolean isAbandoned() {
    return false;
  }

  @Override
  public SocketAddress remoteAddress() {
    return socket.remoteAddress();
  }

  @Override
  public HttpProtocol protocol() {
    return HttpProtocol.HTTP_1_1;
  }

  @Override
  public List<X509Certificate> peerCertificates() {
    return socket.peerCertificates();
  }

  /** Events that nobody gets. */
  private static final class NoEvents implements EventStream {
    @Override
    public Delivery send(ServerEvent event) {
      return Delivery.CLOSED;
    }

    @Override
    public Delivery comment(String text) {
      return Delivery.CLOSED;
    }

    @Override
    public void whenRoom(Runnable callback) {
      callback.run();
    }

    @Override
    public boolean isOpen() {
      return false;
    }

    @Override
    public void onClose(Runnable callback) {
      callback.run();
    }

    @Override
    public void close() {
      // It never was open.
    }
  }

  /** A body that nobody gets. */
  private static final class NoBody extends BodyStream {
    @Override
    public void write(int b) throws IOException {
      throw new IOException("the answer was refused");
    }

    @Override
    public void abort() {
      // Nothing of it was sent.
    }

    @Override
    public void close() throws IOException {
      throw new IOException("the answer was refused");
    }
  }
}
