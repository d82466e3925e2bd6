// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Connection.Endpoint;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2PingFrame;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an HTTP/2 connection is beyond its streams. Fields belong to the event loop.
 *
 * <p>Its end in good order (RFC 9113, section 6.8): GOAWAY names the last stream that is answered;
 * the streams up to that one end; then a PING is sent, and soon after the client has answered it,
 * and so has read all that came before, the connection is closed, unless the client does so first.
 * Closing at once would reset a connection on which the client still sends, its preface after an
 * upgrade for instance, and the client would lose answers that have arrived. Closing at the answer
 * to the PING is too early too: clients (that of the JDK) forget what they have read and not yet
 * handed on.
 */
final class Http2Connection extends ChannelInboundHandlerAdapter implements ServerConnection {
  private static final Logger LOG = LoggerFactory.getLogger(Http2Connection.class);

  private static final long LAST_PING = 0x656e64; // "end"

  /** How long a client may take to answer the last PING. */
  private static final long LAST_PING_MILLIS = 1_000;

  /** How long a client that has read all answers has to hand them on, and to close by itself. */
  private static final long LAST_WORD_MILLIS = 250;

  private final ServerContext server;
  private final Http2FrameCodec codec;
  private @Nullable ChannelHandlerContext context;
  private @Nullable ScheduledFuture<?> quietCheck;
  private int lastSeenStream = -1;
  private int lastAskedStream = -1;
  private boolean ending;

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

  @Override
  public void drain() {
    withContext(this::end);
  }

  private void end(ChannelHandlerContext ctx) {
    if (ending || !ctx.channel().isActive()) {
      return;
    }
    ending = true;
    var _ = ctx.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
    codec
        .connection()
        .addListener(
            new Http2ConnectionAdapter() {
              @Override
              public void onStreamClosed(Http2Stream stream) {
                closeAfterStreams(ctx);
              }
            });
    closeAfterStreams(ctx);
  }

  private void closeAfterStreams(ChannelHandlerContext ctx) {
    if (codec.connection().numActiveStreams() > 0) {
      return;
    }
    var _ = ctx.writeAndFlush(new DefaultHttp2PingFrame(LAST_PING));
    closeAfter(ctx, LAST_PING_MILLIS);
  }

  private static void closeAfter(ChannelHandlerContext ctx, long millis) {
    Runnable close =
        () -> {
          var _ = ctx.close();
        };
    var _ = ctx.executor().schedule(close, millis, TimeUnit.MILLISECONDS);
  }

  @Override
  public void makeRoom(long restNanos, AtomicInteger wanted) {
    withContext(
        ctx -> {
          int newest = codec.connection().remote().lastStreamCreated();
          boolean quiet = codec.connection().numActiveStreams() == 0;
          // No stream since the last call, which was that long ago.
          if (quiet && newest == lastAskedStream && wanted.get() > 0) {
            wanted.decrementAndGet();
            end(ctx);
          }
          lastAskedStream = newest;
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
    if (ending
        && frame instanceof Http2PingFrame ping
        && ping.ack()
        && ping.content() == LAST_PING) {
      closeAfter(ctx, LAST_WORD_MILLIS);
    }
    ReferenceCountUtil.release(
        frame); // Settings, pings and the like: the codec has dealt with them.
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("Closing the connection of {}", ctx.channel().remoteAddress(), cause);
    if (Http2CodecUtil.getEmbeddedHttp2Exception(cause) == null) {
      var _ = ctx.close();
    } else {
      // The codec tells the client what it did and then closes; closing here would say "no error".
      var _ = ctx.executor().schedule(this::closeNow, LAST_PING_MILLIS, TimeUnit.MILLISECONDS);
    }
  }
}
