// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cairn.net.HttpHeaders;
import io.cairn.runtime.HostFixture;
import io.cairn.runtime.HostFixture.Answer;
import io.cairn.runtime.security.Authenticator;
import io.cairn.runtime.security.Authenticator.Credentials;
import io.cairn.runtime.security.Subject;
import io.cairn.service.Service.Action;
import io.cairn.service.failure.Refusal;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions and API keys of one host, as clients see them. */
class LoginTest {

  private static final String BASIC = "/core/authn/basic";
  private static final String JANE = "/core/authz/users/jane";
  private static final String PASSWORD = "correct: horse";

  @TempDir private static Path directory;
  private static HostFixture host;

  @BeforeAll
  static void start() {
    host = HostFixture.start(directory.resolve("host"), services -> {}).awaitAvailable();
    user("jane", PASSWORD);
  }

  @AfterAll
  static void stop() {
    host.close();
  }

  private static void user(String name, String password) {
    String email = name + "@example.com";
    assertThat(
            host.post("/core/authz/users", Map.of("documentSelfLink", name, "email", email))
                .status())
        .isEqualTo(200);
    assertThat(
            host.post(
                    "/core/auth/credentials",
                    Map.of("documentSelfLink", name, "userEmail", email, "privateKey", password))
                .status())
        .isEqualTo(200);
    await().until(() -> login(name, password, "{}").status() == 200);
  }

  private static String basic(String name, String password) {
    byte[] both = (name + "@example.com:" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(both);
  }

  private static Answer login(String name, String password, String body) {
    return host.send("POST", BASIC, body, "authorization", basic(name, password));
  }

  private static String token(Answer answer) {
    return answer.response().headers().firstValue("x-xenon-auth-token").orElseThrow();
  }

  private static Subject whoIs(String token) {
    return host.host()
        .unwrap(Authenticator.class)
        .authenticate(
            new Credentials(
                Action.PATCH,
                "/core/examples/one",
                HttpHeaders.of("x-xenon-auth-token", token),
                new InetSocketAddress("192.0.2.1", 1),
                List.of()));
  }

  private static void provesNothing(String token) {
    assertThatThrownBy(() -> whoIs(token))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(401));
  }

  @Test
  void loginAnswersWithATokenInHeaderAndCookie() {
    Answer answer = login("jane", PASSWORD, "{\"sessionExpirationSeconds\":90}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("sessionExpirationSeconds").asInt()).isEqualTo(90);
    assertThat(answer.body()).doesNotContain(token(answer));
    assertThat(answer.response().headers().firstValue("set-cookie"))
        .hasValue(
            "xenon-auth-cookie=" + token(answer) + "; Path=/; Max-Age=90; HttpOnly; SameSite=Lax");
    assertThat(answer.response().headers().firstValue("cache-control")).hasValue("no-store");
    assertThat(whoIs(token(answer)).link()).isEqualTo(JANE);
  }

  @Test
  void sessionLastsAnHourIfNothingIsSaidAndADayAtMost() {
    assertThat(login("jane", PASSWORD, "{}").json().path("sessionExpirationSeconds").asInt())
        .isEqualTo(3600);
    assertThat(
            login("jane", PASSWORD, "{\"sessionExpirationSeconds\":99999999}")
                .json()
                .path("sessionExpirationSeconds")
                .asInt())
        .isEqualTo(86400);
    assertThat(login("jane", PASSWORD, "{\"sessionExpirationSeconds\":0}").status()).isEqualTo(400);
  }

  @Test
  void whatIsNoLoginIsRefused() {
    Answer nobody = host.post(BASIC, "{}");
    assertThat(nobody.status()).isEqualTo(401);
    assertThat(nobody.response().headers().firstValue("www-authenticate").orElseThrow())
        .startsWith("Basic realm=");
    for (String malformed : List.of("Basic", "Basic !!!", "Basic amFuZQ==", "Bearer x", "x")) {
      assertThat(host.send("POST", BASIC, "{}", "authorization", malformed).status())
          .as(malformed)
          .isEqualTo(400);
    }
    assertThat(host.send("POST", BASIC, "{\"requestType\":\"X\"}").status()).isEqualTo(400);
    assertThat(host.get(BASIC).status()).isEqualTo(405);
  }

  @Test
  void unknownUserAndWrongPasswordAreAnsweredAlike() {
    user("mary", "her password");

    Answer unknown = login("nobody", "her password", "{}");
    Answer wrong = login("mary", "his password", "{}");

    assertThat(unknown.status()).isEqualTo(403);
    assertThat(wrong.status()).isEqualTo(403);
    assertThat(wrong.message()).isEqualTo(unknown.message());
    host.patch("/core/authz/users/mary", Map.of("isDisabled", true));
    await().until(() -> login("mary", "her password", "{}").status() == 403);
    assertThat(login("mary", "her password", "{}").message()).isEqualTo(unknown.message());
  }

  @Test
  void guessingIsSlowed() {
    user("guessed", "the password");
    for (int i = 0; i < 5; i++) {
      assertThat(login("guessed", "guess " + i, "{}").status()).isEqualTo(403);
    }

    Answer slowed = login("guessed", "the password", "{}");

    assertThat(slowed.status()).isEqualTo(429);
    assertThat(slowed.response().headers().firstValueAsLong("retry-after").orElseThrow())
        .isBetween(1L, 2L);
    assertThat(login("jane", PASSWORD, "{}").status()).as("another user").isEqualTo(200);
  }

  @Test
  void logoutEndsTheSession() {
    String token = token(login("jane", PASSWORD, "{}"));
    String other = token(login("jane", PASSWORD, "{}"));

    Answer answer =
        host.send("POST", BASIC, "{\"requestType\":\"LOGOUT\"}", "x-xenon-auth-token", token);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.response().headers().firstValue("set-cookie").orElseThrow())
        .startsWith("xenon-auth-cookie=; Path=/; Max-Age=0");
    await().untilAsserted(() -> provesNothing(token));
    assertThat(whoIs(other).link()).isEqualTo(JANE);
    assertThat(
            host.send("POST", BASIC, "{\"requestType\":\"LOGOUT\"}", "x-xenon-auth-token", token)
                .status())
        .as("it has ended")
        .isEqualTo(401);
    assertThat(host.send("POST", BASIC, "{\"requestType\":\"LOGOUT\"}").status()).isEqualTo(401);
  }

  @Test
  void allThatAUserHasIsRevoked() {
    user("leaver", "the password");
    String before = token(login("leaver", "the password", "{}"));
    String key = key("leaver", "GET").json().path("key").asString();
    Map<String, String> all = Map.of("subjectLink", "/core/authz/users/leaver");

    assertThat(host.post("/core/authz/revocations", all).status()).isEqualTo(200);

    await().untilAsserted(() -> provesNothing(before));
    provesNothing(key);
    String next = token(login("leaver", "the password", "{}"));
    assertThat(whoIs(next).link()).isEqualTo("/core/authz/users/leaver");
    assertThat(host.post("/core/authz/revocations", all).status()).as("again").isEqualTo(200);
    await().untilAsserted(() -> provesNothing(next));
    assertThat(host.post("/core/authz/revocations", "{}").status()).isEqualTo(400);
  }

  private static Answer key(String user, String verb) {
    return host.post(
        "/core/authz/api-keys",
        Map.of(
            "name",
            "ci",
            "userLink",
            "/core/authz/users/" + user,
            "verbs",
            List.of(verb),
            "linkPrefixes",
            List.of("/core/examples"),
            "documentExpirationTimeMicros",
            4_102_444_800_000_000L));
  }

  @Test
  void apiKeyIsShownOnceAndIsLimited() {
    Answer made = key("jane", "PATCH");

    assertThat(made.status()).isEqualTo(200);
    String key = made.json().path("key").asString();
    String link = made.json().path("documentSelfLink").asString();
    assertThat(key).matches("cairn_[a-z0-9]{16}_[A-Za-z0-9_-]{43}");
    assertThat(made.response().headers().firstValue("location")).hasValue(link);
    String secret = key.substring(key.length() - 43);
    assertThat(host.get(link).body()).contains("\"ci\"").doesNotContain(secret);
    assertThat(host.get("/core/authz/api-keys?expand").body()).doesNotContain(secret);
    for (String path : List.of(link, "/core/authz/api-keys?expand", link + "/versions")) {
      assertThat(host.get(path).body()).as(path).contains("ci").doesNotContain("secretHash");
    }
    await().untilAsserted(() -> assertThat(whoIs(key).kind()).isEqualTo(Subject.Kind.KEY));
    assertThat(whoIs(key).scope().linkPrefixes()).containsExactly("/core/examples");
    assertThat(whoIs(key).scope().verbs()).containsExactly(Action.PATCH);
    await()
        .untilAsserted(
            () ->
                assertThat(host.get(link).json().path("lastUsedTimeMicros").asLong()).isPositive());
    assertThat(host.put(link, "{\"name\":\"x\"}").status()).isEqualTo(405);

    assertThat(host.delete(link).status()).isEqualTo(200);
    await().untilAsserted(() -> provesNothing(key));
  }

  @Test
  void keyThatCannotBeIsRefused() {
    assertThat(host.post("/core/authz/api-keys", "{}").status()).isEqualTo(400);
    assertThat(host.post("/core/authz/api-keys", "{\"name\":\"x\"}").message())
        .contains("userLink is required");
    assertThat(host.post("/core/authz/api-keys", Map.of("name", "x", "userLink", JANE)).message())
        .contains("documentExpirationTimeMicros is required");
    assertThat(
            host.post(
                    "/core/authz/api-keys",
                    Map.of("name", "x", "userLink", JANE, "secretHash", "00"))
                .message())
        .contains("secretHash is made by the host");
    // Nor by a request of a list, which the host sends for its client.
    String forged =
        """
        [{"action": "POST", "link": "/core/authz/api-keys", "body": {"documentSelfLink": "mine",
          "name": "x", "userLink": "%s", "secretHash": "00",
          "documentExpirationTimeMicros": 4102444800000000}}]
        """
            .formatted(JANE);
    assertThat(host.post("/core/bulk", forged).body()).contains("secretHash is made by the host");
    assertThat(host.get("/core/authz/api-keys/mine").status()).isEqualTo(404);
  }

  @Test
  void privateKeyIsNowhereButAmongTheGroupsSecrets() throws IOException {
    token(login("jane", PASSWORD, "{}"));
    assertThat(host.get("/core/authn/jwks").json().path("keys").get(0).path("crv").asString())
        .isEqualTo("P-256");
    for (String path :
        List.of(
            "/core/authn/jwks",
            "/core/authn/keys",
            "/core/node-groups/default",
            "/core/management",
            "/core/cluster",
            "/core/attributes")) {
      assertThat(host.get(path).body()).as(path).doesNotContain("\"d\"", "\\\"d\\\"");
    }
    assertThat(
            host.patch(
                    "/core/management",
                    Map.of(
                        "kind",
                        "com:vmware:xenon:services:common:ServiceHostManagementService:BackupRequest",
                        "backupType",
                        "DIRECTORY",
                        "destination",
                        directory.resolve("backup").toUri().toString()))
                .status())
        .isEqualTo(200);
    assertThat(holds("backup", "jane@example.com")).as("a user").isTrue();
    assertThat(holds("backup", "signing-keys")).isFalse();
    assertThat(holds("host", "signing-keys")).as("the log").isTrue();
  }

  /** Whether a file below a directory has a text, in its name or as bytes. */
  private static boolean holds(String below, String text) throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve(below))) {
      return files
          .filter(Files::isRegularFile)
          .anyMatch(
              file -> {
                try {
                  return file.getFileName().toString().contains(text)
                      || new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
                          .contains(text);
                } catch (IOException e) {
                  return false;
                }
              });
    }
  }
}
