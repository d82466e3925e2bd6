// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import static io.cairn.net.server.RequestRefusedException.malformed;

import io.cairn.net.HttpRequest;
import io.cairn.net.HttpResponse;
import io.cairn.net.RequestBodyException;
import io.cairn.net.server.stream.BodyPipe;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the one request of an HTTP/2 stream. It is handed on when all is read that has arrived on
 * the connection: one that was taken back by then costs no more than its reading. Fields belong to
 * the event loop.
 */
final class Http2StreamHandler extends ChannelInboundHandlerAdapter
    implements ConnectionWatch.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Http2StreamHandler.class);

  private final ServerContext server;

  private @Nullable ChannelHandlerContext context;
  private @Nullable HttpRequest head;
  private @Nullable Http2Exchange exchange;
  private @Nullable ConnectionWatch watch;
  private @Nullable BodyBuffer body;
  private @Nullable BodyPipe pipe;
  private boolean continued;
  private boolean complete;
  private boolean refused;

  Http2StreamHandler(ServerContext server) {
    this.server = server;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object frame) {
    try {
      if (refused) {
        return;
      }
      switch (frame) {
        case Http2HeadersFrame headers -> readHeaders(ctx, headers);
        case Http2DataFrame data -> readData(data);
        default -> {}
      }
    } catch (RequestRefusedException refusal) {
      refuse(ctx, refusal);
    } finally {
      ReferenceCountUtil.release(frame);
    }
  }

  private void readHeaders(ChannelHandlerContext ctx, Http2HeadersFrame frame)
      throws RequestRefusedException {
    if (head == null) {
      head = Http2RequestHead.read(frame.headers(), server.limits());
      if (!frame.isEndStream()) {
        boolean streamed = server.handler().readsAsStream(head);
        if (!streamed) {
          requireRoom(head);
        }
        watch = new ConnectionWatch(ctx.channel(), server.limits(), this);
        watch.start();
        watch.enter(streamed ? ConnectionWatch.Phase.STREAM : ConnectionWatch.Phase.BODY);
        if (streamed) {
          beginStream(ctx, head);
        } else {
          sendContinue(ctx, head);
        }
        return;
      }
    }
    if (pipe == null) {
      complete |= frame.isEndStream();
    } else if (frame.isEndStream()) { // behind trailers
      pipe.finish();
      stopWatch();
    }
  }

  /**
   * Hands the request on at once; its body is read from the stream as it is read by the handler.
   */
  private void beginStream(ChannelHandlerContext ctx, HttpRequest request)
      throws RequestRefusedException {
    ContentCoding.requireKnown(request);
    BodyBudget.Share window = server.bodies().admitStream(BodyPipe.WINDOW);
    BodyPipe arriving = new BodyPipe(() -> ctx.executor().execute(() -> goOn(ctx)));
    pipe = arriving;
    Http2Exchange started = new Http2Exchange(server, ctx.channel(), request);
    started.hold(window);
    started.receive(arriving);
    exchange = started;
    started.dispatch();
  }

  private void goOn(ChannelHandlerContext ctx) {
    if (pipe != null && head != null && !pipe.isSeen() && !pipe.isComplete() && !continued) {
      continued = true;
      sendContinue(ctx, head);
    }
    if (watch != null) {
      watch.enter(ConnectionWatch.Phase.STREAM);
    }
    ctx.channel().config().setAutoRead(true);
  }

  private void passOn(BodyPipe arriving, Http2DataFrame frame) {
    byte[] piece = new byte[frame.content().readableBytes()];
    frame.content().readBytes(piece);
    arriving.offer(piece);
    if (frame.isEndStream()) {
      arriving.finish();
      stopWatch();
    } else if (watch != null) {
      boolean full = arriving.isFull();
      watch.enter(full ? ConnectionWatch.Phase.ANSWERING : ConnectionWatch.Phase.STREAM);
    }
    if (context != null && arriving.isFull()) {
      context.channel().config().setAutoRead(false);
      if (!arriving.isFull()) {
        context.channel().config().setAutoRead(true); // read in between
      }
    }
  }

  private void requireRoom(HttpRequest announced) throws RequestRefusedException {
    String length = announced.headers().get("content-length");
    if (length != null) {
      if (Long.parseLong(length) > server.limits().maxBodyBytes()) {
        throw RequestRefusedException.bodyTooLarge(server.limits().maxBodyBytes());
      }
      server.bodies().requireRoom(Long.parseLong(length));
    }
  }

  private static void sendContinue(ChannelHandlerContext ctx, HttpRequest head) {
    String expect = head.headers().get("expect");
    if (expect != null && expect.equalsIgnoreCase("100-continue")) {
      Http2Headers interim = new DefaultHttp2Headers().status("100");
      var _ = ctx.writeAndFlush(new DefaultHttp2HeadersFrame(interim, false));
    }
  }

  private void readData(Http2DataFrame frame) throws RequestRefusedException {
    if (pipe != null) {
      passOn(pipe, frame);
      return;
    }
    int length = frame.content().readableBytes();
    if (body == null) {
      // What stays incomplete counts from the first byte: a client can keep many streams open.
      int uncounted = frame.isEndStream() ? BodyBudget.UNCOUNTED : 0;
      body = new BodyBuffer(server.limits().maxBodyBytes(), uncounted, server.bodies());
    }
    body.append(frame.content(), length);
    if (watch != null) {
      watch.enter(ConnectionWatch.Phase.BODY);
    }
    complete |= frame.isEndStream();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (complete && !refused && ctx.channel().isActive()) {
      complete = false;
      try {
        dispatch(ctx);
      } catch (RequestRefusedException refusal) {
        refuse(ctx, refusal);
      }
    }
    ctx.fireChannelReadComplete();
  }

  private void dispatch(ChannelHandlerContext ctx) throws RequestRefusedException {
    HttpRequest whole = head;
    if (whole == null || exchange != null) {
      throw malformed("Malformed stream");
    }
    stopWatch();
    HttpRequest request = body == null ? whole : whole.withBody(body.take());
    Http2Exchange started = new Http2Exchange(server, ctx.channel(), request);
    started.hold(body == null ? null : body.takeShare());
    exchange = started;
    if (ContentCoding.isEncoded(request)) {
      started.decodeThen(
          () -> {
            if (!started.isAnswered()) {
              started.dispatch();
            }
          });
    } else {
      started.dispatch();
    }
  }

  /** Answers at once and asks the client to stop sending. */
  private void refuse(ChannelHandlerContext ctx, RequestRefusedException refusal) {
    refused = true;
    stopWatch();
    discardBody();
    HttpResponse error = server.error(refusal.status(), refusal.text());
    // Not before the answer has left: a reset would overtake it.
    ChannelFutureListener reset =
        sent ->
            ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR))
                .addListener(ChannelFutureListener.CLOSE);
    Http2Exchange.send(server, ctx.channel(), error, false).addListener(reset);
  }

  private void discardBody() {
    if (body != null) {
      body.discard();
    }
  }

  private void stopWatch() {
    if (watch != null) {
      watch.stop();
      watch = null;
    }
  }

  @Override
  public void requestTimedOut() {
    if (pipe != null) {
      stopWatch();
      pipe.fail(new RequestBodyException(408, "The request did not arrive in time"));
    } else if (context != null && !refused) {
      refuse(context, new RequestRefusedException(408, "The request did not arrive in time"));
    }
  }

  @Override
  public void clientIdle() {
    // The stream waits for nothing but its body, which has its own limits.
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    stopWatch();
    discardBody();
    if (pipe != null) {
      pipe.fail(new RequestBodyException(400, "The client has gone before its body was there"));
    }
    if (exchange != null) {
      exchange.streamClosed();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("A stream of {} failed", ctx.channel().remoteAddress(), cause);
    var _ = ctx.close();
  }
}
