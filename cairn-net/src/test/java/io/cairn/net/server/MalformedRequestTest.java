// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.net.HttpExchange;
import io.cairn.net.HttpResponse;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MalformedRequestTest extends ServerTestBed {
  private final AtomicInteger handled = new AtomicInteger();

  private void count(HttpExchange exchange) {
    handled.incrementAndGet();
    exchange.respond(HttpResponse.empty(200));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // Two statements about the length.
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3, 4\r\n\r\nabcd",
        // Lengths that are none.
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +3\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -3\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0x3\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\nabc",
        // Encodings that another server may read differently.
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: \u000bchunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        // Line ends.
        "GET / HTTP/1.1\nHost: x\n\n",
        "GET / HTTP/1.1\r\nHost: x\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\rA: b\r\n\r\n",
        "GET / HTTP/1.1\rHost: x\r\n\r\n",
        // Header fields.
        "GET / HTTP/1.1\r\nHost : x\r\n\r\n",
        "GET / HTTP/1.1\r\n Host: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n\tc\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nA\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\n: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nA: b\u0000c\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nA: b\u0001c\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nA\u0000: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nA(b): c\r\n\r\n",
        // Host.
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x/y\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: u@x\r\n\r\n",
        // Request lines.
        "GET  / HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET / a HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET\t/ HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /\u0001 HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /#f HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET a HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET * HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET ftp://x/ HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET http://u@x/ HTTP/1.1\r\nHost: x\r\n\r\n",
        "CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /\r\n\r\n",
        "GET / HTTX/1.1\r\nHost: x\r\n\r\n",
        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000",
        // Chunks.
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n 1\r\na\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1 \r\na\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n\r\na\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n100000000\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;a\nb\r\na\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA : b\r\n\r\n",
      })
  void malformedRequestIsRefusedAndTheConnectionClosed(String request) throws Exception {
    HttpServer server = serve(this::count);
    String answers = connect(server).send(request).send(get("/smuggled")).readAll();
    assertThat(answers)
        .startsWith("HTTP/1.1 400 ")
        .contains("content-type: application/json\r\n", "connection: close\r\n")
        .contains("\"statusCode\":400", "com:vmware:xenon:common:ServiceErrorResponse")
        .containsOnlyOnce("HTTP/1.1 ");
    assertThat(handled).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/2.0", "HTTP/1.2", "HTTP/0.9", "HTTP/3.1"})
  void otherVersionsAreRefused(String version) throws Exception {
    RawClient client = connect(serve(this::count));
    assertThat(client.send("GET / " + version + "\r\nHost: x\r\n\r\n").readAll())
        .startsWith("HTTP/1.1 505 ");
  }

  @Test
  void unknownExpectationIsRefused() throws Exception {
    RawClient client = connect(serve(this::count));
    assertThat(client.send("GET / HTTP/1.1\r\nHost: x\r\nExpect: tea\r\n\r\n").readAll())
        .startsWith("HTTP/1.1 417 ");
  }

  @Test
  void malformedRequestIsAnsweredAfterThoseBeforeIt() throws Exception {
    RawClient client = connect(serve(this::count));
    client.send(get("/1") + get("/2") + "BAD\r\n\r\n");
    assertThat(client.readAnswer()).startsWith("HTTP/1.1 200 ");
    assertThat(client.readAnswer()).startsWith("HTTP/1.1 200 ");
    assertThat(client.readAll()).startsWith("HTTP/1.1 400 ");
  }

  @Test
  void errorBodyIsTheHostsChoice() throws Exception {
    HttpServer server =
        serve(
            HttpServer.builder()
                .listen("127.0.0.1", 0)
                .handler(this::count)
                .errorBody((status, message) -> new byte[] {'!', (byte) ('0' + status / 100)}));
    assertThat(connect(server).send("BAD\r\n\r\n").readAll()).endsWith("\r\n\r\n!4");
  }

  @Test
  void randomBytesLeaveTheServerServing() throws Exception {
    HttpServer server = serve(this::count);
    Random random = new Random(42);
    for (int i = 0; i < 5_000; i++) {
      try (RawClient client = new RawClient(server)) {
        client.send(blob(random));
        if (random.nextInt(4) == 0) {
          client.endOutput().readAll();
        }
      } catch (java.net.SocketException e) {
        // Closed by the server while we sent: its right.
      }
    }
    assertThat(connect(server).send(get("/")).readAnswer()).startsWith("HTTP/1.1 200 ");
  }

  /** Noise, or a request with a few bytes changed, or the beginning of HTTP/2 and noise. */
  private static byte[] blob(Random random) {
    int kind = random.nextInt(3);
    if (kind == 0) {
      byte[] noise = new byte[random.nextInt(400)];
      random.nextBytes(noise);
      return noise;
    }
    String text =
        kind == 1
            ? "POST /a?b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
            : "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0\0\0\5\1\5\0\0\0\1\202\206\204\1\1";
    byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    int from = kind == 1 ? 0 : 24;
    for (int n = random.nextInt(4); n >= 0; n--) {
      bytes[from + random.nextInt(bytes.length - from)] = (byte) random.nextInt(256);
    }
    return bytes;
  }
}
