// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2Connection.Endpoint;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an HTTP/2 connection is beyond its streams. Fields belong to the event loop. */
final class Http2Connection extends ChannelInboundHandlerAdapter implements ServerConnection {
  private static final Logger LOG = LoggerFactory.getLogger(Http2Connection.class);

  private final ServerContext server;
  private final Http2FrameCodec codec;
  private @Nullable ChannelHandlerContext context;
  private @Nullable ScheduledFuture<?> quietCheck;
  private int lastSeenStream = -1;
  private long bodyBytes;

  Http2Connection(ServerContext server, Http2FrameCodec codec) {
    this.server = server;
    this.codec = codec;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    server.connections().add(this);
    long nanos = server.limits().keepAliveTimeout().toNanos();
    quietCheck =
        ctx.executor()
            .scheduleWithFixedDelay(() -> closeIfQuiet(ctx), nanos, nanos, TimeUnit.NANOSECONDS);
  }

  /** Closes a connection that has had no stream since the last look. */
  private void closeIfQuiet(ChannelHandlerContext ctx) {
    Endpoint<?> client = codec.connection().remote();
    int newest = client.lastStreamCreated();
    if (codec.connection().numActiveStreams() == 0 && newest == lastSeenStream) {
      var _ = ctx.close();
    }
    lastSeenStream = newest;
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    server.connections().remove(this);
    if (quietCheck != null) {
      quietCheck.cancel(false);
    }
  }

  /** Counts bytes of bodies that are held for streams; says whether there is room for them. */
  boolean holdBody(int bytes) {
    bodyBytes += bytes;
    return bodyBytes <= 2L * server.limits().maxBodyBytes();
  }

  void releaseBody(int bytes) {
    bodyBytes -= bytes;
  }

  @Override
  public void drain() {
    // The codec announces the end, waits for the streams that were begun, and closes then.
    withContext(
        ctx -> {
          var _ = ctx.close();
        });
  }

  @Override
  public void closeNow() {
    // From the first context on, the codec does not see it and does not wait for streams.
    withContext(
        ctx -> {
          ChannelHandlerContext first = ctx.pipeline().firstContext();
          if (first != null) { // It has none once the channel has closed.
            var _ = first.close();
          }
        });
  }

  private void withContext(Consumer<ChannelHandlerContext> task) {
    ChannelHandlerContext ctx = context;
    if (ctx != null) {
      ctx.executor().execute(() -> task.accept(ctx));
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object frame) {
    ReferenceCountUtil.release(frame); // Settings, pings and the like: the codec has dealt with them.
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("Closing the connection of {}", ctx.channel().remoteAddress(), cause);
    var _ = ctx.close();
  }
}
