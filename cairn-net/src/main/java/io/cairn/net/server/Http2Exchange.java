// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import io.cairn.net.HttpProtocol;
import io.cairn.net.HttpRequest;
import io.cairn.net.HttpResponse;
import io.cairn.net.ListHeaders;
import io.cairn.net.server.stream.AnswerStream;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A request that came as an HTTP/2 stream. */
final class Http2Exchange extends ServerExchange {
  private final ServerContext server;
  private final Channel channel;
  private @Nullable AnswerStream stream;
  private boolean finished;

  Http2Exchange(ServerContext server, Channel channel, HttpRequest request) {
    super(server, channel.parent(), request);
    this.server = server;
    this.channel = channel;
  }

  @Override
  public HttpProtocol protocol() {
    return HttpProtocol.HTTP_2;
  }

  @Override
  void deliver(HttpResponse response) {
    finished = true;
    ChannelFuture sent = send(server, channel, response, request().method().equals("HEAD"));
    if (isBodyUnread()) { // the rest is not read: ask the client to stop
      sent.addListener(done -> stopReading());
    }
    Runnable release = whenSent();
    if (release != null) {
      sent.addListener(done -> release.run());
    }
  }

  @Override
  void deliver(HttpResponse head, AnswerStream body) {
    if (!channel.isActive()) {
      release();
      body.ended();
      return;
    }
    boolean headOnly = request().method().equals("HEAD");
    finished = headOnly;
    var _ = channel.writeAndFlush(headers(server, head, headOnly, -1));
    if (headOnly) {
      release();
      body.ended();
      return;
    }
    stream = body;
    body.start(
        new AnswerStream.Sink() {
          @Override
          public void write(byte[] piece, Runnable written) {
            channel
                .writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(piece), false))
                .addListener(done -> written.run());
          }

          @Override
          public void finish() {
            finished = true;
            ChannelFuture ended =
                channel.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.EMPTY_BUFFER, true));
            resetUnlessSent(server, channel, ended);
            ended.addListener(done -> release());
            if (isBodyUnread()) {
              ended.addListener(done -> stopReading());
            }
          }

          @Override
          public void abort() {
            finished = true;
            var _ = channel.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR));
          }
        });
  }

  private void stopReading() {
    var _ = channel.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR));
  }

  /** Event loop: the stream has ended, in whatever way. */
  void streamClosed() {
    if (stream != null) {
      stream.ended();
      release();
    }
    if (!finished) {
      markAbandoned();
    }
  }

  @Override
  void endUnread() {
    var _ = channel.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.ENHANCE_YOUR_CALM));
  }

  /** Writes a whole answer to a stream; the result is done when it has left. */
  static ChannelFuture send(
      ServerContext server, Channel channel, HttpResponse response, boolean isHead) {
    int length = response.forbidsBody() ? -1 : response.body().length;
    boolean headOnly = isHead || length <= 0;
    ChannelFuture sent = channel.write(headers(server, response, headOnly, length));
    if (!headOnly) {
      sent =
          channel.write(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(response.body()), true));
    }
    channel.flush();
    resetUnlessSent(server, channel, sent);
    return sent;
  }

  /** A client that grants no window must not keep the answer in memory for ever. */
  private static void resetUnlessSent(ServerContext server, Channel channel, ChannelFuture sent) {
    if (!sent.isDone()) {
      Future<?> timer =
          channel
              .eventLoop()
              .schedule(
                  () -> {
                    var _ = channel.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL));
                  },
                  server.limits().bodyTimeout().toNanos(),
                  TimeUnit.NANOSECONDS);
      sent.addListener(done -> timer.cancel(false));
    }
  }

  private static DefaultHttp2HeadersFrame headers(
      ServerContext server, HttpResponse response, boolean last, int length) {
    ListHeaders own = response.listHeaders();
    ServerContext.Standing standing = server.standing();
    Http2Headers headers =
        new DefaultHttp2Headers(false, 8 + own.size() + standing.unlessGiven().size());
    headers.status(String.valueOf(response.status()));
    own.forEach(
        (name, value) -> {
          if (!ListHeaders.isFraming(name)) {
            headers.add(name, value);
          }
        });
    standing.each().forEach(headers::add);
    own.missing(standing.unlessGiven()).forEach(headers::add);
    headers.add("date", server.date().text());
    if (length >= 0) {
      headers.addInt("content-length", length);
    }
    return new DefaultHttp2HeadersFrame(headers, last);
  }
}
