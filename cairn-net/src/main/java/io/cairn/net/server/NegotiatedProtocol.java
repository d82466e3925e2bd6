// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sets up HTTP/2 or HTTP/1, whichever the TLS handshake agreed upon. */
final class NegotiatedProtocol extends ApplicationProtocolNegotiationHandler {
  private static final Logger LOG = LoggerFactory.getLogger(NegotiatedProtocol.class);

  private final ServerContext server;

  NegotiatedProtocol(ServerContext server) {
    super(ApplicationProtocolNames.HTTP_1_1);
    this.server = server;
  }

  @Override
  protected void configurePipeline(ChannelHandlerContext ctx, String protocol) {
    if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
      Http2Pipeline.install(ctx.channel(), server);
    } else {
      ctx.pipeline().addLast(new Http1Connection(server, (connection, head) -> false));
    }
  }

  @Override
  protected void handshakeFailure(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("TLS handshake with {} failed", ctx.channel().remoteAddress(), cause);
    var _ = ctx.close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("Connection of {} failed", ctx.channel().remoteAddress(), cause);
    var _ = ctx.close();
  }
}
