// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import io.cairn.net.HttpLimits;
import io.cairn.net.HttpProtocol;
import io.cairn.net.HttpRequest;
import io.cairn.net.HttpResponse;
import io.cairn.net.HttpTokens;
import io.cairn.net.RequestBodyException;
import io.cairn.net.server.Http1ResponseEncoder.Persistence;
import io.cairn.net.server.stream.AnswerStream;
import io.cairn.net.server.stream.BodyPipe;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP/1 connection: reads requests, hands them on, and writes their answers in the order of
 * the requests. Reading stops while too many requests, or too large ones, await their answers, or
 * while the client does not read; what has been read already stays unparsed. Every field belongs to
 * the event loop.
 */
final class Http1Connection extends ChannelInboundHandlerAdapter
    implements ServerConnection, ConnectionWatch.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Http1Connection.class);

  private final ServerContext server;
  private final HttpLimits limits;

  private final Http1Switch protocols;
  private final Http1Parser parser;
  private @Nullable Wiring wiring;

  private final Http1Queue waiting = new Http1Queue();

  private boolean inputEnded;
  private boolean lingering;
  private boolean decoding;
  private boolean continued;
  private boolean processing;
  private boolean reading;
  private boolean paused;

  /** What exists once the handler is in its pipeline. */
  private record Wiring(ChannelHandlerContext ctx, Http1Writer writer, ConnectionWatch watch) {}

  /**
   * A connection that has just been accepted.
   *
   * @param http2 see {@link Http1Switch}
   */
  Http1Connection(ServerContext server, BiPredicate<Http1Connection, HttpRequest> http2) {
    this.server = server;
    this.limits = server.limits();
    this.protocols = new Http1Switch(server, http2);
    this.parser =
        new Http1Parser(
            limits,
            server.bodies(),
            server.handler(),
            () -> context().executor().execute(this::goOn));
  }

  private Wiring wiring() {
    if (wiring == null) {
      throw new IllegalStateException("not in a pipeline");
    }
    return wiring;
  }

  private Http1Writer writer() {
    return wiring().writer;
  }

  ChannelHandlerContext context() {
    return wiring().ctx;
  }

  /** Returns the bytes that followed the last request. */
  byte[] takeUnparsed() {
    return parser.takeRest();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    ConnectionWatch watch = new ConnectionWatch(ctx.channel(), limits, this);
    wiring = new Wiring(ctx, new Http1Writer(ctx, server), watch);
    watch.start();
    server.connections().add(this);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    server.connections().remove(this);
    wiring().watch.stop();
    writer().release();
    parser.discard();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof ByteBuf in)) {
      ReferenceCountUtil.release(message);
      return;
    }
    reading = true;
    try {
      if (!inputEnded) {
        parser.append(in);
      }
    } catch (RequestRefusedException refusal) {
      refuseInput(refusal);
    } finally {
      in.release();
    }
    process();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    reading = false;
    if (writer().hasUnflushed()) {
      writer().flush();
    }
    settle();
  }

  /** Parses and hands on what may be. */
  private void process() {
    if (processing) {
      return;
    }
    processing = true;
    try {
      while (mayRead()) {
        HttpRequest request = parser.next();
        if (request == null) {
          sendContinue();
          break;
        }
        Http1Exchange before = waiting.last();
        if (before != null && before.last) {
          inputEnded = true; // it has come with the body of the last one
          parser.discard();
          break;
        }
        accept(request);
      }
    } catch (RequestRefusedException refusal) {
      refuseInput(refusal);
    } finally {
      processing = false;
    }
    pauseOrResume();
  }

  private boolean mayRead() {
    return !inputEnded && !isOverloaded();
  }

  private boolean isOverloaded() {
    BodyPipe pipe = parser.pipe();
    return decoding
        || (pipe != null && pipe.isFull())
        || waiting.size() >= limits.maxPipelinedRequests()
        || waiting.bodyBytes() > limits.maxBodyBytes()
        || !context().channel().isWritable();
  }

  private void pauseOrResume() {
    boolean pause = !inputEnded && isOverloaded();
    if (pause != paused) {
      paused = pause;
      context().channel().config().setAutoRead(!pause);
    }
  }

  private void sendContinue() {
    int unanswered = parser.pipe() == null ? 0 : 1;
    if (!continued && waiting.size() == unanswered && parser.awaitsContinue()) {
      continued = true;
      if (!parser.hasSeenBody()) {
        writer().writeContinue();
        if (!reading) {
          writer().flush();
        }
      }
    }
  }

  private void accept(HttpRequest request) {
    RequestHead head = parser.head();
    if (head == null) {
      throw new IllegalStateException("a request without head");
    }
    continued = false;
    BodyBudget.Share share = parser.takeShare();
    HttpResponse refusal = null;
    // A body that is read as it arrives stays in the protocol that it has begun to arrive in.
    if (head.wish().isProtocol() && waiting.isEmpty() && parser.pipe() == null) {
      inputEnded = true;
      writer().flush();
      Http1Switch.Outcome outcome = protocols.attempt(this, head.wish(), request);
      if (outcome.isDone()) {
        if (share != null) {
          share.release(); // whoever has the request now counts its body itself
        }
        return;
      }
      inputEnded = false;
      refusal = outcome.refusal();
    }
    Http1Exchange exchange =
        new Http1Exchange(server, context().channel(), this, request, head.protocol());
    exchange.hold(share);
    exchange.receive(parser.pipe());
    waiting.add(exchange);
    if (!head.keepAlive()) {
      exchange.last = true;
      inputEnded = !exchange.isBodyUnread();
    }
    if (refusal != null) {
      exchange.respond(refusal);
      return;
    }
    if (ContentCoding.isEncoded(request)) {
      decoding = true;
      exchange.decodeThen(() -> decoded(exchange));
    } else {
      exchange.dispatch();
    }
  }

  private void decoded(Http1Exchange exchange) {
    decoding = false;
    waiting.bodyChanged(exchange);
    if (!exchange.isAnswered()) {
      exchange.dispatch();
    }
    goOn();
  }

  /** Off the read path: an answer has made room, or the client has read. */
  private void goOn() {
    if (!processing) {
      process();
      if (!context().isRemoved()) { // Another protocol has taken over.
        if (!reading) {
          writer().flushSoon(!waiting.isEmpty());
        }
        settle();
      }
    }
  }

  /** The rest of a body that somebody reads is bad or late: who reads it answers. */
  private boolean refuseArriving(RequestRefusedException refusal) {
    Http1Exchange reading = waiting.last();
    if (parser.pipe() == null || reading == null) {
      return false;
    }
    reading.last = true;
    parser.discard(new RequestBodyException(refusal.status(), refusal.text()));
    return true;
  }

  /** Answers a request that cannot be read, after those before it, and ends the connection. */
  private void refuseInput(RequestRefusedException refusal) {
    inputEnded = true;
    lingering = true;
    if (refuseArriving(refusal)) {
      return;
    }
    Http1Exchange exchange = Http1Exchange.unreadable(server, context().channel(), this);
    parser.discard();
    waiting.add(exchange);
    exchange.refuse(refusal);
  }

  /** The exchange has an answer or an event stream: writes all answers whose turn has come. */
  void answered(Http1Exchange exchange) {
    if (!context().channel().isActive()) {
      exchange.abandon();
      return;
    }
    if (exchange != waiting.first()) {
      return;
    }
    writeAnswers();
    goOn();
  }

  private void writeAnswers() {
    Http1Exchange exchange = waiting.first();
    while (exchange != null && exchange.response != null) {
      if (exchange.stream != null) {
        beginStream(exchange, exchange.response, exchange.stream);
        return;
      }
      dropUnreadBody(exchange);
      boolean ends = endsWith(exchange);
      writer()
          .write(
              exchange.response,
              exchange.isHead(),
              exchange.persistence(ends),
              exchange.whenSent());
      waiting.remove(exchange);
      if (ends) {
        end();
        return;
      }
      exchange = waiting.first();
    }
  }

  /** An answer before the end of its request's body ends the connection: the rest is not read. */
  private void dropUnreadBody(Http1Exchange exchange) {
    if (exchange.isBodyUnread()) {
      exchange.last = true;
      inputEnded = true;
      lingering = true;
    }
  }

  private boolean endsWith(Http1Exchange exchange) {
    if (exchange.last || (inputEnded && exchange.next == null)) {
      return true;
    }
    HttpResponse response = exchange.response;
    String connection = response == null ? null : response.headers().get("connection");
    boolean asked = connection != null && HttpTokens.listHolds(connection, "close");
    // While draining, what the client has sent already is still answered.
    boolean drained =
        server.connections().isDraining() && exchange.next == null && !parser.hasBufferedBytes();
    return asked || drained;
  }

  private void end() {
    inputEnded = true;
    parser.discard();
    waiting.abandon();
    if (lingering && writer().flushAndEndOutput()) {
      context().channel().config().setAutoRead(true);
      wiring().watch.enter(ConnectionWatch.Phase.LINGERING);
    } else if (!lingering) {
      writer().flushAndClose();
    }
  }

  private void beginStream(Http1Exchange exchange, HttpResponse head, AnswerStream stream) {
    boolean chunked = exchange.protocol() == HttpProtocol.HTTP_1_1;
    boolean ends = !chunked || endsWith(exchange);
    exchange.last = ends;
    writer().writeStreamHead(head, chunked, ends ? Persistence.CLOSE : Persistence.IMPLIED);
    exchange.response = null; // Written: the answer's turn goes on until the stream finishes.
    if (exchange.isHead()) {
      stream.ended();
      finishStream(exchange, false);
      return;
    }
    stream.start(writer().sink(chunked, () -> finishStream(exchange, chunked)));
  }

  private void finishStream(Http1Exchange exchange, boolean chunked) {
    if (exchange != waiting.first()) {
      return; // The connection has gone.
    }
    writer().endStream(chunked, exchange::release);
    dropUnreadBody(exchange);
    waiting.remove(exchange);
    if (exchange.last || (inputEnded && waiting.isEmpty())) {
      end();
      return;
    }
    writeAnswers();
    goOn();
  }

  /** Tells the watch what the connection waits for now, and lets go of memory it does not need. */
  private void settle() {
    if (lingering && inputEnded && waiting.isEmpty()) {
      return;
    }
    wiring().watch.enter(phase());
    if (!parser.isInsideBody()) {
      parser.trim();
    }
  }

  private ConnectionWatch.Phase phase() {
    if (paused || inputEnded) {
      return ConnectionWatch.Phase.ANSWERING;
    }
    ConnectionWatch.Phase awaited = parser.awaited();
    if (awaited != null) {
      return awaited;
    }
    return waiting.isEmpty() ? ConnectionWatch.Phase.QUIET : ConnectionWatch.Phase.ANSWERING;
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (ctx.channel().isWritable()) {
      goOn();
    }
  }

  @Override
  public void requestTimedOut() {
    refuseInput(new RequestRefusedException(408, "The request did not arrive in time"));
  }

  @Override
  public void clientIdle() {
    var _ = context().close();
  }

  @Override
  public void drain() {
    context().channel().eventLoop().execute(this::closeIfQuiet);
  }

  @Override
  public void makeRoom(long restNanos, AtomicInteger wanted) {
    context()
        .channel()
        .eventLoop()
        .execute(
            () -> {
              boolean asked = wanted.get() > 0 && !context().isRemoved();
              if (asked && wiring().watch.giveUpAfter(restNanos)) {
                wanted.decrementAndGet();
              }
            });
  }

  @Override
  public void closeNow() {
    var _ = context().channel().close();
  }

  private void closeIfQuiet() {
    // Once HTTP/2 or a peer has taken the connection over, its end is theirs to say.
    if (!context().isRemoved()
        && waiting.isEmpty()
        && !parser.isInsideBody()
        && !parser.isInsideHead()) {
      var _ = context().close();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      inputClosed(ctx);
    }
    ctx.fireUserEventTriggered(event);
  }

  /** The client sends no more. It may still want its answers, but no endless ones. */
  private void inputClosed(ChannelHandlerContext ctx) {
    inputEnded = true;
    Http1Exchange first = waiting.first();
    if (first == null || first.isEndless()) {
      if (!writer().hasUnflushed()) {
        var _ = ctx.close();
      } else {
        writer().flushAndClose();
      }
      return;
    }
    waiting.clientLeft();
    parser.discard();
    new OutputProbe(ctx, writer(), waiting).askLater();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    inputEnded = true;
    waiting.abandon();
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ServerConnection.logFailure(LOG, ctx.channel(), cause);
    var _ = ctx.close();
  }
}
