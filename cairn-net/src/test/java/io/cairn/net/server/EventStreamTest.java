// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cairn.net.EventStream;
import io.cairn.net.HttpExchange;
import io.cairn.net.HttpHeaders;
import io.cairn.net.ServerEvent;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventStreamTest extends ServerTestBed {
  private final BlockingQueue<EventStream> streams = new LinkedBlockingQueue<>();

  private void stream(HttpExchange exchange) {
    if (exchange.request().path().equals("/plain")) {
      ServerTestBed.echo(exchange);
    } else {
      streams.add(exchange.startEventStream(HttpHeaders.of("x-a", "b")));
    }
  }

  private EventStream taken() throws InterruptedException {
    EventStream stream = streams.poll(10, TimeUnit.SECONDS);
    assertThat(stream).isNotNull();
    return stream;
  }

  @Test
  void eventsArriveInTheirFormAndTheConnectionGoesOn() throws Exception {
    RawClient client = connect(serve(this::stream)).send(get("/") + get("/plain"));
    EventStream stream = taken();
    assertThat(client.readUntil("\r\n\r\n"))
        .contains("content-type: text/event-stream", "x-a: b", "transfer-encoding: chunked");
    ServerEvent full = new ServerEvent("kind", "one\ntwo", "7", Duration.ofSeconds(3));
    assertThat(stream.send(full)).isEqualTo(EventStream.Delivery.QUEUED);
    assertThat(client.readUntil("\n\n\r\n"))
        .endsWith("event: kind\nid: 7\nretry: 3000\ndata: one\ndata: two\n\n\r\n");
    stream.comment("beat");
    assertThat(client.readUntil("\n\n\r\n")).endsWith(": beat\n\n\r\n");
    stream.close();
    assertThat(client.readUntil("0\r\n\r\n")).isEqualTo("0\r\n\r\n");
    assertThat(stream.send(full)).isEqualTo(EventStream.Delivery.CLOSED);
    assertThat(client.readAnswer()).endsWith("GET /plain null ");
  }

  @Test
  void streamsAreKeptAliveByComments() throws Exception {
    HttpServer server =
        serve(this::stream, limits -> limits.eventStreamPing(Duration.ofMillis(20)));
    RawClient client = connect(server).send(get("/"));
    EventStream stream = taken();
    assertThat(client.readUntil(": ping\n\n\r\n")).contains("text/event-stream");
    assertThat(client.readUntil(": ping\n\n\r\n")).endsWith(": ping\n\n\r\n");
    stream.close();
    client.readUntil("0\r\n\r\n");
  }

  @Test
  void http10GetsEventsUntilTheConnectionEnds() throws Exception {
    RawClient client = connect(serve(this::stream)).send("GET / HTTP/1.0\r\n\r\n");
    EventStream stream = taken();
    stream.send(ServerEvent.of("a"));
    stream.close();
    assertThat(client.readAll()).doesNotContain("chunked").endsWith("\r\n\r\ndata: a\n\n");
  }

  @Test
  void slowReaderOverflowsVisibly() throws Exception {
    HttpServer server = serve(this::stream, limits -> limits.eventStreamBufferBytes(100_000));
    RawClient client = closing(new RawClient(server.addresses().getFirst(), 4_096));
    client.send(get("/"));
    EventStream stream = taken();
    ServerEvent event = ServerEvent.of("a".repeat(10_000));
    int sent = 0;
    while (stream.send(event) == EventStream.Delivery.QUEUED) {
      assertThat(++sent).isLessThan(10_000);
    }
    assertThat(stream.isOpen()).isTrue();
    client.readUntil("a".repeat(1_000));
    Thread reader = Thread.ofVirtual().start(() -> drain(client));
    await().until(() -> stream.send(event) == EventStream.Delivery.QUEUED);
    stream.close();
    client.close();
    reader.join();
  }

  private static void drain(RawClient client) {
    try {
      client.readAll();
    } catch (java.io.IOException closed) {
      // The test is over.
    }
  }

  @Test
  void clientThatLeavesEndsTheStream() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    try (RawClient client = new RawClient(serve(this::stream))) {
      client.send(get("/"));
      taken().onClose(ended::countDown);
    }
    assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void http2CarriesEvents() throws Exception {
    HttpServer server = serve(this::stream);
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
      var answer =
          client.sendAsync(
              HttpRequest.newBuilder(uri(server, "/")).build(), BodyHandlers.ofString());
      EventStream stream = taken();
      stream.send(ServerEvent.of("kind", "a"));
      stream.send(ServerEvent.of("b"));
      stream.close();
      assertThat(answer.get(10, TimeUnit.SECONDS).version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(answer.join().body()).isEqualTo("event: kind\ndata: a\n\ndata: b\n\n");
    }
  }

  @Test
  void eventTypeMustBeOneLine() {
    assertThatThrownBy(() -> ServerEvent.of("a\nb", "c"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(ServerEvent.of("a\r\nb\rc").encoded())
        .asString(UTF_8)
        .isEqualTo("data: a\ndata: b\ndata: c\n\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "ü\n\r\nß", "x\r"})
  void payloadOfBytesIsThatOfTheirText(String text) {
    ServerEvent.Payload payload = ServerEvent.Payload.of(text.getBytes(UTF_8));
    assertThat(new ServerEvent("kind", payload, "7", null).encoded())
        .isEqualTo(new ServerEvent("kind", text, "7", null).encoded());
  }
}
