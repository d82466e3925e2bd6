// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.routes;

import static io.cairn.service.routes.Route.post;
import static io.cairn.service.routes.Route.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.service.DocumentService;
import io.cairn.service.http.BodyWriter;
import io.cairn.service.routes.Multipart;
import io.cairn.service.routes.Routes;
import io.cairn.testkit.Answer;
import io.cairn.testkit.RawConnection;
import io.cairn.testkit.TestHost;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamedBodiesTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  /** Our window, the buffers of sockets, and what the JDK's client buffers. */
  private static final long BOUND = 40 << 20;

  private static final AtomicReference<@Nullable Exception> failed = new AtomicReference<>();
  private static final Semaphore goOn = new Semaphore(0);

  private static TestHost host;

  @BeforeAll
  static void start() {
    host =
        TestHost.start(
            it -> {
              it.start(routes());
              it.start(
                  Routes.at("/shop")
                      .on(
                          post("/{photo}", Photo.class)
                              .takes(InputStream.class)
                              .to((request, _, body) -> count(body)))
                      .on(
                          post("/{shelf}/{photo}", Shelved.class)
                              .takes(InputStream.class)
                              .to((request, _, body) -> count(body))));
              it.start(DocumentService.of(Order.class).at("/shop/orders"));
            });
  }

  @AfterAll
  static void stop() {
    host.close();
  }

  @BeforeEach
  void forget() {
    failed.set(null);
    goOn.drainPermits();
  }

  private static Routes routes() {
    return Routes.at("/in")
        .on(post("/count").takes(InputStream.class).to((request, _, body) -> count(body)))
        .on(post("/later").takes(InputStream.class).to((request, _, body) -> countLater(body)))
        .on(post("/unread").takes(InputStream.class).to((request, _, body) -> "enough"))
        .on(post("/csv").takes(InputStream.class, "text/csv").to((request, _, body) -> count(body)))
        .on(put("/echo").takes(InputStream.class).to((request, _, body) -> echo(body)))
        .on(post("/form").takes(Multipart.class).to((request, _, form) -> parts(form)));
  }

  private static long count(InputStream body) throws IOException {
    try {
      long count = 0;
      byte[] block = new byte[64 << 10];
      for (int n = body.read(block); n >= 0; n = body.read(block)) {
        count += n;
      }
      return count;
    } catch (IOException e) {
      failed.set(e);
      throw e;
    }
  }

  private static long countLater(InputStream body) throws Exception {
    goOn.acquire();
    return count(body);
  }

  private static BodyWriter echo(InputStream body) {
    return out -> body.transferTo(out);
  }

  record Order(String title) {}

  record Photo(String photo) {}

  record Shelved(String shelf, String photo) {}

  record PartSeen(String name, @Nullable String file, String type, String content) {}

  private static List<PartSeen> parts(Multipart form) throws IOException {
    List<PartSeen> seen = new ArrayList<>();
    for (var next = form.next(); next.isPresent(); next = form.next()) {
      var part = next.get();
      String content =
          switch (part.name()) {
            case "skipped" -> "";
            case "large" -> Long.toString(count(part.stream()));
            default -> part.text(100);
          };
      seen.add(
          new PartSeen(part.name(), part.fileName().orElse(null), part.contentType(), content));
    }
    return seen;
  }

  /** An endless or very long source that counts what was taken from it. */
  private static final class Source extends InputStream {
    private final AtomicLong taken = new AtomicLong();
    private final long size;

    Source(long size) {
      this.size = size;
    }

    @Override
    public int read() {
      return taken.get() < size && taken.incrementAndGet() > 0 ? 'x' : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      long left = size - taken.get();
      int step = (int) Math.min(left, length);
      taken.addAndGet(step);
      return step == 0 ? -1 : step;
    }
  }

  /** A client that speaks the version already: it would begin HTTP/2 with a GET of its own only. */
  private static HttpClient client(HttpClient.Version version) throws Exception {
    HttpClient client = HttpClient.newBuilder().version(version).build();
    HttpRequest first = HttpRequest.newBuilder(host.uri().resolve("/core/health/live")).build();
    assertThat(client.send(first, BodyHandlers.discarding()).version()).isEqualTo(version);
    return client;
  }

  @Test
  void anUploadThatWouldRatherBeHttp2StaysWhereItBegan() throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(host.uri().resolve("/in/count"))
              .POST(BodyPublishers.ofInputStream(() -> new Source(100L << 20)))
              .build();
      var answer = client.send(request, BodyHandlers.ofString());
      assertThat(answer.body()).isEqualTo(Long.toString(100L << 20));
      assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
    }
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void bodiesBeyondEveryLimitArriveWhole(HttpClient.Version version) throws Exception {
    long size = 300L << 20;
    try (HttpClient client = client(version)) {
      HttpRequest request =
          HttpRequest.newBuilder(host.uri().resolve("/in/count"))
              .POST(BodyPublishers.ofInputStream(() -> new Source(size)))
              .build();
      var answer = client.send(request, BodyHandlers.ofString());
      assertThat(answer.body()).isEqualTo(Long.toString(size));
    }
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void aHandlerThatDoesNotReadStopsTheClient(HttpClient.Version version) throws Exception {
    Source source = new Source(200L << 20);
    try (HttpClient client = client(version)) {
      HttpRequest request =
          HttpRequest.newBuilder(host.uri().resolve("/in/later"))
              .POST(BodyPublishers.ofInputStream(() -> source))
              .build();
      var answer = client.sendAsync(request, BodyHandlers.ofString());
      await().until(() -> source.taken.get() > 0);
      await().during(Duration.ofMillis(300)).until(standsStill(source.taken));
      assertThat(source.taken.get()).isLessThan(BOUND);
      goOn.release();
      assertThat(answer.get().body()).isEqualTo(Long.toString(source.size));
    }
  }

  private static Callable<Boolean> standsStill(AtomicLong counter) {
    AtomicLong before = new AtomicLong(-1);
    return () -> before.getAndSet(counter.get()) == counter.get();
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void bytesGoInAndOutAtTheSameTime(HttpClient.Version version) throws Exception {
    // The JDK's client does not read while it writes: over HTTP/2 it takes 16 MiB meanwhile.
    long size = version == HttpClient.Version.HTTP_2 ? 10L << 20 : 100 << 10;
    try (HttpClient client = client(version)) {
      HttpRequest request =
          HttpRequest.newBuilder(host.uri().resolve("/in/echo"))
              .PUT(BodyPublishers.ofInputStream(() -> new Source(size)))
              .build();
      assertThat(client.send(request, BodyHandlers.ofByteArray()).body()).hasSize((int) size);
    }
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void anAnswerBeforeTheEndOfTheBodyArrives(HttpClient.Version version) throws Exception {
    try (HttpClient client = client(version)) {
      HttpRequest request =
          HttpRequest.newBuilder(host.uri().resolve("/in/csv"))
              .expectContinue(true)
              .header("Content-Type", "text/plain")
              .POST(BodyPublishers.ofInputStream(() -> new Source(100L << 20)))
              .build();
      assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(415);
    }
  }

  @Test
  void smallBodiesAndTheRequestsBehindThemAreServed() throws Exception {
    try (RawConnection raw = new RawConnection(host.uri())) {
      String head = "POST /in/count HTTP/1.1\r\nHost: localhost\r\n";
      raw.send(
          head
              + "Content-Length: 3\r\n\r\nabc"
              + head
              + "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n"
              + head
              + "Content-Length: 4\r\nConnection: close\r\n\r\nabcd"
              + head
              + "Content-Length: 5\r\n\r\nabcde");
      String answers = raw.readAll(Duration.ofSeconds(5));
      assertThat(answers).containsSubsequence("\r\n\r\n3", "\r\n\r\n5", "\r\n\r\n4");
      assertThat(answers.split("HTTP/1.1 200", -1)).hasSize(4);
      assertThat(raw.isClosedByHost()).isTrue();
    }
  }

  @Test
  void aClientThatWaitsForAWordGetsIt() throws Exception {
    try (RawConnection raw = new RawConnection(host.uri())) {
      raw.send(
          "POST /in/count HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
      String word = "HTTP/1.1 100 Continue\r\n\r\n";
      assertThat(raw.readUntil("\r\n\r\n", LIMIT)).isEqualTo(word);
      raw.send("abc");
      assertThat(raw.readUntil("\r\n\r\n3", LIMIT)).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void whoDoesNotReadTheBodyEndsTheConnection() throws Exception {
    try (RawConnection raw = new RawConnection(host.uri())) {
      raw.send("POST /in/unread HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\nabc");
      assertThat(raw.readAll(Duration.ofSeconds(5)))
          .contains("connection: close")
          .endsWith("enough");
      assertThat(raw.isClosedByHost()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Content-Length: 1000\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n5\r\nab"})
  void aClientThatGoesInTheMiddleEndsTheReading(String body) throws Exception {
    try (RawConnection raw = new RawConnection(host.uri())) {
      raw.send("POST /in/count HTTP/1.1\r\nHost: localhost\r\n" + body);
      assertThat(raw.readAll(Duration.ofMillis(100))).isEmpty();
    }
    await().until(() -> failed.get() != null);
  }

  @Test
  void aMalformedChunkIsTheClientsMistake() throws Exception {
    try (RawConnection raw = new RawConnection(host.uri())) {
      raw.send("POST /in/count HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
      raw.send("2\r\nabXX");
      String answer = raw.readAll(Duration.ofSeconds(5));
      assertThat(answer).startsWith("HTTP/1.1 400").contains("Malformed chunk");
      assertThat(answer.split("HTTP/1.1", -1)).hasSize(2);
      assertThat(raw.isClosedByHost()).isTrue();
    }
  }

  @Test
  void compressedBodiesAreRead() throws Exception {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
      out.write(new byte[1_000_000]);
    }
    try (HttpClient client = HttpClient.newHttpClient()) {
      var request =
          HttpRequest.newBuilder(host.uri().resolve("/in/count"))
              .header("Content-Encoding", "gzip");
      var whole = request.copy().POST(BodyPublishers.ofByteArray(compressed.toByteArray())).build();
      assertThat(client.send(whole, BodyHandlers.ofString()).body()).isEqualTo("1000000");
      var bad = request.copy().POST(BodyPublishers.ofString("no gzip at all")).build();
      assertThat(client.send(bad, BodyHandlers.ofString()).statusCode()).isEqualTo(400);
      var unknown =
          HttpRequest.newBuilder(host.uri().resolve("/in/count"))
              .header("Content-Encoding", "br")
              .POST(BodyPublishers.ofString("x"))
              .build();
      assertThat(client.send(unknown, BodyHandlers.ofString()).statusCode()).isEqualTo(415);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/shop/orders",
        "/shop/orders/",
        "/shop/%6Frders",
        "/shop//orders",
        "/shop/./orders"
      })
  void whatAnswersInsideTheNamespaceOfStreamsReadsItsBodyWhole(String path) throws Exception {
    try (RawConnection raw = new RawConnection(host.uri())) {
      raw.send(json("POST " + path, "{\"title\":\"tea\"}"));
      assertThat(raw.readAll(Duration.ofMillis(500)))
          .startsWith("HTTP/1.1 200")
          .contains("\"title\":\"tea\"");
    }
  }

  @Test
  void childrenAndUtilitiesInsideTheNamespaceOfStreamsReadTheirBodiesWhole() throws Exception {
    String body = "{\"title\":\"milk\",\"documentSelfLink\":\"milk\"}";
    assertThat(host.http().post("/shop/orders", body).status()).isEqualTo(200);
    assertThat(host.http().put("/shop/orders/milk", "{\"title\":\"oats\"}").status())
        .isEqualTo(200);
    assertThat(host.http().get("/shop/orders/milk").text()).contains("oats");
    Answer answer = host.http().post("/shop/orders/milk/subscriptions", "{}");
    assertThat(answer.status()).as(answer::text).isEqualTo(400);
    assertThat(host.http().post("/shop/photo", "12345").text()).isEqualTo("5");
    assertThat(host.http().post("/shop/left/photo", "12345").text()).isEqualTo("5");
  }

  private static String json(String target, String body) {
    return "%s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(target, body.length(), body);
  }

  @Test
  void callsWithinTheProcessAreReadToo() {
    assertThat(host.host().client().exchange("POST", "/in/count", List.of(1), String.class))
        .isEqualTo("3");
  }

  // ---- forms

  private static String part(String name, String more, String content) {
    return "--b\r\nContent-Disposition: form-data; name=\"%s\"%s\r\n\r\n%s\r\n"
        .formatted(name, more, content);
  }

  private static Answer form(String body) throws IOException {
    return host.http()
        .send("POST", "/in/form", body, "Content-Type", "multipart/form-data; boundary=b");
  }

  @Test
  void partsOfAFormAreReadInTheirOrder() throws Exception {
    Answer answer =
        form(
            part("title", "", "Grüße")
                + part("skipped", "", "nobody reads\r\n--a")
                + part(
                    "photo",
                    "; filename=\"C:\\\\a\\\\b \\\"c\\\".png\"\r\nContent-Type: image/png",
                    "\r\n-\r\n--\r\n--a\r\r\n")
                + part("empty", "; filename=plain.txt", "")
                + part("large", "", "x".repeat(200_000))
                + "--b--\r\n");
    assertThat(answer.status()).as(answer::text).isEqualTo(200);
    PartSeen[] seen = answer.as(PartSeen[].class);
    assertThat(seen)
        .containsExactly(
            new PartSeen("title", null, "text/plain", "Grüße"),
            new PartSeen("skipped", null, "text/plain", ""),
            new PartSeen("photo", "b \"c\".png", "image/png", "\r\n-\r\n--\r\n--a\r\r\n"),
            new PartSeen("empty", "plain.txt", "text/plain", ""),
            new PartSeen("large", null, "text/plain", "200000"));
  }

  @Test
  void hostileFormsAreRefused() throws Exception {
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 10_000; i++) {
      many.append(part("skipped", "", "x"));
    }
    refused(413, "more than 1000 parts", many + "--b--");
    refused(413, "more than 100 bytes", part("title", "", "x".repeat(101)) + "--b--");
    refused(413, "more than 8192 bytes", "--b\r\nX: " + "y".repeat(9000) + "\r\n\r\n--b--");
    refused(400, "does not begin with its boundary", "z".repeat(20_000));
    refused(400, "ends in the middle", part("title", "", "x"));
    refused(400, "ends in the middle", "--b\r\nContent-Disposition: form-data; name=x");
    refused(400, "no Content-Disposition", "--b\r\nX: y\r\n\r\n\r\n--b--");
    refused(400, "malformed head", "--b\r\nX\r\n\r\n\r\n--b--");
    refused(400, "neither a line's end", "--bb\r\n\r\n\r\n--b--");
    Answer noBoundary =
        host.http().send("POST", "/in/form", "x", "Content-Type", "multipart/form-data");
    assertThat(noBoundary.status()).isEqualTo(400);
    assertThat(noBoundary.text()).contains("with a boundary");
    assertThat(host.http().post("/in/form", "{}").status()).isEqualTo(415);
  }

  @Test
  void aNameMayFillTheHead() throws Exception {
    String name = "n".repeat(Multipart.LONGEST_HEAD - 200);
    Answer answer = form(part(name, "", "x") + part("a\\\"".repeat(2_000), "", "y") + "--b--\r\n");
    assertThat(answer.status()).as(answer::text).isEqualTo(200);
    assertThat(answer.as(PartSeen[].class)[0].name()).isEqualTo(name);
    assertThat(answer.as(PartSeen[].class)[1].name()).isEqualTo("a\"".repeat(2_000));
  }

  private static void refused(int status, String why, String body) throws IOException {
    Answer answer = form(body);
    assertThat(answer.status()).as(answer::text).isEqualTo(status);
    assertThat(answer.json().get("message").asString()).contains(why);
  }

  @Test
  void aTrickleOfChunksIsReadAsItComes() throws Exception {
    String body = part("title", "", "slow") + "--b--\r\n";
    try (RawConnection raw = new RawConnection(host.uri())) {
      raw.send(
          "POST /in/form HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked"
              + "\r\nContent-Type: multipart/form-data; boundary=b\r\n\r\n");
      for (byte each : body.getBytes(StandardCharsets.UTF_8)) {
        raw.send("1\r\n" + (char) each + "\r\n");
      }
      raw.send("0\r\n\r\n");
      assertThat(raw.readAll(Duration.ofSeconds(2))).startsWith("HTTP/1.1 200").contains("slow");
    }
  }
}
