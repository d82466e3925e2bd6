// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.epoll.EpollSocketChannel;

/**
 * Tells clear-text HTTP/2 with prior knowledge from HTTP/1 by the first bytes. The HTTP/1 handler
 * is in place from the start and keeps its timeouts; it is replaced when the first byte is that of
 * the preface and no method of ours begins with it.
 */
final class ProtocolDetector extends ChannelInboundHandlerAdapter {
  private static final byte[] PREFACE = {'P', 'R', 'I', ' '};

  /** Of the states that Linux tells. */
  private static final int TCP_ESTABLISHED = 1;

  private final ServerContext server;
  private final Http1Connection http1;

  ProtocolDetector(ServerContext server) {
    this.server = server;
    this.http1 =
        new Http1Connection(server, (h1, request) -> Http2Pipeline.upgrade(server, h1, request));
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    ctx.pipeline().addAfter(ctx.name(), null, http1);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    ChannelPipeline pipeline = ctx.pipeline();
    if (isPreface(in)) {
      if (hasLeft(ctx.channel())) {
        in.release();
        var _ = ctx.close();
        return;
      }
      pipeline.remove(http1);
      Http2Pipeline.install(ctx.channel(), server);
    }
    ctx.fireChannelRead(in);
    pipeline.remove(this);
  }

  /**
   * Whether the client has closed the connection while it waited for its turn. With HTTP/2 nothing
   * that it has sent counts then: a busy server does not even read it.
   */
  private static boolean hasLeft(Channel channel) {
    if (channel instanceof EpollSocketChannel epoll) {
      try {
        return epoll.tcpInfo().state() != TCP_ESTABLISHED;
      } catch (ChannelException e) {
        return true; // The socket is closed.
      }
    }
    return false;
  }

  /**
   * The four bytes arrive in one segment from any sane client; one that splits them gets 400 or
   * 505.
   */
  private static boolean isPreface(ByteBuf in) {
    if (in.readableBytes() < PREFACE.length) {
      return false;
    }
    for (int i = 0; i < PREFACE.length; i++) {
      if (in.getByte(in.readerIndex() + i) != PREFACE[i]) {
        return false;
      }
    }
    return true;
  }
}
