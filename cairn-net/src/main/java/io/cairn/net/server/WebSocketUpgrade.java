// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import io.cairn.net.HttpRequest;
import io.cairn.net.HttpResponse;
import io.cairn.net.HttpTokens;
import io.cairn.net.WebSocket;
import io.cairn.net.server.socket.WebSocketChannel;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Turns HTTP/1.1 connections into WebSockets, RFC 6455 section 4.2. */
final class WebSocketUpgrade {
  private static final String PROTOCOL = "websocket";
  private static final String VERSION = "13";
  private static final int KEY_BYTES = 16;

  /**
   * What RFC 6455 has the server append to the client's key, to prove that it knows the protocol.
   */
  private static final String PROOF = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private WebSocketUpgrade() {}

  /** Tries it, if a request asks for it and there is a WebSocket at its path. */
  static Http1Switch.Outcome attempt(
      ServerContext server, Http1Connection connection, HttpRequest request) {
    String upgrade = request.headers().get("upgrade");
    if (upgrade == null || !HttpTokens.listHolds(upgrade, PROTOCOL)) {
      return Http1Switch.STAYS;
    }
    List<X509Certificate> certificates =
        ServerExchange.certificatesOf(connection.context().channel());
    SocketAddress from = connection.context().channel().remoteAddress();
    WebSocket.Offer offer = server.handler().webSocket(request, from, certificates);
    if (offer == null) {
      return Http1Switch.STAYS;
    }
    HttpResponse refusal = refusal(server, request);
    if (refusal == null && offer instanceof WebSocket.Offer.Refused(HttpResponse answer)) {
      refusal = answer;
    }
    if (refusal == null && offer instanceof WebSocket.Offer.Accepted accepted) {
      refusal = open(server, connection, request, accepted.opened(), certificates);
    }
    return refusal == null ? Http1Switch.DONE : new Http1Switch.Outcome(false, refusal);
  }

  private static @Nullable HttpResponse refusal(ServerContext server, HttpRequest request) {
    if (server.connections().isDraining()) {
      return server.error(503, "This server stops: open the WebSocket elsewhere");
    }
    if (!request.method().equals("GET") || request.body().length > 0) {
      return server.error(400, "A WebSocket begins with a GET without body");
    }
    if (!VERSION.equals(request.headers().get("sec-websocket-version"))) {
      return server
          .error(426, "WebSockets are spoken in version 13: send Sec-WebSocket-Version: 13")
          .with("upgrade", PROTOCOL)
          .with("sec-websocket-version", VERSION);
    }
    return isKey(request.headers().get("sec-websocket-key"))
        ? null
        : server.error(400, "Sec-WebSocket-Key must be 16 bytes in Base64");
  }

  private static boolean isKey(@Nullable String key) {
    try {
      return key != null && Base64.getDecoder().decode(key.strip()).length == KEY_BYTES;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Returns why there is no place for another one, or null if there is one now. */
  private static @Nullable HttpResponse open(
      ServerContext server,
      Http1Connection connection,
      HttpRequest request,
      Function<WebSocket, WebSocket.Listener> opened,
      List<X509Certificate> certificates) {
    Channel channel = connection.context().channel();
    UnreadAnswers.Unread unread;
    try {
      unread = server.answers().admitEvents(() -> drop(channel));
    } catch (RequestRefusedException refusal) {
      return server.error(refusal.status(), refusal.text());
    }
    BodyBudget.Share bodies = new BodyBudget.Share(server.bodies());
    channel
        .closeFuture()
        .addListener(
            closed -> {
              unread.left();
              bodies.release();
            });
    switchOver(connection, request);
    WebSocketChannel socket =
        new WebSocketChannel(
            channel,
            server.limits(),
            new WebSocketChannel.Memory(difference -> change(channel, bodies, difference), unread),
            certificates);
    Ending ending = new Ending(socket, channel);
    channel.closeFuture().addListener(closed -> server.connections().remove(ending));
    byte[] rest = connection.takeUnparsed();
    ChannelHandlerContext http1 = connection.context();
    ChannelPipeline pipeline = http1.pipeline();
    socket.install(pipeline, opened);
    server.connections().add(ending);
    if (rest.length > 0) {
      http1.fireChannelRead(Unpooled.wrappedBuffer(rest));
      http1.fireChannelReadComplete();
    }
    pipeline.remove(connection);
    return null;
  }

  private static void switchOver(Http1Connection connection, HttpRequest request) {
    ChannelHandlerContext http1 = connection.context();
    String answer =
        "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: "
            + PROTOCOL
            + "\r\nsec-websocket-accept: "
            + proof(String.valueOf(request.headers().get("sec-websocket-key")).strip())
            + "\r\n\r\n";
    var _ = http1.writeAndFlush(ByteBufUtil.writeAscii(http1.alloc(), answer));
    http1.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
    http1.channel().config().setAutoRead(true);
  }

  private static String proof(String key) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1")
              .digest((key + PROOF).getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }

  private static boolean change(Channel channel, BodyBudget.Share bodies, int difference) {
    if (!channel.isOpen()) {
      return true; // everything was given back
    }
    if (difference <= 0) {
      bodies.shrink(-difference);
      return true;
    }
    try {
      bodies.grow(difference);
      return true;
    } catch (RequestRefusedException e) {
      return false;
    }
  }

  private static void drop(Channel channel) {
    var _ = channel.close();
  }

  /** How the server ends a WebSocket. */
  private record Ending(WebSocketChannel socket, Channel channel) implements ServerConnection {
    @Override
    public void drain() {
      socket.close(WebSocket.GOING_AWAY, "The server stops");
    }

    @Override
    public void makeRoom(long restNanos, AtomicInteger wanted) {
      // One that rests is as alive as one that talks.
    }

    @Override
    public void closeNow() {
      drop(channel);
    }
  }
}
