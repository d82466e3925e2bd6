// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer;

import io.cairn.net.PeerEndpoint;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks a server for a WebSocket (RFC 6455 section 4.1) and, when it agrees, makes way for the channel.
 * Belongs to the event loop.
 */
final class UpgradeClient extends ChannelInboundHandlerAdapter {
  private static final int MAX_HEAD = 8192;
  private static final int KEY_BYTES = 16;

  private final DialAttempt attempt;
  private final PeerNode node;

  /** Makes the channel; told whether TLS has verified the server. */
  private final Function<Boolean, WebSocketChannel> channel;

  private final ByteBuf head = Unpooled.buffer(512, MAX_HEAD);
  private final String key;
  private @Nullable ScheduledFuture<?> timer;

  UpgradeClient(
      DialAttempt attempt, PeerNode node, Function<Boolean, WebSocketChannel> channel) {
    this.attempt = attempt;
    this.node = node;
    this.channel = channel;
    byte[] bytes = new byte[KEY_BYTES];
    node.random().nextBytes(bytes);
    this.key = Base64.getEncoder().encodeToString(bytes);
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
    URI address = attempt.address();
    String knock = Knock.of(node.settings().secret(), node.random());
    String request =
        "GET "
            + PeerEndpoint.PATH
            + " HTTP/1.1\r\nhost: "
            + address.getRawAuthority()
            + "\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: "
            + WebSocketVersion.V13.toHttpHeaderValue()
            + "\r\nsec-websocket-key: "
            + key
            + (knock == null ? "" : "\r\n" + Knock.HEADER + ": " + knock)
            + "\r\n\r\n";
    var _ = ctx.writeAndFlush(ByteBufUtil.writeAscii(ctx.alloc(), request));
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    try {
      while (in.isReadable() && !isComplete()) {
        if (head.writerIndex() == MAX_HEAD) {
          fail(ctx, "the server answers endlessly");
          return;
        }
        head.writeByte(in.readByte());
      }
      if (isComplete()) {
        judge(ctx, in);
      }
    } finally {
      in.release();
    }
  }

  private boolean isComplete() {
    int end = head.writerIndex();
    return end >= 4 && head.getInt(end - 4) == 0x0d0a0d0a;
  }

  private void judge(ChannelHandlerContext ctx, ByteBuf rest) {
    String text = head.toString(StandardCharsets.US_ASCII);
    String status = text.substring(0, text.indexOf('\r'));
    if (!status.startsWith("HTTP/1.1 101")) {
      boolean early = status.startsWith("HTTP/1.1 503");
      attempt.failed(
          early ? PeerTrouble.Kind.UNREACHABLE : PeerTrouble.Kind.REFUSED,
          early
              ? "it does not accept peers at the moment. See the log there if this lasts"
              : "no peers are accepted there ("
                  + status
                  + "). Name the port for peers of a Cairn host: its peerPort if it has one");
      var _ = ctx.close();
      return;
    }
    String accept = "\r\nsec-websocket-accept: " + io.cairn.net.WebSocketAccept.of(key) + "\r\n";
    if (!text.toLowerCase(Locale.ROOT).contains(accept.toLowerCase(Locale.ROOT))) {
      attempt.failed(PeerTrouble.Kind.REFUSED, "what listens there is no Cairn host");
      var _ = ctx.close();
      return;
    }
    boolean certified = ctx.pipeline().get(SslHandler.class) != null;
    ctx.pipeline().addLast(channel.apply(certified));
    ByteBuf behind = rest.isReadable() ? rest.readRetainedSlice(rest.readableBytes()) : null;
    if (behind != null) {
      ctx.fireChannelRead(behind);
    }
    ctx.pipeline().remove(this);
  }

  private void failTls(ChannelHandlerContext ctx, Throwable cause) {
    attempt.failed(PeerTrouble.Kind.REFUSED, DialFailures.tls(attempt.address(), cause));
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
    head.release();
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
