// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.net.HttpExchange;
import io.cairn.net.HttpHeaders;
import io.cairn.net.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class BodyBudgetTest extends ServerTestBed {
  private static final int LARGEST = 100_000;
  private static final int BUDGET = 150_000;

  private final BlockingQueue<HttpExchange> handled = new LinkedBlockingQueue<>();

  private HttpServer serve() throws IOException {
    return serve(handled::add, limits -> limits.maxBodyBytes(LARGEST).requestBodyBudget(BUDGET));
  }

  private static String post(int length) {
    return "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + "\r\n\r\n";
  }

  private static String large() {
    return post(LARGEST) + "a".repeat(LARGEST);
  }

  private static String chunked() {
    return "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        + Integer.toHexString(LARGEST)
        + "\r\n"
        + "a".repeat(LARGEST)
        + "\r\n0\r\n\r\n";
  }

  private static byte[] gzip(int length) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(new byte[length]);
    }
    return bytes.toByteArray();
  }

  private static byte[] compressed() throws IOException {
    byte[] body = gzip(LARGEST);
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    String head = post(body.length).replace("\r\n\r\n", "\r\nContent-Encoding: gzip\r\n\r\n");
    request.writeBytes(head.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    request.writeBytes(body);
    return request.toByteArray();
  }

  private HttpExchange next() throws InterruptedException {
    HttpExchange exchange = handled.poll(10, TimeUnit.SECONDS);
    assertThat(exchange).isNotNull();
    return exchange;
  }

  private void answerNext() throws InterruptedException {
    next().respond(HttpResponse.empty(200));
  }

  /** Whether a large body gets in, on a connection of its own. */
  private boolean letsIn(HttpServer server) throws Exception {
    RawClient client = connect(server).send(large());
    HttpExchange exchange = handled.poll(200, TimeUnit.MILLISECONDS);
    if (exchange != null) {
      exchange.respond(HttpResponse.empty(200));
    }
    return client.readAnswer().startsWith("HTTP/1.1 200 ");
  }

  private static void assertRefused(String answer) {
    assertThat(answer)
        .startsWith("HTTP/1.1 503 ")
        .contains("retry-after: ")
        .contains("requestBodyBudget")
        .contains(String.valueOf(BUDGET));
  }

  @Test
  void bodiesOfAllConnectionsShareOneBudget() throws Exception {
    HttpServer server = serve();
    RawClient first = connect(server).send(large());
    HttpExchange held = next();
    assertRefused(connect(server).send(post(LARGEST)).readAll()); // Before a byte of it was sent.
    assertRefused(connect(server).send(chunked()).readAll());
    assertRefused(connect(server).send(compressed()).readAnswer());
    RawClient small = connect(server).send(post(8_000) + "a".repeat(8_000));
    answerNext();
    assertThat(small.readAnswer()).startsWith("HTTP/1.1 200 ");
    held.respond(HttpResponse.empty(200));
    assertThat(first.readAnswer()).startsWith("HTTP/1.1 200 ");
    assertThat(letsIn(server)).isTrue();
  }

  @Test
  void streamsShareTheBudgetWithEverybody() throws Exception {
    HttpServer server = serve();
    Http2TestClient streams = closing(new Http2TestClient(server));
    Map<String, String> fields = Map.of(":method", "POST", ":path", "/", ":authority", "x");
    connect(server).send(large());
    HttpExchange held = next();
    Http2TestClient.Answer answer = streams.exchange(fields, "a".repeat(LARGEST));
    assertThat(answer.status()).isEqualTo("503");
    assertThat(answer.headers()).containsKey("retry-after");
    assertThat(answer.body()).contains("requestBodyBudget");
    held.respond(HttpResponse.empty(200));
    await().until(() -> server.heldBodyBytes() == 0);
    var _ = streams.begin(fields, "a".repeat(LARGEST), true);
    HttpExchange stream = next();
    assertRefused(connect(server).send(large()).readAll());
    stream.respond(HttpResponse.empty(200));
    await().until(() -> server.heldBodyBytes() == 0);
  }

  @Test
  void streamsThatNeverEndCountFromTheirFirstByte() throws Exception {
    HttpServer server = serve();
    Http2TestClient streams = closing(new Http2TestClient(server));
    Map<String, String> fields = Map.of(":method", "POST", ":path", "/", ":authority", "x");
    for (int i = 0; i < 10; i++) {
      var _ = streams.begin(fields, "a", false);
    }
    await().until(() -> server.heldBodyBytes() == 10 * (8 << 10));
    assertRefused(connect(server).send(large()).readAll());
    streams.close();
    await().until(() -> server.heldBodyBytes() == 0);
  }

  @Test
  void clientThatLeavesMidwayGivesItsShareBack() throws Exception {
    HttpServer server = serve();
    RawClient client = connect(server).send(post(LARGEST) + "a".repeat(LARGEST - 1));
    await().until(() -> server.heldBodyBytes() > BUDGET / 2);
    client.close();
    await().until(() -> server.heldBodyBytes() == 0);
  }

  @Test
  void bodyCountsWhileAHandlerWorksForAClientThatHasGone() throws Exception {
    HttpServer server = serve();
    RawClient client = connect(server).send(large());
    HttpExchange held = next();
    client.reset();
    await().until(() -> server.connectionCount() == 0);
    assertThat(letsIn(server)).isFalse();
    held.respond(HttpResponse.empty(200));
    await().until(() -> server.heldBodyBytes() == 0);
  }

  @Test
  void bodyCountsUntilItsLargeAnswerHasBeenRead() throws Exception {
    HttpServer server = serve();
    RawClient client = closing(new RawClient(server.addresses().getFirst(), 4_096));
    client.send(large());
    next().respond(HttpResponse.of(200, HttpHeaders.empty(), new byte[20 << 20]));
    assertThat(letsIn(server)).isFalse();
    client.close();
    await().until(() -> server.heldBodyBytes() == 0);
  }

  @Test
  void requestsBehindTheEndOfAConnectionGiveTheirSharesBack() throws Exception {
    HttpServer server = serve();
    int half = LARGEST / 2;
    RawClient client = connect(server);
    client.send((post(half) + "a".repeat(half)).repeat(2));
    HttpExchange first = next();
    HttpExchange second = next();
    first.respond(HttpResponse.empty(200).with("connection", "close"));
    client.readAll();
    assertThat(server.heldBodyBytes()).isPositive();
    second.respond(HttpResponse.empty(200));
    await().until(() -> server.heldBodyBytes() == 0);
  }

  @Test
  void oneBodyAloneIsNeverRefusedForTheBudget() throws Exception {
    HttpServer server =
        serve(handled::add, limits -> limits.maxBodyBytes(LARGEST).requestBodyBudget(1));
    assertThat(letsIn(server)).isTrue();
    await().until(() -> server.heldBodyBytes() == 0);
    RawClient client = connect(server).send(compressed()); // Held beside its compressed form.
    answerNext();
    assertThat(client.readAnswer()).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void bodiesThatCameOverOtherNodesShareTheBudget() throws Exception {
    HttpServer server = serve();
    Runnable first = server.admitBody(LARGEST);
    assertThat(first).isNotNull();

    assertThat(server.admitBody(LARGEST)).as("there is no room for two").isNull();
    assertRefused(connect(server).send(large()).readAll());

    assertThat(server.admitBody(8_000)).as("small ones are not counted").isNotNull();
    first.run();
    first.run();
    assertThat(server.heldBodyBytes()).isZero();
    assertThat(letsIn(server)).isTrue();
  }
}
