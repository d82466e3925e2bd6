// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.service.examples.ExampleService;
import io.cairn.testkit.Answer;
import io.cairn.testkit.EventStreamReader;
import io.cairn.testkit.HttpProbe;
import io.cairn.testkit.Outage;
import io.cairn.testkit.cluster.TestCluster;
import io.cairn.testkit.socket.SocketUser;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What becomes of those who are there already when something of theirs is taken back, and of whom a
 * node may believe that does not hear of it.
 */
class AccountsUnderFaultsTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration TRUST = Duration.ofSeconds(5);
  private static final String EXAMPLES = ExampleService.FACTORY_LINK;
  private static final String ONE = EXAMPLES + "/one";
  private static final String LOCAL = ONE + "?consistency=local";
  private static final String PASSWORD = "correct horse battery staple";
  private static final int POLICY = 1008;

  private static TestCluster cluster;
  private static String admin = "";

  @BeforeAll
  static void start() throws IOException {
    cluster =
        TestCluster.start(
            3,
            host -> host.startFactory(ExampleService::createFactory, EXAMPLES),
            arguments -> {
              arguments.membershipQuorum = 2;
              arguments.security.isAuthorizationEnabled = true;
              arguments.security.adminPassword = PASSWORD;
              arguments.security.cutOffTrustMicros = TRUST.toNanos() / 1_000;
            });
    await()
        .atMost(LIMIT)
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              admin = token(0, "admin@localhost");
              for (int node = 0; node < 3; node++) {
                assertThat(http(node).get(EXAMPLES, bearing(admin)).status()).isEqualTo(200);
              }
            });
    asAdmin(EXAMPLES, "{\"name\":\"one\",\"documentSelfLink\":\"one\"}");
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  private static HttpProbe http(int node) {
    return cluster.host(node).http();
  }

  private static String[] bearing(String token) {
    return new String[] {"x-xenon-auth-token", token};
  }

  private static Answer login(int node, String email) throws IOException {
    String secret = Base64.getEncoder().encodeToString((email + ":" + PASSWORD).getBytes(UTF_8));
    return http(node).post("/core/authn/basic", "{}", "authorization", "Basic " + secret);
  }

  private static String token(int node, String email) throws IOException {
    Answer answer = login(node, email);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    return String.valueOf(answer.header("x-xenon-auth-token"));
  }

  private static Answer asAdmin(String path, String json) throws IOException {
    // After a fault leaders change once more, and what met that is to be sent again.
    Answer answer =
        await()
            .atMost(LIMIT)
            .until(() -> http(0).post(path, json, bearing(admin)), it -> it.status() != 503);
    assertThat(answer.status()).as(path + " " + answer).isEqualTo(200);
    return answer;
  }

  /** Makes a user who may read examples, and what a grant of more says. */
  private static String user(String name, String role) throws IOException {
    String email = name + "@example.com";
    asAdmin(
        "/core/authz/users", "{\"documentSelfLink\":\"%1$s\",\"email\":\"%1$s\"}".formatted(email));
    asAdmin(
        "/core/auth/credentials",
        "{\"documentSelfLink\":\"%1$s\",\"userEmail\":\"%1$s\",\"privateKey\":\"%2$s\"}"
            .formatted(email, PASSWORD));
    asAdmin("/core/authz/grants", grant(email, role));
    return email;
  }

  private static String grant(String email, String role) {
    return "{\"role\":\"%s\",\"to\":\"%s\",\"on\":\"%s\"}".formatted(role, email, EXAMPLES);
  }

  private static void awaitStatus(int node, String path, String token, int status) {
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> assertThat(http(node).get(path, bearing(token)).status()).isEqualTo(status));
  }

  private static void awaitEverywhere(String token, int status) {
    for (int node = 0; node < 3; node++) {
      awaitStatus(node, ONE, token, status);
    }
  }

  // ---- what is open already

  /** Streams of a token, one at each host. */
  private static List<EventStreamReader> streams(String token) {
    List<EventStreamReader> streams = new ArrayList<>();
    for (int node = 0; node < 3; node++) {
      streams.add(
          EventStreamReader.open(
              cluster.host(node).uri().resolve(node == 0 ? EXAMPLES : ONE),
              null,
              "",
              bearing(token)));
    }
    return streams;
  }

  private static void awaitEnd(List<EventStreamReader> streams) {
    for (EventStreamReader stream : streams) {
      assertThat(stream.next(LIMIT, event -> event.name().equals(EventStreamReader.Event.END)))
          .isNotNull();
      stream.close();
    }
  }

  private static String continuous(int node, String token) throws IOException {
    String task =
        """
        {"querySpec":{"options":["CONTINUOUS"],"query":{"term":{"propertyName":"documentSelfLink",
         "matchType":"PREFIX","matchValue":"/core/examples/"}}}}""";
    Answer answer = http(node).post("/core/query-tasks", task, bearing(token));
    assertThat(answer.status()).as(answer.toString()).isIn(200, 202);
    return answer.json().path("documentSelfLink").asString();
  }

  private static void awaitFailed(int node, String task) {
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(
                        http(node)
                            .get(task, bearing(admin))
                            .json()
                            .path("taskInfo")
                            .path("stage")
                            .asString(""))
                    .isEqualTo("FAILED"));
  }

  @Test
  void whatIsOpenEndsWhenTheSessionsOfItsUserEnd() throws Exception {
    String email = user("leaver", "viewer");
    String token = token(1, email);
    awaitEverywhere(token, 200);
    List<EventStreamReader> streams = streams(token);
    try (SocketUser socket = new SocketUser(cluster.host(2).uri(), bearing(token))) {
      String task = continuous(1, token);

      asAdmin("/core/authz/revocations", "{\"subjectLink\":\"/core/authz/users/" + email + "\"}");

      awaitEnd(streams);
      assertThat(socket.end()).isEqualTo(POLICY);
      awaitFailed(1, task);
    }
    awaitEverywhere(token, 401);
  }

  @Test
  void whatIsOpenEndsWhenTheRoleIsTakenBackAndStaysWhileAnotherIs() throws Exception {
    String email = user("demoted", "viewer");
    String other = token(0, user("stayer", "viewer"));
    String token = token(2, email);
    awaitEverywhere(token, 200);
    awaitEverywhere(other, 200);
    List<EventStreamReader> streams = streams(token);
    List<EventStreamReader> others = streams(other);
    String task = continuous(0, token);

    Answer taken =
        http(1)
            .send(
                "DELETE",
                "/core/authz/grants",
                grant(email, "viewer"),
                "x-xenon-auth-token",
                admin,
                "content-type",
                "application/json");
    assertThat(taken.status()).as(taken.toString()).isEqualTo(200);

    awaitEnd(streams);
    awaitFailed(0, task);
    awaitEverywhere(token, 403);
    asAdmin(EXAMPLES, "{\"name\":\"news\"}");
    assertThat(others.getFirst().next(LIMIT, event -> event.data().contains("news"))).isNotNull();
    others.forEach(EventStreamReader::close);
  }

  @Test
  void whatIsOpenEndsWhenItsKeyIsDeleted() throws Exception {
    String email = user("program", "viewer");
    Answer made =
        asAdmin(
            "/core/authz/api-keys",
            "{\"name\":\"p\",\"userLink\":\"/core/authz/users/%s\",\"documentExpirationTimeMicros\":4102444800000000}"
                .formatted(email));
    String key = made.json().path("key").asString();
    awaitEverywhere(key, 200);
    List<EventStreamReader> streams = streams(key);

    assertThat(
            http(1)
                .delete(made.json().path("documentSelfLink").asString(), bearing(admin))
                .status())
        .isEqualTo(200);

    awaitEnd(streams);
    awaitEverywhere(key, 401);
  }

  // ---- a node that is cut off, which is one without a quorum

  @Test
  void nodeThatIsCutOffReadsForAWhileAndThenBelievesNobody() throws Exception {
    String email = user("reader", "editor");
    String token = token(2, email);
    String other = token(2, user("lasting", "viewer"));
    awaitEverywhere(token, 200);
    awaitEverywhere(other, 200);
    long version = version(token);
    EventStreamReader stream =
        EventStreamReader.open(cluster.host(2).uri().resolve(ONE), null, "", bearing(token));

    try (Outage cut = cluster.cutOff(2)) {
      assertThat(http(2).get(LOCAL, bearing(token)).status()).isEqualTo(200);
      asAdmin("/core/authz/revocations", "{\"subjectLink\":\"/core/authz/users/" + email + "\"}");
      awaitStatus(0, ONE, token, 401);
      awaitStatus(1, ONE, token, 401);
      awaitUntilNobodyLogsIn();

      await()
          .atMost(LIMIT)
          .untilAsserted(
              () -> {
                Answer local = http(2).get(LOCAL, bearing(token));
                assertThat(local.status()).as(local.toString()).isEqualTo(503);
                assertThat(local.text()).contains("ask another node");
              });
      assertThat(http(2).get(LOCAL, bearing(other)).status()).isEqualTo(503);
      assertThat(http(2).get(LOCAL).status()).isEqualTo(503);
      assertThat(http(2).get("/core/health/live").status()).isEqualTo(200);
      assertThat(http(2).patch(ONE, "{\"counter\":1}", bearing(token)).status()).isEqualTo(503);
      awaitEnd(List.of(stream));
    }
    awaitStatus(2, ONE, token, 401);
    awaitStatus(2, ONE, other, 200);
    assertThat(version(other)).isEqualTo(version);
  }

  private static void awaitUntilNobodyLogsIn() {
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> {
              Answer refused = login(2, "admin@localhost");
              assertThat(refused.status()).as(refused.toString()).isEqualTo(503);
              assertThat(refused.text()).contains("log in at another one");
              assertThat(refused.header("retry-after")).isNotNull();
            });
  }

  private static long version(String token) throws IOException {
    return http(0).get(ONE, bearing(token)).json().path("documentVersion").asLong(-1);
  }

  @Test
  void withoutQuorumNothingIsWrittenAndOldSessionsReadWhatIsHere() throws Exception {
    String token = token(1, user("patient", "editor"));
    awaitEverywhere(token, 200);
    long version = version(token);
    try (Outage first = cluster.cutOff(1)) {
      Answer read = http(1).get(LOCAL, bearing(token));
      assertThat(read.status()).isEqualTo(200);
      assertThat(read.json().path("documentVersion").asLong()).isEqualTo(version);
      for (String path : List.of(ONE, "/core/authz/users/patient@example.com")) {
        assertThat(http(1).patch(path, "{\"name\":\"x\"}", bearing(token)).status()).isIn(403, 503);
      }
      assertThat(http(1).post(EXAMPLES, "{\"name\":\"lost\"}", bearing(token)).status())
          .isEqualTo(503);
    }
    awaitEverywhere(token, 200);
    assertThat(http(0).get(EXAMPLES + "?expand", bearing(token)).text()).doesNotContain("lost");
    assertThat(version(token)).isEqualTo(version);
  }

  @Test
  void accountsGoOnWhenTheNodeThatMadeThemStops() throws IOException {
    String email = user("survivor", "viewer");
    String token = token(0, email);
    awaitEverywhere(token, 200);

    try (Outage stopped = cluster.stopped(0)) {
      for (int node = 1; node < 3; node++) {
        awaitStatus(node, ONE, token, 200);
        int at = node;
        await()
            .atMost(LIMIT)
            .untilAsserted(() -> assertThat(login(at, email).status()).isEqualTo(200));
      }
    }
    await().atMost(LIMIT).ignoreExceptions().until(() -> login(0, email).status() == 200);
    awaitStatus(0, ONE, token, 200);
  }
}
