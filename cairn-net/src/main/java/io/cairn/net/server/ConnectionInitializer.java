// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import io.cairn.net.tls.ReloadingTls;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import java.nio.charset.StandardCharsets;

/** Admits new connections and puts the handlers of their protocol into their pipelines. */
final class ConnectionInitializer extends ChannelInitializer<Channel> {
  private static final byte[] END_OF_HEAD = "\r\n".getBytes(StandardCharsets.US_ASCII);

  private final ServerContext server;
  private final HttpListener listener;

  ConnectionInitializer(ServerContext server, HttpListener listener) {
    this.server = server;
    this.listener = listener;
  }

  @Override
  protected void initChannel(Channel channel) {
    ConnectionRegistry connections = server.connections();
    connections.looked(channel);
    if (!connections.admit(listener.peersOnly(), channel.eventLoop())) {
      refuse(channel);
      return;
    }
    connections.hold(channel);
    ReloadingTls tls = listener.tls();
    ChannelPipeline pipeline = channel.pipeline();
    if (tls == null) {
      pipeline.addLast(new ProtocolDetector(server));
    } else {
      SslHandler handler = tls.server().newHandler(channel.alloc());
      handler.setHandshakeTimeoutMillis(server.limits().headerTimeout().toMillis());
      pipeline.addLast(handler, new NegotiatedProtocol(server));
    }
  }

  private void refuse(Channel channel) {
    server.connections().turnAway(channel);
    if (listener.tls() == null) {
      byte[] body = server.error(503, "Too many connections (maxConnections): try again").body();
      byte[] head =
          """
          HTTP/1.1 503 Service Unavailable\r
          retry-after: 1\r
          content-type: application/json\r
          content-length: %d\r
          connection: close\r
          """
              .formatted(body.length)
              .getBytes(StandardCharsets.US_ASCII);
      ServerContext.Standing standing = server.standing();
      channel
          .writeAndFlush(
              Unpooled.wrappedBuffer(
                  head,
                  standing.each().encoded(),
                  standing.unlessGiven().encoded(),
                  END_OF_HEAD,
                  body))
          .addListener(ChannelFutureListener.CLOSE);
    } else {
      var _ = channel.close();
    }
  }
}
