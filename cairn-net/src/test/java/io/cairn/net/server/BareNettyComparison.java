// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import io.cairn.net.HttpResponse;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;

/**
 * Serves the same 300 bytes twice, each on one event loop: a bare Netty server on port 18081, this
 * module's on 18082. Run it on one core and a load generator on another, turn about, and compare:
 * {@code taskset -c 1 wrk -t1 -c32 -d5s http://127.0.0.1:18082/core/examples/one}.
 */
final class BareNettyComparison {
  private static final byte[] BODY = "x".repeat(300).getBytes(StandardCharsets.US_ASCII);

  private BareNettyComparison() {}

  /** Serves until the process is ended. */
  public static void main(String[] args) throws Exception {
    startBareNetty();
    HttpServer server =
        HttpServer.builder()
            .listen("127.0.0.1", 18_082)
            .eventLoops(1)
            .handler(exchange -> exchange.respond(HttpResponse.json(200, BODY)))
            .build();
    server.start();
    new CountDownLatch(1).await();
  }

  private static void startBareNetty() throws InterruptedException {
    new ServerBootstrap()
        .group(new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory()))
        .channel(EpollServerSocketChannel.class)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new HttpServerCodec(), new Bare());
              }
            })
        .bind("127.0.0.1", 18_081)
        .sync();
  }

  /** The least that answers. */
  private static final class Bare extends SimpleChannelInboundHandler<HttpObject> {
    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject part) {
      if (!(part instanceof io.netty.handler.codec.http.HttpRequest)) {
        return;
      }
      FullHttpResponse response =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.wrappedBuffer(BODY));
      response.headers().set("content-type", "application/json").set("content-length", BODY.length);
      var _ = ctx.write(response);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      ctx.flush();
    }
  }
}
