// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.systems;

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
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/**
 * The ceilings: Netty's codec and nothing else, which reads a request and answers with fixed bytes,
 * or with what Lucene finds. Arguments: port, and the file that holds the body to answer with, or a
 * new directory for an index.
 */
public final class BareServer {

  private BareServer() {}

  /** Serves until the process is ended. */
  public static void main(String[] args) throws Exception {
    int port = Integer.parseInt(args[0]);
    Path given = Path.of(args[1]);
    Source source = Files.exists(given) ? fixed(Files.readAllBytes(given)) : found(given);
    new ServerBootstrap()
        .group(new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory()))
        .channel(EpollServerSocketChannel.class)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new HttpServerCodec(), new Answer(source));
              }
            })
        .bind("127.0.0.1", port)
        .sync();
    System.out.write("ready\n".getBytes(StandardCharsets.US_ASCII));
    System.out.flush();
    new CountDownLatch(1).await();
  }

  /** Gives the body of an answer. */
  @FunctionalInterface
  private interface Source {
    byte[] answer(String target) throws IOException;
  }

  private static Source fixed(byte[] body) {
    return _ -> body;
  }

  private static Source found(Path directory) throws IOException {
    return new BareIndex(directory)::answer;
  }

  private static final class Answer extends SimpleChannelInboundHandler<HttpObject> {
    private final Source source;
    private String target = "";

    Answer(Source source) {
      this.source = source;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject part) throws IOException {
      if (part instanceof HttpRequest request) {
        target = request.uri();
      }
      if (!(part instanceof LastHttpContent)) {
        return;
      }
      byte[] body = source.answer(target);
      FullHttpResponse response =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.wrappedBuffer(body));
      response.headers().set("content-type", "application/json").set("content-length", body.length);
      var _ = ctx.write(response);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      ctx.flush();
    }
  }
}
