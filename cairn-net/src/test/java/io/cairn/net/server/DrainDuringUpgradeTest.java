// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.net.ErrorBody;
import io.cairn.net.HttpExchange;
import io.cairn.net.HttpLimits;
import io.cairn.net.HttpRequest;
import io.cairn.net.HttpResponse;
import io.cairn.net.PeerEndpoint;
import io.cairn.net.StandingFields;
import io.cairn.net.server.stream.AnswerCounts;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The server begins to drain at the very moment when a connection changes its protocol: it still
 * finds the handler of HTTP/1, which acts only when the change is over.
 */
class DrainDuringUpgradeTest {
  private final BlockingQueue<HttpExchange> exchanges = new LinkedBlockingQueue<>();
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final ServerContext server =
      new ServerContext(
              exchanges::add,
              HttpLimits.defaults(),
              BodyBudget.of(HttpLimits.defaults()),
              UnreadAnswers.of(HttpLimits.defaults(), System::nanoTime),
              ErrorBody.STANDARD,
              Integer.MAX_VALUE,
              new DateField(InstantSource.system()),
              ServerContext.Standing.of(StandingFields.NONE, false),
              new ConnectionRegistry(10, System::nanoTime),
              new AnswerCounts(),
              null)
          .serving(new ServerContext.Peers(new DrainingEndpoint(), false));

  /** Has the server drain, then takes the connection, and sends back what comes. */
  private final class DrainingEndpoint implements PeerEndpoint {
    @Override
    public void outdated(SocketAddress remote) {}

    @Override
    public @Nullable HttpResponse refusal(HttpRequest request) {
      server.connections().drain();
      return null;
    }

    @Override
    public void takeOver(ChannelPipeline pipeline, HttpRequest request, boolean certified) {
      pipeline.addLast(
          new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
              var _ = ctx.writeAndFlush(message);
            }
          });
    }
  }

  /** Has the server drain, then changes to HTTP/2. */
  private boolean upgrade(Http1Connection connection, HttpRequest request) {
    server.connections().drain();
    return Http2Pipeline.upgrade(server, connection, request);
  }

  private RawClient connect() throws IOException {
    Channel listening =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(new Http1Connection(server, DrainDuringUpgradeTest.this::upgrade));
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel();
    return new RawClient((InetSocketAddress) listening.localAddress(), 64 << 10);
  }

  @AfterEach
  void closeAll() {
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  @Test
  void connectionOfPeerStays() throws Exception {
    try (RawClient client = connect()) {
      client.send(
          """
          GET /core/peer HTTP/1.1\r
          Host: x\r
          Connection: Upgrade\r
          Upgrade: cairn-peer\r
          \r
          """);
      assertThat(client.readAnswer()).startsWith("HTTP/1.1 101 ");
      client.send("a frame;");
      assertThat(client.readUntil(";")).isEqualTo("a frame;");
    }
  }

  private void upgradeAndAnswer(RawClient client) throws Exception {
    client.send(
        """
        GET / HTTP/1.1\r
        Host: x\r
        Connection: Upgrade, HTTP2-Settings\r
        Upgrade: h2c\r
        HTTP2-Settings: AAMAAABk\r
        \r
        """);
    HttpExchange exchange = exchanges.poll(10, TimeUnit.SECONDS);
    assertThat(exchange).isNotNull();
    exchange.respond(HttpResponse.json(200, "answered".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void requestThatAskedForHttp2IsAnsweredBeforeTheConnectionEnds() throws Exception {
    try (RawClient client = connect()) {
      upgradeAndAnswer(client);
      assertThat(client.readAll()).startsWith("HTTP/1.1 101 ").contains("answered");
    }
  }

  @Test
  void connectionEndsOnlyWhenTheClientHasReadWhatWasSent() throws Exception {
    try (RawClient client = connect()) {
      upgradeAndAnswer(client);
      assertThat(client.readUntil("end")).contains("answered").endsWith("end"); // the last PING
      client.send(
          "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
              + "\0\0\0\4\0\0\0\0\0" // SETTINGS
              + "\0\0\10\6\1\0\0\0\0\0\0\0\0\0end"); // and the answer to the PING
      client.readAll(); // ends, and is not reset
    }
  }
}
