// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.routes;

import static io.cairn.service.routes.Route.get;
import static io.cairn.service.routes.Route.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cairn.service.Service.Action;
import io.cairn.service.failure.Refusal;
import io.cairn.service.http.BodyWriter;
import io.cairn.service.http.EventSource;
import io.cairn.service.http.ServerSentEvent;
import io.cairn.service.routes.DefaultValue;
import io.cairn.service.routes.Routes;
import io.cairn.testkit.Answer;
import io.cairn.testkit.RawConnection;
import io.cairn.testkit.TestHost;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StreamedAnswersTest {

  /** Our window, the buffers of sockets, and what the JDK's client grants over HTTP/2. */
  private static final long BOUND = 40 << 20;

  record Size(@DefaultValue("0") long bytes) {}

  record Line(int number) {}

  private static final AtomicLong written = new AtomicLong();
  private static final AtomicReference<@Nullable Exception> ended = new AtomicReference<>();
  private static final CountDownLatch watcherLeft = new CountDownLatch(1);

  private static TestHost host;

  @BeforeAll
  static void start() {
    host =
        TestHost.start(
            it -> {
              it.start(routes());
              it.endpoint(
                  "/short/lines", Action.GET, _ -> IntStream.range(0, 2).mapToObj(Line::new));
            });
  }

  @AfterAll
  static void stop() {
    host.close();
  }

  private static Routes routes() {
    return Routes.at("/streams")
        .on(get("/endless").to((request, _) -> endless()))
        .on(get("/bytes", Size.class).to((request, size) -> bytes(size.bytes())))
        .on(get("/lines").to((request, _) -> IntStream.range(0, 3).mapToObj(Line::new)))
        .on(get("/refused").to((request, _) -> (BodyWriter) StreamedAnswersTest::refuse))
        .on(get("/broken").to((request, _) -> (BodyWriter) StreamedAnswersTest::breakOff))
        .on(
            get("/table")
                .to((request, _) -> Stream.of(new Line(1), new Line(2)))
                .as("text/csv", lines -> (BodyWriter) out -> csv(lines, out)))
        .on(get("/events").to((request, _) -> (EventSource) StreamedAnswersTest::twoEvents))
        .on(post("/events").to((request, _) -> (EventSource) StreamedAnswersTest::twoEvents))
        .on(get("/ticks").to((request, _) -> (EventSource) StreamedAnswersTest::ticks))
        .on(get("/failing").to((request, _) -> (EventSource) StreamedAnswersTest::failingEvents));
  }

  private static BodyWriter endless() {
    return out -> {
      byte[] piece = new byte[64 << 10];
      try {
        while (true) {
          out.write(piece);
          written.addAndGet(piece.length);
        }
      } catch (IOException e) {
        ended.set(e);
        throw e;
      }
    };
  }

  private static BodyWriter bytes(long count) {
    return out -> {
      byte[] piece = new byte[64 << 10];
      for (long left = count; left > 0; left -= piece.length) {
        out.write(piece, 0, (int) Math.min(left, piece.length));
      }
    };
  }

  private static void refuse(java.io.OutputStream out) {
    throw Refusal.conflict("not now");
  }

  private static void breakOff(java.io.OutputStream out) throws IOException {
    out.write("the first part".getBytes(StandardCharsets.UTF_8));
    out.flush();
    throw new IllegalStateException("it broke");
  }

  private static void csv(Stream<Line> lines, java.io.OutputStream out) throws IOException {
    for (Line line : lines.toList()) {
      out.write((line.number() + ";\n").getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void twoEvents(EventSource.Events events) throws IOException {
    events.send("line", new Line(1));
    events.send(new ServerSentEvent().setId("7").setData(events.lastEventId().orElse("none")));
  }

  private static void ticks(EventSource.Events events) throws Exception {
    try {
      while (true) {
        events.send("tick", new Line(1));
        Thread.sleep(5);
      }
    } finally {
      watcherLeft.countDown();
    }
  }

  private static void failingEvents(EventSource.Events events) throws IOException {
    events.send("line", new Line(1));
    throw new Refusal(409, "no more lines");
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void aSlowReaderSlowsTheHandlerAndAGoneOneEndsIt(HttpClient.Version version) throws Exception {
    written.set(0);
    ended.set(null);
    try (HttpClient client = HttpClient.newBuilder().version(version).build()) {
      InputStream body =
          client
              .send(
                  HttpRequest.newBuilder(host.uri().resolve("/streams/endless")).build(),
                  BodyHandlers.ofInputStream())
              .body();
      await().until(() -> written.get() > 0);
      await()
          .during(Duration.ofMillis(300))
          .until(
              new java.util.concurrent.Callable<Boolean>() {
                private long before = -1;

                @Override
                public Boolean call() {
                  long now = written.get();
                  boolean stands = now == before;
                  before = now;
                  return stands;
                }
              });
      assertThat(written.get()).isLessThan(BOUND);
      long before = written.get();
      body.skipNBytes(before + 1);
      await().until(() -> written.get() > before);
      body.close();
      client.shutdownNow();
      await().until(() -> ended.get() != null);
    }
  }

  @Test
  void largeAnswersArriveWhole() throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (long size : new long[] {0, 1, 16 << 10, 64L << 20}) {
        var request = HttpRequest.newBuilder(host.uri().resolve("/streams/bytes?bytes=" + size));
        var answer = client.send(request.build(), BodyHandlers.ofInputStream());
        long count = 0;
        byte[] block = new byte[64 << 10];
        try (InputStream body = answer.body()) {
          for (int n = body.read(block); n >= 0; n = body.read(block)) {
            count += n;
          }
        }
        assertThat(count).isEqualTo(size);
        assertThat(answer.statusCode()).isEqualTo(200);
      }
    }
  }

  @Test
  void valuesAreLinesOrAnArray() throws Exception {
    Answer lines = host.http().get("/streams/lines");
    assertThat(lines.header("content-type")).isEqualTo("application/x-ndjson");
    assertThat(lines.text()).isEqualTo("{\"number\":0}\n{\"number\":1}\n{\"number\":2}\n");
    Answer array = host.http().get("/streams/lines", "Accept", "application/json");
    assertThat(array.header("content-type")).isEqualTo("application/json");
    assertThat(array.json().size()).isEqualTo(3);
    assertThat(host.http().get("/short/lines").text())
        .isEqualTo("{\"number\":0}\n{\"number\":1}\n");
    Answer csv = host.http().get("/streams/table", "Accept", "text/csv");
    assertThat(csv.text()).isEqualTo("1;\n2;\n");
    assertThat(csv.header("content-type")).isEqualTo("text/csv");
    assertThat(host.http().get("/streams/table").json().size()).isEqualTo(2);
  }

  @Test
  void streamsWithinTheProcessAreGathered() {
    assertThat(host.host().client().exchange("GET", "/streams/lines", null, String.class))
        .contains("{\"number\":2}");
  }

  @Test
  void failuresBeforeTheFirstByteHaveTheirOwnAnswer() throws Exception {
    Answer refused = host.http().get("/streams/refused");
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.json().get("message").asString()).isEqualTo("not now");
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void failuresBehindTheFirstByteBreakTheAnswerOff(HttpClient.Version version) {
    try (HttpClient client = HttpClient.newBuilder().version(version).build()) {
      HttpRequest request = HttpRequest.newBuilder(host.uri().resolve("/streams/broken")).build();
      assertThatThrownBy(() -> client.send(request, BodyHandlers.ofString()))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void aClientThatEndsItsSideStillGetsTheWhole() throws Exception {
    try (RawConnection raw = new RawConnection(host.uri())) {
      raw.send("GET /streams/bytes?bytes=700000 HTTP/1.1\r\nHost: localhost\r\n\r\n").endOutput();
      String answer = raw.readAll(Duration.ofSeconds(5));
      assertThat(answer).startsWith("HTTP/1.1 200 OK").endsWith("0\r\n\r\n");
    }
  }

  @Test
  void eventsAreSentAsTheyCome() throws Exception {
    Answer events = host.http().get("/streams/events", "Last-Event-ID", "6");
    assertThat(events.header("content-type")).startsWith("text/event-stream");
    assertThat(events.text()).isEqualTo("event: line\ndata: {\"number\":1}\n\nid: 7\ndata: 6\n\n");
    assertThat(host.http().send("POST", "/streams/events", null).text()).contains("data: none");
    Answer failed = host.http().get("/streams/failing");
    assertThat(failed.text()).contains("event: x-xenon-error").contains("no more lines");
  }

  @Test
  void aWatcherThatGoesEndsItsEvents() throws Exception {
    try (RawConnection raw = new RawConnection(host.uri())) {
      raw.send("GET /streams/ticks HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(raw.readAll(Duration.ofMillis(1))).isNotNull();
    }
    await().until(() -> watcherLeft.getCount() == 0);
  }
}
