// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import io.cairn.net.HttpLimits;
import io.cairn.net.HttpRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Reading the head of an HTTP/1 request as browsers send it: by the host's own parser, which checks
 * all that RFC 9112 asks for, and by Netty's decoder in its strict settings. Both are handed the
 * bytes in one buffer.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class HeadParsingBenchmark {

  private static final byte[] REQUEST =
      """
      GET /core/examples/one?$select=name HTTP/1.1
      Host: 127.0.0.1:8000
      User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0
      Accept: application/json, text/plain, */*
      Accept-Language: en-US,en;q=0.5
      Accept-Encoding: gzip, deflate, br, zstd
      If-None-Match: "12-abcdef"
      Connection: keep-alive

      """
          .replace("\n", "\r\n")
          .getBytes(StandardCharsets.US_ASCII);

  private final ByteBuf bytes = Unpooled.wrappedBuffer(REQUEST);
  private final Http1Parser parser =
      new Http1Parser(HttpLimits.defaults(), BodyBudget.of(HttpLimits.defaults()));
  private final EmbeddedChannel netty =
      new EmbeddedChannel(
          new HttpRequestDecoder(
              new HttpDecoderConfig().setStrictLineParsing(true).setValidateHeaders(true)));
  private final EmbeddedChannel nothing = new EmbeddedChannel();

  /** The host's parser. */
  @Benchmark
  public @Nullable HttpRequest own() throws RequestRefusedException {
    parser.append(bytes.duplicate());
    return parser.next();
  }

  /** Netty's decoder, and the channel that it needs around it. */
  @Benchmark
  public void netty() {
    pass(netty);
  }

  /** The channel alone, which is no cost of the decoder. */
  @Benchmark
  public void channelAlone() {
    pass(nothing);
  }

  private void pass(EmbeddedChannel channel) {
    channel.writeInbound(bytes.retainedDuplicate());
    for (Object read = channel.readInbound(); read != null; read = channel.readInbound()) {
      ReferenceCountUtil.release(read);
    }
  }
}
