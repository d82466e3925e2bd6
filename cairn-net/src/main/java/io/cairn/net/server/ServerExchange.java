// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import io.cairn.net.BodyStream;
import io.cairn.net.EventStream;
import io.cairn.net.HttpExchange;
import io.cairn.net.HttpHeaders;
import io.cairn.net.HttpRequest;
import io.cairn.net.HttpResponse;
import io.cairn.net.server.stream.AnswerStream;
import io.cairn.net.server.stream.BodyPipe;
import io.cairn.net.server.stream.ServerBodyStream;
import io.cairn.net.server.stream.ServerEventStream;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.io.InputStream;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The part of an exchange that both protocols share. */
abstract class ServerExchange implements HttpExchange {
  private static final Logger LOG = LoggerFactory.getLogger(ServerExchange.class);
  private static final AtomicIntegerFieldUpdater<ServerExchange> ANSWERED =
      AtomicIntegerFieldUpdater.newUpdater(ServerExchange.class, "answered");
  private static final HttpHeaders EVENT_STREAM =
      HttpHeaders.of("content-type", "text/event-stream", "cache-control", "no-cache");

  private static final int FIRST_ERROR = 400;

  private final ServerContext server;

  /** The connection's channel: for HTTP/2 the parent of the stream's. */
  private final Channel connection;

  private volatile HttpRequest request;
  private volatile int answered;

  /** What the body counts for. Belongs to the event loop, but for the time of {@link #decode()}. */
  private BodyBudget.@Nullable Share share;

  /** What the answer counts for until it has left. Event loop, once the answer is delivered. */
  private UnreadAnswers.@Nullable Unread unread;

  private volatile boolean abandoned;
  private volatile @Nullable BodyPipe pipe;

  /** Event loop: whether somebody reads the body until the answer is there. */
  private boolean bodyInUse;

  ServerExchange(ServerContext server, Channel connection, HttpRequest request) {
    this.server = server;
    this.connection = connection;
    this.request = request;
  }

  /** Event loop: sends the answer, or keeps it until its turn. */
  abstract void deliver(HttpResponse response);

  /** Event loop: begins the answer and starts the stream, now or when it is its turn. */
  abstract void deliver(HttpResponse head, AnswerStream stream);

  /** Event loop: has the body read as it arrives; null if the request has it. */
  final void receive(@Nullable BodyPipe arriving) {
    pipe = arriving;
  }

  /** Event loop: whether the client still sends, or would send, what nobody wants any more. */
  final boolean isBodyUnread() {
    BodyPipe arriving = pipe;
    return arriving != null && !arriving.isComplete();
  }

  @Override
  public final @Nullable InputStream bodyStream() {
    BodyPipe arriving = pipe;
    return arriving == null ? null : ContentCoding.decoding(request, arriving);
  }

  /** Event loop: has the body counted until the answer has left. */
  final void hold(BodyBudget.@Nullable Share counted) {
    share = counted;
  }

  /**
   * Event loop: the body is not needed for an answer any more. It goes on counting while a handler
   * works with it: that the client has gone does not free its memory. An answer has left, or is
   * lost.
   */
  final void release() {
    if (unread != null) {
      unread.left();
    }
    if (share != null && (isAnswered() || !bodyInUse)) {
      share.release();
    }
  }

  /** Returns what has to be done when the answer has left; null if nothing. */
  final @Nullable Runnable whenSent() {
    return share == null && unread == null ? null : this::release;
  }

  /** Event loop: hands the request to the handler. */
  final void dispatch() {
    bodyInUse = true;
    try {
      server.handler().handle(this);
    } catch (Throwable failure) { // Whatever a handler throws must not take the event loop along.
      LOG.error("The handler of {} failed", request, failure);
      if (ANSWERED.compareAndSet(this, 0, 1)) {
        deliver(counted(500, error(500, "Internal server error")));
      }
    }
  }

  /**
   * Event loop: decodes a compressed body elsewhere, then runs {@code decoded} on the event loop.
   */
  final void decodeThen(Runnable decoded) {
    bodyInUse = true;
    Thread.ofVirtual()
        .start(
            () -> {
              Runnable outcome = decoded;
              try {
                decode();
              } catch (RequestRefusedException e) {
                outcome =
                    () -> {
                      refuse(e);
                      decoded.run();
                    };
              }
              executeOnLoop(outcome);
            });
  }

  private void decode() throws RequestRefusedException {
    BodyBudget.Share counted = share == null ? new BodyBudget.Share(server.bodies()) : share;
    share = counted;
    long compressed = counted.bytes();
    BodyBuffer body = new BodyBuffer(server.limits().maxBodyBytes(), counted);
    request = request.withBody(ContentCoding.decode(request, body));
    counted.shrink(compressed);
  }

  /** Event loop: answers with an error unless there is an answer. */
  final void refuse(RequestRefusedException refusal) {
    if (ANSWERED.compareAndSet(this, 0, 1)) {
      deliver(counted(refusal.status(), error(refusal.status(), refusal.text())));
    }
  }

  /** Counts an answer that is given now. */
  private HttpResponse counted(int status, HttpResponse answer) {
    server.counts().answered(status);
    return answer;
  }

  private HttpResponse error(int status, String message) {
    return server.errorBody().shaped(request, server.error(status, message));
  }

  final boolean isAnswered() {
    return answered != 0;
  }

  /** Event loop: nobody can get the answer any more. */
  final void markAbandoned() {
    abandoned = true;
  }

  @Override
  public final boolean isAbandoned() {
    return abandoned;
  }

  /** Any thread: gives up an answer that its client does not read. */
  private void drop() {
    executeOnLoop(this::endUnread);
  }

  /** Event loop: ends what the unread answer is on its way through. */
  abstract void endUnread();

  @Override
  public final HttpRequest request() {
    return request;
  }

  @Override
  public final void respond(HttpResponse response) {
    if (!ANSWERED.compareAndSet(this, 0, 1)) {
      LOG.warn("{} was answered already, dropping {}", request, response);
      return;
    }
    HttpResponse shaped =
        response.status() < FIRST_ERROR ? response : server.errorBody().shaped(request, response);
    HttpResponse coded = admitted(ContentCoding.encode(request, shaped, server.gzipMinBytes()));
    server.counts().answered(coded.status());
    if (connection.eventLoop().inEventLoop()) {
      deliver(coded);
    } else {
      executeOnLoop(() -> deliver(coded));
    }
  }

  /** Counts an answer among those that are unread, or replaces it by a refusal. */
  private HttpResponse admitted(HttpResponse response) {
    if (response.body().length <= UnreadAnswers.UNCOUNTED) {
      return response;
    }
    try {
      unread = server.answers().admit(response.body().length, this::drop);
      return response;
    } catch (RequestRefusedException refusal) {
      return error(refusal.status(), refusal.text());
    }
  }

  @Override
  public final EventStream startEventStream(HttpHeaders headers) {
    if (!claims()) {
      return closedEventStream();
    }
    List<String> all = new ArrayList<>();
    for (HttpHeaders part : List.of(EVENT_STREAM, headers)) {
      part.forEach(
          (name, value) -> {
            all.add(name);
            all.add(value);
          });
    }
    HttpHeaders fields = HttpHeaders.of(all.toArray(String[]::new));
    try {
      UnreadAnswers.Unread counted = server.answers().admitEvents(this::drop);
      unread = counted;
      ServerEventStream stream = eventStream(counted);
      begin(HttpResponse.of(200, fields, HttpRequest.NO_BODY), stream);
      return stream;
    } catch (RequestRefusedException refusal) {
      HttpResponse refused = counted(refusal.status(), error(refusal.status(), refusal.text()));
      executeOnLoop(() -> deliver(refused));
      return closedEventStream();
    }
  }

  private ServerEventStream eventStream(ServerEventStream.Room room) {
    return new ServerEventStream(connection.eventLoop(), server.limits(), room);
  }

  private EventStream closedEventStream() {
    ServerEventStream closed = eventStream(difference -> false);
    closed.ended();
    return closed;
  }

  @Override
  public final BodyStream startBody(int status, HttpHeaders headers) {
    ServerBodyStream body =
        new ServerBodyStream(
            connection.eventLoop(), server.limits().bodyIdleTimeout(), this::readOn);
    if (!claims()) {
      body.pieces().ended();
    } else {
      try {
        unread = server.answers().admit(ServerBodyStream.WINDOW, () -> dropIfBehind(body));
        begin(HttpResponse.of(status, headers, HttpRequest.NO_BODY), body.pieces());
      } catch (RequestRefusedException refusal) {
        body.pieces().ended();
        HttpResponse refused = counted(refusal.status(), error(refusal.status(), refusal.text()));
        executeOnLoop(() -> deliver(refused));
      }
    }
    return body;
  }

  private void readOn() {
    UnreadAnswers.Unread counted = unread;
    if (counted != null) {
      counted.readOn();
    }
  }

  /** A client that has read all there is waits for the handler, and is not slow. */
  private void dropIfBehind(ServerBodyStream body) {
    if (body.isBehind()) {
      drop();
    }
  }

  private boolean claims() {
    boolean first = ANSWERED.compareAndSet(this, 0, 1);
    if (!first) {
      LOG.warn("{} was answered already, no stream", request);
    }
    return first;
  }

  private void begin(HttpResponse head, AnswerStream stream) {
    server.counts().answered(head.status());
    if (!executeOnLoop(() -> deliver(head, stream))) {
      stream.ended();
    }
  }

  private boolean executeOnLoop(Runnable task) {
    try {
      connection.eventLoop().execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      // The server has been closed, and with it the connection: nobody waits for the answer.
      LOG.debug("Dropping the answer to {}: the server is closed", request, e);
      return false;
    }
  }

  @Override
  public final SocketAddress remoteAddress() {
    return connection.remoteAddress();
  }

  @Override
  public final List<X509Certificate> peerCertificates() {
    return certificatesOf(connection);
  }

  /** The certificates that the client of a connection proved to own, its own first. */
  static List<X509Certificate> certificatesOf(Channel connection) {
    SslHandler tls = connection.pipeline().get(SslHandler.class);
    if (tls == null) {
      return List.of();
    }
    try {
      return Arrays.stream(tls.engine().getSession().getPeerCertificates())
          .filter(X509Certificate.class::isInstance)
          .map(X509Certificate.class::cast)
          .toList();
    } catch (SSLPeerUnverifiedException e) {
      return List.of(); // It was not asked, or declined.
    }
  }
}
