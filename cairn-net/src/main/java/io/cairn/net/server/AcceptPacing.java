// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import io.cairn.net.OncePerMinute;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pauses accepting when a connection cannot be accepted, mostly for want of file descriptors, and
 * says so once in a while rather than for each try; and while so many wait or are being turned away
 * that they would take the descriptors of all else. Thread-safe.
 */
@Sharable
final class AcceptPacing extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(AcceptPacing.class);
  private static final long PAUSE_MILLIS = 50;
  private static final long BREATH_MILLIS = 5;

  private final OncePerMinute warnings;
  private final ConnectionRegistry connections;

  /**
   * Watches listeners.
   *
   * @param connections counts them, and knows whether there are too many for the moment
   */
  AcceptPacing(LongSupplier nanoTime, ConnectionRegistry connections) {
    this.warnings = new OncePerMinute(nanoTime);
    this.connections = connections;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object connection) {
    connections.arrived((Channel) connection);
    ctx.fireChannelRead(connection);
    if (connections.isOverrun()) {
      pause(ctx, BREATH_MILLIS);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    pause(ctx, PAUSE_MILLIS);
    if (warnings.isDue()) {
      LOG.warn("{}", text(ctx, cause));
    }
  }

  private static void pause(ChannelHandlerContext ctx, long millis) {
    ChannelConfig config = ctx.channel().config();
    if (config.isAutoRead()) {
      config.setAutoRead(false);
      var _ =
          ctx.executor().schedule(() -> config.setAutoRead(true), millis, TimeUnit.MILLISECONDS);
    }
  }

  private static String text(ChannelHandlerContext ctx, Throwable cause) {
    String reason = String.valueOf(cause.getMessage());
    return reason.contains("Too many open files")
        ? "No connection can be accepted at %s: the limit of open files and connections (ulimit -n) is reached. Allow this process more and start it again"
            .formatted(ctx.channel().localAddress())
        : "No connection can be accepted at %s: %s".formatted(ctx.channel().localAddress(), reason);
  }
}
