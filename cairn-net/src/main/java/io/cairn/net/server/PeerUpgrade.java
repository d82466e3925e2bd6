// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import io.cairn.net.HttpRequest;
import io.cairn.net.HttpResponse;
import io.cairn.net.HttpTokens;
import io.cairn.net.PeerEndpoint;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Turns HTTP/1.1 connections of other nodes into channels between nodes, RFC 9110 section 7.8. */
final class PeerUpgrade {
  private static final String ANSWER =
      "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: "
          + PeerEndpoint.PROTOCOL
          + "\r\n\r\n";

  private final ServerContext server;
  private final ServerContext.Peers peers;

  PeerUpgrade(ServerContext server, ServerContext.Peers peers) {
    this.server = server;
    this.peers = peers;
  }

  /** Whether the request, which wants another protocol, is for other nodes. */
  static boolean isAddressed(HttpRequest request) {
    return request.path().equals(PeerEndpoint.PATH);
  }

  /** Returns why the protocol is not changed, or null. */
  @Nullable HttpResponse refusal(HttpRequest request, SocketAddress remote) {
    String upgrade = request.headers().get("upgrade");
    if (upgrade == null || !HttpTokens.listHolds(upgrade, PeerEndpoint.PROTOCOL)) {
      if (request.headers().get("origin") == null) {
        peers.endpoint().outdated(remote); // a page in a browser is no node of an earlier version
      }
      return server
          .error(
              426,
              "Nodes speak %s here. Run the same version of Cairn on all nodes"
                  .formatted(PeerEndpoint.PROTOCOL))
          .with("upgrade", PeerEndpoint.PROTOCOL);
    }
    if (!request.method().equals("GET") || request.body().length > 0) {
      return server.error(400, "The connection of a peer begins with a GET without body");
    }
    HttpResponse refusal = peers.endpoint().refusal(request);
    return refusal == null || refusal.body().length > 0
        ? refusal
        : server.error(refusal.status(), "The connection of a peer is refused");
  }

  /** Answers, and replaces the connection's handler by those of the endpoint. */
  void switchOver(Http1Connection connection, HttpRequest request) {
    ChannelHandlerContext http1 = connection.context();
    ChannelPipeline pipeline = http1.pipeline();
    byte[] rest = connection.takeUnparsed();
    var _ = http1.writeAndFlush(ByteBufUtil.writeAscii(http1.alloc(), ANSWER));
    http1.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
    http1.channel().config().setAutoRead(true);
    server.connections().release(http1.channel());
    peers.endpoint().takeOver(pipeline, request, peers.certified());
    if (rest.length > 0) {
      http1.fireChannelRead(Unpooled.wrappedBuffer(rest));
      http1.fireChannelReadComplete();
    }
    pipeline.remove(connection);
  }
}
