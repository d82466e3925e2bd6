// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.document.ServiceDocument;
import io.cairn.service.Operation;
import io.cairn.service.ServiceHost;
import io.cairn.service.StatefulService;
import io.cairn.testkit.Answer;
import io.cairn.testkit.HttpProbe;
import io.cairn.testkit.RawConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A request gets the same answer, byte for byte, whether it goes to the owner or to another node.
 */
class HandedOnRequestsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String FACTORY = "/mirrors";
  private static final String LINK = FACTORY + "/one";
  private static final String EXCEPTION = "jdk.JavaExceptionThrow";

  /** Means the connection, and so does not reach the owner. */
  private static final Set<String> OF_THE_CONNECTION =
      Set.of("host", "connection", "content-length", "transfer-encoding", "expect", "te");

  /** Each update makes a version of its own. */
  private static final Pattern OF_THE_VERSION =
      Pattern.compile("etag: [^\r]*\r\n|\"document(Version|UpdateTimeMicros)\":\\d+");

  private static TestCluster cluster;
  private static int owner;

  /** A document. */
  public static class Mirror extends ServiceDocument {
    public @Nullable String text;
  }

  /** Answers a PUT with what came, or with what its query asks for. */
  public static final class Mirrors extends StatefulService {
    public static final String FACTORY_LINK = FACTORY;

    public Mirrors() {
      super(Mirror.class);
      toggleOption(ServiceOption.PERSISTENCE, true);
      toggleOption(ServiceOption.REPLICATION, true);
      toggleOption(ServiceOption.OWNER_SELECTION, true);
    }

    @Override
    public void handlePut(Operation put) {
      String query = put.getUri().getQuery();
      switch (query == null ? "" : query) {
        case "binary" -> answer(put, random(5000), "application/x-any");
        case "large" -> answer(put, random(700_000), "application/x-any");
        case "nothing" -> put.setBodyNoCloning(null).complete();
        case "text" -> answer(put, "grüß ☃", "text/plain; charset=utf-8");
        case "fails" -> put.fail(418, new IllegalStateException("no coffee: ☕"), null);
        case "own-error" -> put.fail(499, new IllegalStateException("x"), random(300));
        case "headers" -> {
          put.addResponseHeader("X-Value", "grüß \t ÿ").addResponseHeader("set-cookie", "a=b; c");
          put.addResponseHeader("x-empty", "").addResponseHeader("retry-after", "7");
          answer(put, "{}", null);
        }
        case "bad-header" -> {
          put.addResponseHeader("x y", "z");
          answer(put, "{}", null);
        }
        default -> answer(put, seen(put), "text/plain");
      }
    }

    private static void answer(Operation put, Object body, @Nullable String type) {
      put.setBodyNoCloning(body).setContentType(type).complete();
    }
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static String seen(Operation op) {
    Map<String, String> headers = new TreeMap<>(op.getRequestHeaders());
    headers.keySet().removeAll(OF_THE_CONNECTION);
    Object body = op.getBodyRaw();
    return "%s %s%n%s%n%s%n%s %s%n%s%n%s"
        .formatted(
            op.getAction(),
            op.getUri().getRawPath() + '?' + op.getUri().getRawQuery(),
            headers,
            op.getContentType(),
            op.getContextId(),
            op.getTransactionId(),
            op.hasReferer() && op.getRefererAsString().contains("unknown") ? "?" : op.getReferer(),
            body instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : "text " + body);
  }

  private static void startServices(ServiceHost host) {
    host.startFactory(new Mirrors());
  }

  @BeforeAll
  static void start() throws IOException {
    cluster = TestCluster.start(2, HandedOnRequestsTest::startServices);
    cluster.awaitGroup(FACTORY, PATIENCE);
    Answer created = http(0).post(FACTORY, "{\"documentSelfLink\":\"one\",\"text\":\"a\"}");
    assertThat(created.status()).as(created.toString()).isEqualTo(200);
    String id = http(0).get(LINK).json().path("documentOwner").asString();
    owner = id.equals(cluster.host(0).host().getId()) ? 0 : 1;
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  private static HttpProbe http(int node) {
    return cluster.host(node).http();
  }

  private static String ask(int node, String head, byte[] body) throws IOException {
    try (RawConnection client = new RawConnection(cluster.host(node).uri())) {
      String length = body.length == 0 ? "" : "Content-Length: " + body.length + "\r\n";
      client.send(head + "Host: localhost\r\nConnection: close\r\n" + length + "\r\n").send(body);
      return client.readAll(PATIENCE).replaceFirst("date: [^\r]*\r\n", "");
    }
  }

  private static void same(String head, byte[] body) throws IOException {
    String there = answer(1 - owner, head, body);
    String here = answer(owner, head, body);
    assertThat(there).startsWith("HTTP/1.1 ");
    int at = Arrays.mismatch(there.toCharArray(), here.toCharArray());
    assertThat(at)
        .as(
            () ->
                "%s%n...%s%nbut at the owner%n...%s"
                    .formatted(head, part(there, at), part(here, at)))
        .isEqualTo(-1);
  }

  /** On a busy machine the document may have no owner for a moment. */
  private static String answer(int node, String head, byte[] body) {
    String answer =
        await()
            .atMost(PATIENCE)
            .until(() -> ask(node, head, body), text -> !text.startsWith("HTTP/1.1 503"));
    return OF_THE_VERSION.matcher(answer).replaceAll("");
  }

  private static String part(String text, int at) {
    return text.substring(Math.max(0, at - 200), Math.min(text.length(), at + 200));
  }

  private static String put(String fields) {
    return "PUT " + LINK + " HTTP/1.1\r\n" + fields;
  }

  static List<byte[]> bodies() {
    return List.of(
        "{\"text\":\"grüß ☃\"}".getBytes(StandardCharsets.UTF_8),
        "not JSON".getBytes(StandardCharsets.UTF_8),
        random(1000),
        random(250_000),
        random(300_000), // goes the long way
        new byte[] {0});
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void bodyReachesTheHandlerAsItWasSent(byte[] body) throws IOException {
    for (String type : List.of("application/json", "application/x-any", "text/plain", "a/xml")) {
      same(put("Content-Type: " + type + "\r\n"), body);
    }
    same(put(""), body);
  }

  @Test
  void requestWithoutABodyHasNone() throws IOException {
    same(put("Content-Length: 0\r\n"), new byte[0]);
    same(put(""), new byte[0]);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Odd!#$%&'*+-.^_`|~: a\r\n",
        "x-value: \u00fc\u00ff \t\u0080!\"#%\r\n",
        "x-empty:\r\nx-blank:   \r\n",
        "X-Twice: a\r\nx-twice: b\r\n",
        "Accept: text/html, */*;q=0.1\r\nUser-Agent: \r\nCookie: a=b; c=d\r\n",
        "Referer: http://somebody/else\r\n",
        "Referer: not a URI\r\n",
        "X-Xenon-Ctx-Id: context\r\nX-Xenon-Tx-Id: transaction\r\n",
        "Pragma: a, b; xn-fwd\r\n",
        "X-Cairn-Notification-Depth: 3\r\n",
        "X-Forwarded-For: 1.2.3.4\r\nVia: 1.1 proxy\r\nForwarded: for=a\r\n",
        "Authorization: Basic YTpi\r\nx-xenon-auth-token: a.b.c\r\n",
        "If-Match: \"nothing\"\r\n",
        "If-Match: *\r\n",
      })
  void fieldsReachTheHandlerAsTheyWereSent(String fields) throws IOException {
    same(put(fields + "Content-Type: application/x-any\r\n"), new byte[] {1});
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "binary", "large", "nothing", "text", "fails", "own-error", "headers", "bad-header",
        "a=b&c=d", "a=%20b", "a=[b]", "a=\u00fc", "$filter=a'b(c)", "consistency=local", "?", ""
      })
  void answerComesBackAsItWasGiven(String query) throws IOException {
    same("PUT " + LINK + '?' + query + " HTTP/1.1\r\n", new byte[] {1});
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /mirrors/one",
        "HEAD /mirrors/one",
        "GET /mirrors/none",
        "HEAD /mirrors/none",
        "DELETE /mirrors/none",
        "GET /mirrors/one?a",
        "GET /mirrors/one/",
        "GET //mirrors/one",
        "GET /mirrors/../mirrors/one",
        "GET /mirrors/%6fne",
        "GET /mirrors/one%2f",
        "GET /mirrors/{one}",
        "GET /mirrors/one/template",
        "GET /mirrors/one?consistency=none",
        "PATCH /mirrors/one",
        "POST /mirrors/one",
        "OPTIONS /mirrors/one",
        "TRACE /mirrors/one",
        "GET /mirrors/" + "\u00fc",
      })
  void otherRequestsAreAnsweredTheSame(String line) throws IOException {
    same(line + " HTTP/1.1\r\n", new byte[0]);
  }

  @Test
  void conditionsAreJudgedByTheOwner() throws IOException {
    Answer document = http(1 - owner).get(LINK);
    String tag = String.valueOf(document.header("etag"));
    assertThat(http(owner).get(LINK).header("etag")).isEqualTo(tag);

    assertThat(http(1 - owner).get(LINK, "if-none-match", tag).status()).isEqualTo(304);
    assertThat(http(1 - owner).get(LINK, "if-none-match", "\"x\"").status()).isEqualTo(200);
    assertThat(http(1 - owner).put(LINK, "{}", "if-match", "\"x\"").status()).isEqualTo(412);
  }

  @Test
  void requestToAnotherNodeThrowsNothing(@TempDir Path directory) {
    // Once is enough: what throws does so each time, and a change of the owner may throw.
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(thrownByRequests(directory)).isEmpty());
  }

  private static List<RecordedEvent> thrownByRequests(Path directory) throws IOException {
    Path file = directory.resolve("thrown.jfr");
    try (Recording recording = new Recording()) {
      recording.enable(EXCEPTION).withStackTrace().with("throttle", "off");
      recording.start();
      for (int i = 0; i < 20; i++) {
        assertThat(http(1 - owner).get(LINK).status()).isEqualTo(200);
        assertThat(http(1 - owner).put(LINK, "{}").status()).isEqualTo(200);
      }
      recording.stop();
      recording.dump(file);
    }
    return RecordingFile.readAllEvents(file).stream()
        .filter(event -> event.getEventType().getName().equals(EXCEPTION))
        .filter(HandedOnRequestsTest::isOfARequest)
        .toList();
  }

  /** Others go on in this process at the same time; a request is on loops and handlers. */
  private static boolean isOfARequest(RecordedEvent event) {
    String thread = event.getThread() == null ? null : event.getThread().getJavaName();
    return thread != null
        && thread.matches("cairn-(http|peer|handler)-\\d.*")
        && event.getStackTrace() != null
        && event.getStackTrace().getFrames().stream()
            .map(frame -> frame.getMethod().getType().getName())
            .anyMatch(type -> type.startsWith("io.cairn.runtime."));
  }
}
