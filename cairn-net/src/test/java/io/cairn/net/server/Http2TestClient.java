// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A client that speaks clear-text HTTP/2 from the first byte on. */
final class Http2TestClient implements AutoCloseable {
  private final MultiThreadIoEventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Channel channel;

  /** What came back; a stream that was reset without answer has the status {@code reset}. */
  record Answer(String status, Map<String, String> headers, String body) {}

  Http2TestClient(HttpServer server) throws InterruptedException {
    channel =
        new Bootstrap()
            .group(loop)
            .channel(NioSocketChannel.class)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel ch) {
                    ch.pipeline()
                        .addLast(
                            Http2FrameCodecBuilder.forClient().validateHeaders(false).build(),
                            new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()));
                  }
                })
            .connect(server.addresses().getFirst())
            .sync()
            .channel();
  }

  Answer exchange(Map<String, String> fields, String body) throws Exception {
    return send(fields, body, true);
  }

  /** Sends everything but the end. */
  Answer unfinished(Map<String, String> fields) throws Exception {
    return send(fields, "a", false);
  }

  private Answer send(Map<String, String> fields, String body, boolean end) throws Exception {
    return begin(fields, body, end).get(10, TimeUnit.SECONDS);
  }

  /** Sends a request, or all but its end, without waiting for the answer. */
  CompletableFuture<Answer> begin(Map<String, String> fields, String body, boolean end)
      throws Exception {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    Http2StreamChannel stream =
        new Http2StreamChannelBootstrap(channel).handler(new Collector(answer)).open().sync().get();
    Http2Headers headers = new DefaultHttp2Headers(false);
    headers.scheme("http");
    fields.forEach(headers::add);
    var _ = stream.write(new DefaultHttp2HeadersFrame(headers, end && body.isEmpty()));
    if (!body.isEmpty()) {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      var _ = stream.write(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(bytes), end));
    }
    stream.flush();
    return answer;
  }

  @Override
  public void close() {
    channel.close().awaitUninterruptibly();
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  /** Puts the frames of one stream together. */
  private static final class Collector extends ChannelInboundHandlerAdapter {
    private final CompletableFuture<Answer> answer;
    private final Map<String, String> fields = new HashMap<>();
    private final StringBuilder body = new StringBuilder();

    Collector(CompletableFuture<Answer> answer) {
      this.answer = answer;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object frame) {
      boolean end = false;
      if (frame instanceof Http2HeadersFrame headers) {
        headers.headers().forEach(e -> fields.put(e.getKey().toString(), e.getValue().toString()));
        end = headers.isEndStream();
      } else if (frame instanceof Http2DataFrame data) {
        body.append(data.content().toString(StandardCharsets.UTF_8));
        end = data.isEndStream();
      }
      ReferenceCountUtil.release(frame);
      if (end) {
        answer.complete(new Answer(fields.get(":status"), fields, body.toString()));
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof Http2ResetFrame) {
        answer.complete(new Answer("reset", fields, body.toString()));
      }
      ReferenceCountUtil.release(event);
    }
  }
}
