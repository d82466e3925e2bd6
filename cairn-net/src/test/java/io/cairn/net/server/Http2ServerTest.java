// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.net.HttpExchange;
import io.cairn.net.HttpHandler;
import io.cairn.net.HttpProtocol;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Http2ServerTest extends ServerTestBed {
  private final HttpClient client =
      closing(HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build());

  private static HttpRequest post(HttpServer server, String path, byte[] body) {
    return HttpRequest.newBuilder(uri(server, path))
        .method("PATCH", BodyPublishers.ofByteArray(body))
        .build();
  }

  private static HttpHandler protocolAndEcho() {
    return exchange -> {
      if (exchange.protocol() != HttpProtocol.HTTP_2) {
        throw new IllegalStateException("not HTTP/2");
      }
      ServerTestBed.echo(exchange);
    };
  }

  @Test
  void clearTextConnectionIsUpgradedWithItsFirstRequest() throws Exception {
    HttpServer server = serve(protocolAndEcho());
    for (int i = 0; i < 3; i++) {
      byte[] body = "ab".repeat(i * 50_000).getBytes(StandardCharsets.UTF_8);
      HttpResponse<String> response =
          client.send(post(server, "/p?q=" + i, body), BodyHandlers.ofString());
      assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(response.headers().firstValue("date")).isPresent();
      assertThat(response.body()).isEqualTo("PATCH /p q=" + i + " " + "ab".repeat(i * 50_000));
    }
    assertThat(server.connectionCount()).isOne();
  }

  @Test
  void largeFirstRequestIsUpgradedToo() throws Exception {
    HttpServer server = serve(protocolAndEcho());
    byte[] body = new byte[300_000];
    assertThat(client.send(post(server, "/", body), BodyHandlers.ofByteArray()).body().length)
        .isGreaterThan(body.length);
  }

  @Test
  void upgradeThatIsMalformedIsIgnored() throws Exception {
    String head = "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\n";
    RawClient raw = connect(serve(ServerTestBed::echo));
    assertThat(raw.send(head + "Upgrade: h2c\r\nHTTP2-Settings: ???\r\n\r\n").readAnswer())
        .startsWith("HTTP/1.1 200 ");
    assertThat(raw.send(head + "Upgrade: h2c\r\n\r\n").readAnswer()).startsWith("HTTP/1.1 200 ");
    assertThat(raw.send(head + "Upgrade: websocket\r\n\r\n").readAnswer())
        .startsWith("HTTP/1.1 200 ");
  }

  @Test
  void manyStreamsShareOneConnection() throws Exception {
    CountDownLatch all = new CountDownLatch(100);
    HttpServer server =
        serve(
            e -> {
              all.countDown();
              Thread.ofVirtual()
                  .start(
                      () -> {
                        try {
                          // Answered only when all have arrived: none waits for another.
                          all.await(10, TimeUnit.SECONDS);
                        } catch (InterruptedException interrupted) {
                          throw new IllegalStateException(interrupted);
                        }
                        ServerTestBed.echo(e);
                      });
            },
            limits -> limits.maxConcurrentStreams(200));
    client.send(
        HttpRequest.newBuilder(uri(serve(ServerTestBed::echo), "/")).build(),
        BodyHandlers.discarding());
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      answers.add(client.sendAsync(post(server, "/" + i, new byte[0]), BodyHandlers.ofString()));
    }
    for (int i = 0; i < 100; i++) {
      assertThat(answers.get(i).get(20, TimeUnit.SECONDS).body())
          .isEqualTo("PATCH /" + i + " null ");
    }
  }

  @Test
  void priorKnowledgeNeedsNoUpgrade() throws Exception {
    HttpServer server = serve(protocolAndEcho());
    try (Http2TestClient h2 = new Http2TestClient(server)) {
      Http2TestClient.Answer answer =
          h2.exchange(Map.of(":method", "PUT", ":path", "/a?b", ":authority", "x"), "body");
      assertThat(answer.status()).isEqualTo("200");
      assertThat(answer.body()).isEqualTo("PUT /a b body");
      assertThat(answer.headers()).containsEntry("content-length", "13");
      assertThat(h2.exchange(Map.of(":method", "HEAD", ":path", "/"), "").body()).isEmpty();
    }
  }

  @Test
  void tooLargeBodyOfAStreamIsRefused() throws Exception {
    HttpServer server = serve(protocolAndEcho(), limits -> limits.maxBodyBytes(1_000));
    try (Http2TestClient h2 = new Http2TestClient(server)) {
      Map<String, String> put = Map.of(":method", "PUT", ":path", "/");
      assertThat(h2.exchange(put, "a".repeat(1_001)).status()).isEqualTo("413");
      assertThat(
              h2.exchange(
                      Map.of(":method", "PUT", ":path", "/", "content-length", "5000"),
                      "a".repeat(5_000))
                  .status())
          .isEqualTo("413");
      assertThat(h2.exchange(put, "a".repeat(900)).status()).isEqualTo("200");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "", "/a b", "/a#b", "*", "http://x/"})
  void malformedPathOfAStreamIsRefused(String path) throws Exception {
    HttpServer server = serve(protocolAndEcho());
    try (Http2TestClient h2 = new Http2TestClient(server)) {
      Http2TestClient.Answer answer = h2.exchange(Map.of(":method", "GET", ":path", path), "");
      assertThat(answer.status()).isIn("400", "reset");
      assertThat(h2.exchange(Map.of(":method", "GET", ":path", "/"), "").status()).isEqualTo("200");
    }
  }

  @Test
  void streamThatStopsSendingIsTimedOut() throws Exception {
    HttpServer server =
        serve(
            protocolAndEcho(), limits -> limits.bodyIdleTimeout(java.time.Duration.ofMillis(100)));
    try (Http2TestClient h2 = new Http2TestClient(server)) {
      assertThat(h2.unfinished(Map.of(":method", "PUT", ":path", "/")).status()).isEqualTo("408");
    }
  }

  @Test
  void streamThatIsResetReachesItsExchange() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch gone = new CountDownLatch(1);
    HttpServer server =
        serve(
            e -> {
              e.onClose(gone::countDown);
              arrived.countDown();
            });
    var answer = client.sendAsync(post(server, "/", new byte[] {'a'}), BodyHandlers.discarding());
    assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();
    answer.cancel(true);
    assertThat(gone.await(10, TimeUnit.SECONDS)).isTrue();
  }

  /** The error of the first GOAWAY frame that comes. */
  private static int goAway(byte[] heard) {
    ByteBuffer frames = ByteBuffer.wrap(heard);
    while (frames.remaining() >= 9) {
      int length = frames.getInt() >>> 8;
      frames.position(frames.position() - 1);
      int type = frames.get();
      frames.position(frames.position() + 5);
      if (type == 7) {
        return frames.getInt(frames.position() + 4);
      }
      frames.position(frames.position() + length);
    }
    return -1;
  }

  @Test
  void whoeverResetsStreamsWithoutEndIsToldToEnhanceItsCalmAndOthersAreServed() throws Exception {
    HttpServer server =
        serve(
            e -> {
              if (e.protocol()
                  == HttpProtocol.HTTP_1_1) { // a stream that has its answer is none to reset
                ServerTestBed.echo(e);
              }
            });
    RawClient other = connect(server);
    RawClient hasty = connect(server).send(Http2Frames.PREFACE);
    ByteArrayOutputStream flood = new ByteArrayOutputStream();
    for (int i = 0; i <= Http2Pipeline.MOST_RESETS; i++) {
      flood.writeBytes(Http2Frames.get(2 * i + 1, "/"));
      flood.writeBytes(Http2Frames.reset(2 * i + 1));
    }

    hasty.send(flood.toByteArray());

    int enhanceYourCalm = 0xb;
    assertThat(goAway(hasty.readAll().getBytes(StandardCharsets.ISO_8859_1)))
        .isEqualTo(enhanceYourCalm);
    assertThat(other.send(get("/")).readAnswer()).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void clientThatBreaksTheProtocolIsToldWhat() throws Exception {
    RawClient broken = connect(serve(ServerTestBed::echo)).send(Http2Frames.PREFACE);

    broken.send(Http2Frames.get(2, "/")); // even numbers are the server's

    int protocolError = 1;
    assertThat(goAway(broken.readAll().getBytes(StandardCharsets.ISO_8859_1)))
        .isEqualTo(protocolError);
  }

  @Test
  void streamThatIsResetIsAbandoned() throws Exception {
    BlockingQueue<HttpExchange> arrived = new LinkedBlockingQueue<>();
    RawClient client = connect(serve(arrived::add)).send(Http2Frames.PREFACE);
    client.send(Http2Frames.get(1, "/")).send(Http2Frames.get(3, "/"));
    HttpExchange reset = arrived.take();
    HttpExchange kept = arrived.take();

    client.send(Http2Frames.reset(1));

    await().until(reset::isAbandoned);
    assertThat(kept.isAbandoned()).isFalse();
    client.reset();
    await().until(kept::isAbandoned);
  }
}
