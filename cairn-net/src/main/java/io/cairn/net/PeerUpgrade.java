// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns HTTP/1.1 connections of other nodes into WebSockets, RFC 6455 section 4.2. */
final class PeerUpgrade {
  private static final int KEY_BYTES = 16;

  private final ServerContext server;
  private final ServerContext.Peers peers;

  PeerUpgrade(ServerContext server, ServerContext.Peers peers) {
    this.server = server;
    this.peers = peers;
  }

  /** Whether the request, which wants a WebSocket, is for other nodes. */
  static boolean isAddressed(HttpRequest request) {
    return request.path().equals(PeerEndpoint.PATH);
  }

  /** Returns why it does not become a WebSocket, or null. */
  @Nullable HttpResponse refusal(HttpRequest request) {
    if (!request.method().equals("GET") || request.body().length > 0) {
      return server.error(400, "A WebSocket begins with a GET without body");
    }
    if (!List.of("13").equals(request.headers().all("sec-websocket-version"))) {
      return server
          .error(426, "Version 13 of the WebSocket protocol is needed")
          .with("sec-websocket-version", "13");
    }
    List<String> keys = request.headers().all("sec-websocket-key");
    if (keys.size() != 1 || !isKey(keys.getFirst())) {
      return server.error(400, "The key of the WebSocket is malformed");
    }
    HttpResponse refusal = peers.endpoint().refusal(request);
    return refusal == null || refusal.body().length > 0
        ? refusal
        : server.error(refusal.status(), "The connection of a peer is refused");
  }

  private static boolean isKey(String key) {
    try {
      return Base64.getDecoder().decode(key).length == KEY_BYTES;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Answers, and replaces the connection's handler by those of the endpoint. */
  void switchOver(Http1Connection connection, HttpRequest request) {
    ChannelHandlerContext http1 = connection.context();
    ChannelPipeline pipeline = http1.pipeline();
    byte[] rest = connection.takeUnparsed();
    String answer =
        "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
            + "sec-websocket-accept: "
            + WebSocketAccept.of(request.headers().all("sec-websocket-key").getFirst())
            + "\r\n\r\n";
    var _ = http1.writeAndFlush(ByteBufUtil.writeAscii(http1.alloc(), answer));
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
