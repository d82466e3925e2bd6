// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Admits new connections and puts the handlers of their protocol into their pipelines. */
final class ConnectionInitializer extends ChannelInitializer<Channel> {
  private static final byte[] FULL =
      "HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);

  private final ServerContext server;
  private final @Nullable ReloadingTls tls;

  ConnectionInitializer(ServerContext server, @Nullable ReloadingTls tls) {
    this.server = server;
    this.tls = tls;
  }

  @Override
  protected void initChannel(Channel channel) {
    ConnectionRegistry connections = server.connections();
    if (!connections.admit()) {
      refuse(channel);
      return;
    }
    connections.hold(channel);
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
    if (tls == null) {
      channel
          .writeAndFlush(Unpooled.wrappedBuffer(FULL))
          .addListener(ChannelFutureListener.CLOSE);
    } else {
      var _ = channel.close();
    }
  }
}
