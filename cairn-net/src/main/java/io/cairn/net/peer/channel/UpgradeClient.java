// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import io.cairn.net.PeerEndpoint;
import io.cairn.net.peer.PeerTrouble;
import io.cairn.net.peer.frame.FrameChannel;
import io.cairn.net.peer.frame.Hello;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks a server to change from HTTP to the protocol of peers and, when it agrees, makes way for the
 * channel, together with the {@link HttpClientCodec} before it. Belongs to the event loop.
 */
final class UpgradeClient extends ChannelInboundHandlerAdapter {
  private final DialAttempt attempt;
  private final PeerNode node;

  /** Makes the channel; told whether TLS has verified the server. */
  private final Function<Boolean, FrameChannel> channel;

  private boolean agreed;
  private @Nullable ScheduledFuture<?> timer;

  UpgradeClient(DialAttempt attempt, PeerNode node, Function<Boolean, FrameChannel> channel) {
    this.attempt = attempt;
    this.node = node;
    this.channel = channel;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    timer =
        ctx.executor()
            .schedule(
                () -> fail(ctx, "the server did not answer in time"),
                node.settings().timings().handshakeTimeout().toNanos(),
                TimeUnit.NANOSECONDS);
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    if (ctx.pipeline().get(SslHandler.class) == null) {
      ask(ctx);
    }
    ctx.fireChannelActive();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      if (handshake.isSuccess()) {
        ask(ctx);
      } else {
        failTls(ctx, handshake.cause());
      }
    }
    ctx.fireUserEventTriggered(event);
  }

  private void ask(ChannelHandlerContext ctx) {
    FullHttpRequest request =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1, HttpMethod.GET, PeerEndpoint.PATH, Unpooled.EMPTY_BUFFER);
    request
        .headers()
        .set(HttpHeaderNames.HOST, attempt.address().getRawAuthority())
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
        .set(HttpHeaderNames.UPGRADE, PeerEndpoint.PROTOCOL);
    String knock = Knock.of(node.settings().secret(), node.random());
    if (knock != null) {
      request.headers().set(Knock.HEADER, knock);
    }
    var _ = ctx.writeAndFlush(request);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof HttpResponse answer) {
        judge(ctx, answer);
      }
      if (message instanceof LastHttpContent && agreed) {
        makeWay(ctx.pipeline());
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void judge(ChannelHandlerContext ctx, HttpResponse answer) {
    int status = answer.status().code();
    boolean understood =
        answer.decoderResult().isSuccess()
            && (status != 101
                || answer.headers().contains(HttpHeaderNames.UPGRADE, PeerEndpoint.PROTOCOL, true));
    if (!understood) {
      refused(ctx, "what listens there is no Cairn host");
    } else if (status == 101) {
      agreed = true;
    } else if (status == 503) {
      fail(ctx, "it does not accept peers at the moment. See the log there if this lasts");
    } else if (status == 426) {
      refused(ctx, "it speaks another version of the peer protocol. " + Hello.SAME_VERSION);
    } else {
      refused(
          ctx,
          "no peers are accepted there (HTTP status "
              + status
              + "). Name the port for peers of a Cairn host of this version: its peerPort if it has one");
    }
  }

  /** What has arrived behind the answer goes to the channel when the codec is removed. */
  private void makeWay(ChannelPipeline pipeline) {
    boolean certified = pipeline.get(SslHandler.class) != null;
    HttpClientCodec codec = pipeline.get(HttpClientCodec.class);
    codec.removeOutboundHandler();
    pipeline.addLast(channel.apply(certified));
    pipeline.remove(this);
    pipeline.remove(codec);
  }

  private void failTls(ChannelHandlerContext ctx, Throwable cause) {
    refused(ctx, DialFailures.tls(attempt.address(), cause));
  }

  private void refused(ChannelHandlerContext ctx, String reason) {
    attempt.failed(PeerTrouble.Kind.REFUSED, reason);
    var _ = ctx.close();
  }

  private void fail(ChannelHandlerContext ctx, String reason) {
    attempt.failed(reason);
    var _ = ctx.close();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (timer != null) {
      timer.cancel(false);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    attempt.failed("the server closed the connection");
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (DialFailures.isDistrust(cause)) {
      failTls(ctx, cause);
    } else {
      fail(ctx, DialFailures.unreachable(cause));
    }
  }
}
