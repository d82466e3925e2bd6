// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes it when a connection cannot be accepted, mostly for want of file descriptors: pauses accepting,
 * and says so once in a while rather than for each try. Thread-safe.
 */
@Sharable
final class AcceptFailures extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(AcceptFailures.class);
  private static final long PAUSE_MILLIS = 1_000;

  private final OncePerMinute warnings;

  AcceptFailures(LongSupplier nanoTime) {
    this.warnings = new OncePerMinute(nanoTime);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (ctx.channel().config().isAutoRead()) {
      ctx.channel().config().setAutoRead(false);
      var _ =
          ctx.executor()
              .schedule(
                  () -> ctx.channel().config().setAutoRead(true), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }
    if (warnings.isDue()) {
      LOG.warn("{}", text(ctx, cause));
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
