// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cairn.net.HttpHeaders;
import io.cairn.runtime.security.Authenticator;
import io.cairn.runtime.security.Authenticator.Credentials;
import io.cairn.service.Service.Action;
import io.cairn.service.failure.Refusal;
import io.cairn.testkit.Answer;
import io.cairn.testkit.EventLoopWatch;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Sessions of three hosts: what one has signed all verify, what one takes back ends on all. */
class SessionsTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String BASIC = "/core/authn/basic";
  private static final String JANE = "/core/authz/users/jane";

  private static EventLoopWatch loops;
  private static TestCluster cluster;

  @BeforeAll
  static void start() throws IOException {
    loops = EventLoopWatch.start();
    cluster = TestCluster.start(3, host -> {}, arguments -> arguments.membershipQuorum = 2);
    cluster.awaitGroup("/core/authz/users");
    post(0, "/core/authz/users", "{\"documentSelfLink\":\"jane\",\"email\":\"jane@example.com\"}");
    post(
        1,
        "/core/auth/credentials",
        "{\"documentSelfLink\":\"jane\",\"userEmail\":\"jane@example.com\",\"privateKey\":\"open\"}");
    for (int i = 0; i < 3; i++) {
      int node = i;
      await().atMost(LIMIT).until(() -> login(node).status() == 200);
    }
  }

  @AfterAll
  static void close() {
    cluster.close();
    loops.close(); // no password was hashed on an event loop
  }

  private static Answer post(int node, String path, String json, String... headers)
      throws IOException {
    Answer answer = cluster.host(node).http().post(path, json, headers);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer;
  }

  private static Answer login(int node) throws IOException {
    String both =
        Base64.getEncoder()
            .encodeToString("jane@example.com:open".getBytes(StandardCharsets.UTF_8));
    return cluster.host(node).http().post(BASIC, "{}", "authorization", "Basic " + both);
  }

  private static String token(int node) throws IOException {
    return String.valueOf(login(node).header("x-xenon-auth-token"));
  }

  private static String userAt(int node, String token) {
    return cluster
        .host(node)
        .host()
        .unwrap(Authenticator.class)
        .authenticate(
            new Credentials(
                Action.GET,
                "/core/examples",
                HttpHeaders.of("authorization", "Bearer " + token),
                new InetSocketAddress("192.0.2.1", 1),
                List.of()))
        .link();
  }

  private static void holdsEverywhere(String token) {
    for (int i = 0; i < 3; i++) {
      int node = i;
      await().atMost(LIMIT).ignoreExceptions().until(() -> userAt(node, token).equals(JANE));
    }
  }

  private static void endsEverywhere(String token) {
    for (int i = 0; i < 3; i++) {
      int node = i;
      await()
          .atMost(LIMIT)
          .untilAsserted(
              () -> assertThatThrownBy(() -> userAt(node, token)).isInstanceOf(Refusal.class));
    }
  }

  @Test
  void logoutAtOneNodeEndsTheSessionOnAll() throws IOException {
    String token = token(0);
    String other = token(1);
    holdsEverywhere(token);

    post(1, BASIC, "{\"requestType\":\"LOGOUT\"}", "x-xenon-auth-token", token);

    endsEverywhere(token);
    holdsEverywhere(other);
  }

  @Test
  void allSessionsAndKeysOfAUserEndOnAllNodes() throws IOException {
    String one = token(0);
    String other = token(2);
    String key =
        post(
                2,
                "/core/authz/api-keys",
                "{\"name\":\"ci\",\"userLink\":\"%s\",\"documentExpirationTimeMicros\":4102444800000000}"
                    .formatted(JANE))
            .json()
            .path("key")
            .asString();
    holdsEverywhere(key);

    post(1, "/core/authz/revocations", "{\"subjectLink\":\"" + JANE + "\"}");

    endsEverywhere(one);
    endsEverywhere(other);
    endsEverywhere(key);
    holdsEverywhere(token(0));
  }

  @Test
  void keysOfTheGroupRotateForAllNodes() throws IOException {
    String before = token(0);

    post(2, "/core/authn/keys", "{}");
    holdsEverywhere(before);
    post(1, "/core/authn/keys", "{\"dropOthers\":true}");

    endsEverywhere(before);
    holdsEverywhere(token(2));
  }

  @Test
  void sessionsOutliveTheNodeThatBeganThem() throws IOException {
    String token = token(2);
    holdsEverywhere(token);

    cluster.stop(2);
    assertThat(userAt(0, token)).isEqualTo(JANE);
    assertThat(userAt(1, token)).isEqualTo(JANE);
    cluster.restart(2);
    cluster.awaitGroup("/core/authz/users");

    holdsEverywhere(token);
  }
}
