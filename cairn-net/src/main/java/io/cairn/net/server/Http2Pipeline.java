// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import io.cairn.net.HttpHeaders;
import io.cairn.net.HttpLimits;
import io.cairn.net.HttpRequest;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpServerUpgradeHandler;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ServerUpgradeCodec;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.HttpConversionUtil.ExtensionHeaderNames;
import java.util.Base64;
import java.util.List;

/** Sets connections up for HTTP/2. */
final class Http2Pipeline {
  private static final int SETTING_BYTES = 6;

  /** Streams of one connection that may be reset in a window; then ENHANCE_YOUR_CALM ends it. */
  static final int MOST_RESETS = 200;

  private static final int RESET_WINDOW_SECONDS = 30;

  private Http2Pipeline() {}

  /** Appends the handlers of HTTP/2 to the pipeline. */
  static void install(Channel channel, ServerContext server) {
    prepare(channel);
    Http2FrameCodec codec = codec(server.limits());
    Http2Connection connection = new Http2Connection(server, codec);
    channel.pipeline().addLast(codec, streams(server), connection);
  }

  /** HTTP/2 ends streams, not connections, so the end of input is the end of the connection. */
  private static void prepare(Channel channel) {
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
  }

  private static Http2FrameCodec codec(HttpLimits limits) {
    Http2Settings settings =
        Http2Settings.defaultSettings()
            .maxConcurrentStreams(limits.maxConcurrentStreams())
            .maxHeaderListSize(limits.maxHeaderBytes());
    return Http2FrameCodecBuilder.forServer()
        .initialSettings(settings)
        // Resets of either side: who makes us reset streams makes us work for nothing as well.
        .decoderEnforceMaxRstFramesPerWindow(MOST_RESETS, RESET_WINDOW_SECONDS)
        .encoderEnforceMaxRstFramesPerWindow(MOST_RESETS, RESET_WINDOW_SECONDS)
        .gracefulShutdownTimeoutMillis(-1) // Draining is bounded by whoever drains.
        .build();
  }

  private static Http2MultiplexHandler streams(ServerContext server) {
    return new Http2MultiplexHandler(
        new ChannelInitializer<Channel>() {
          @Override
          protected void initChannel(Channel stream) {
            stream.pipeline().addLast(new Http2StreamHandler(server));
          }
        });
  }

  /**
   * Switches an HTTP/1.1 connection that asked for it to HTTP/2, where its request becomes stream
   * 1.
   *
   * @return whether it did; if not, the request is to be answered as any other
   */
  static boolean upgrade(ServerContext server, Http1Connection connection, HttpRequest request) {
    if (!hasValidSettings(request.headers())) {
      return false;
    }
    ChannelHandlerContext http1 = connection.context();
    ChannelPipeline pipeline = http1.pipeline();
    byte[] rest = connection.takeUnparsed();
    prepare(http1.channel());
    Http2FrameCodec codec = codec(server.limits());
    Http2Connection http2 = new Http2Connection(server, codec);
    ChannelHandler encoder = new HttpResponseEncoder();
    HttpServerUpgradeHandler switcher =
        new HttpServerUpgradeHandler(
            ctx -> {
              pipeline.remove(encoder);
              pipeline.remove(connection);
            },
            protocol -> new Http2ServerUpgradeCodec(codec, streams(server), http2),
            Math.max(1, request.body().length));
    pipeline.addBefore(http1.name(), null, encoder).addBefore(http1.name(), null, switcher);
    // In two parts, because the switcher looks only at what it puts together itself.
    ChannelHandlerContext source = pipeline.context(encoder);
    source.fireChannelRead(head(request));
    source.fireChannelRead(new DefaultLastHttpContent(Unpooled.wrappedBuffer(request.body())));
    if (pipeline.context(switcher) != null) {
      var _ = pipeline.close(); // Cannot be: the settings were checked above.
      return true;
    }
    if (rest.length > 0) {
      pipeline.fireChannelRead(Unpooled.wrappedBuffer(rest));
    }
    pipeline.fireChannelReadComplete();
    return true;
  }

  private static boolean hasValidSettings(HttpHeaders headers) {
    List<String> settings = headers.all("http2-settings");
    if (settings.size() != 1) {
      return false;
    }
    try {
      return Base64.getUrlDecoder().decode(settings.getFirst()).length % SETTING_BYTES == 0;
    } catch (IllegalArgumentException e) {
      return false; // A client that cannot speak HTTP/2 is served with what it speaks.
    }
  }

  private static DefaultHttpRequest head(HttpRequest request) {
    String uri = request.query() == null ? request.path() : request.path() + "?" + request.query();
    DefaultHttpRequest head =
        new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(request.method()), uri);
    request
        .headers()
        .forEach(
            (name, value) -> {
              if (!name.equalsIgnoreCase("transfer-encoding")) {
                head.headers().add(name, value);
              }
            });
    head.headers().set(ExtensionHeaderNames.SCHEME.text(), "http");
    return head;
  }
}
