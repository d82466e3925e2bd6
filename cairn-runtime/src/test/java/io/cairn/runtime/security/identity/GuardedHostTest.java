// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.SoftAssertions.assertSoftly;
import static org.awaitility.Awaitility.await;

import io.cairn.runtime.HostFixture;
import io.cairn.runtime.HostFixture.Answer;
import io.cairn.runtime.security.Authenticator;
import io.cairn.runtime.security.Authorizer;
import io.cairn.runtime.security.Guard;
import io.cairn.runtime.security.identity.keys.ApiKeyService.ApiKeyState;
import io.cairn.runtime.security.identity.token.HostileTokens;
import io.cairn.service.examples.ExampleService;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What proofs are worth where somebody asks for them: a host whose guard is on. */
class GuardedHostTest {

  private static final String BASIC = "/core/authn/basic";
  private static final String KEYS = "/core/authz/api-keys";
  private static final String ONE = "/core/examples/one";

  @TempDir private static Path directory;
  private static HostFixture host;

  @BeforeAll
  static void start() {
    host =
        HostFixture.start(
                directory,
                it -> it.startAndAwait(ExampleService.createFactory(), ExampleService.FACTORY_LINK))
            .awaitAvailable();
    done(
        host.post("/core/authz/users", Map.of("documentSelfLink", "jane", "email", "j@a.example")));
    done(
        host.post(
            "/core/auth/credentials",
            Map.of("documentSelfLink", "jane", "userEmail", "j@a.example", "privateKey", "open")));
    done(
        host.post(
            "/core/authz/grants",
            Map.of("role", "viewer", "to", "/core/authz/users/jane", "on", "/core/examples")));
    done(
        host.post(
            "/core/authz/grants",
            Map.of("role", "editor", "to", "/core/authz/users/jane", "on", KEYS)));
    done(
        host.post("/core/authz/users", Map.of("documentSelfLink", "root", "email", "r@a.example")));
    done(host.post("/core/examples", Map.of("documentSelfLink", "one", "name", "n")));
    letLookAfterOwnKeys("self");
    await().until(() -> login().status() == 200);
    host.host()
        .unwrap(Guard.class)
        .engage(host.host().unwrap(Authenticator.class), host.host().unwrap(Authorizer.class));
  }

  @AfterAll
  static void stop() {
    host.close();
  }

  /** As docs/security.md says. */
  private static void letLookAfterOwnKeys(String id) {
    String user = "/core/authz/users/" + id;
    done(
        host.post("/core/authz/users", Map.of("documentSelfLink", id, "email", id + "@a.example")));
    done(
        host.post(
            "/core/auth/credentials",
            Map.of("documentSelfLink", id, "userEmail", id + "@a.example", "privateKey", "open")));
    done(
        host.post(
            "/core/authz/user-groups",
            "{\"documentSelfLink\":\"%s\",\"query\":{%s}}"
                .formatted(id, term("documentSelfLink", user))));
    String should = "\"occurance\":\"SHOULD_OCCUR\",";
    done(
        host.post(
            "/core/authz/resource-groups",
            "{\"documentSelfLink\":\"keys-of-%s\",\"query\":{\"booleanClauses\":[{%s},{%s\"booleanClauses\":[{%s},{%s}]}]}}"
                .formatted(
                    id,
                    should + term("documentSelfLink", KEYS),
                    should,
                    term("documentKind", ApiKeyState.KIND),
                    term("userLink", user))));
    done(
        host.post(
            "/core/authz/roles",
            ("{\"documentSelfLink\":\"keys-of-%s\",\"userGroupLink\":\"/core/authz/user-groups/%s\","
                    + "\"resourceGroupLink\":\"/core/authz/resource-groups/keys-of-%s\","
                    + "\"verbs\":[\"GET\",\"POST\",\"DELETE\"],\"policy\":\"ALLOW\"}")
                .formatted(id, id, id)));
  }

  private static String term(String name, String value) {
    return "\"term\":{\"propertyName\":\"%s\",\"matchValue\":\"%s\"}".formatted(name, value);
  }

  @Test
  void whoLooksAfterOwnKeysSeesMakesAndDeletesNoOthers() {
    Answer janes = makeKey("jane", "x-xenon-auth-token", token());
    done(janes);
    String janesKey = janes.json().path("documentSelfLink").asString();
    String self = login("self").response().headers().firstValue("x-xenon-auth-token").orElseThrow();
    Answer own = makeKey("self", "x-xenon-auth-token", self);
    done(own);
    String ownKey = own.json().path("documentSelfLink").asString();

    assertThat(makeKey("jane", "x-xenon-auth-token", self).status()).isEqualTo(403);
    assertThat(host.send("GET", KEYS, null, "x-xenon-auth-token", self).result().documentLinks)
        .containsExactly(ownKey);
    assertThat(host.send("DELETE", janesKey, null, "x-xenon-auth-token", self).status())
        .isEqualTo(403);
    done(host.send("DELETE", ownKey, null, "x-xenon-auth-token", self));
  }

  private static void done(Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
  }

  private static Answer login() {
    return login("j");
  }

  private static Answer login(String name) {
    String both =
        Base64.getEncoder()
            .encodeToString((name + "@a.example:open").getBytes(StandardCharsets.UTF_8));
    return host.send("POST", BASIC, "{}", "authorization", "Basic " + both);
  }

  private static String token() {
    return login().response().headers().firstValue("x-xenon-auth-token").orElseThrow();
  }

  private static int ask(String method, String... headers) {
    return host.send(method, ONE, method.equals("GET") ? null : "{\"name\":\"m\"}", headers)
        .status();
  }

  @Test
  void tokenOpensWhatItsUserMay() {
    String token = token();

    assertThat(ask("GET")).isEqualTo(401);
    assertThat(ask("PATCH")).isEqualTo(401);
    assertThat(ask("GET", "authorization", "Bearer " + token)).isEqualTo(200);
    assertThat(ask("PATCH", "authorization", "Bearer " + token)).isEqualTo(403);
    assertThat(ask("GET", "cookie", "xenon-auth-cookie=" + token)).isEqualTo(200);
    assertThat(host.get("/core/authn/jwks").status()).as("everybody may verify").isEqualTo(200);
    assertThat(host.post("/core/authn/keys", "{}").status()).isEqualTo(401);
    assertThat(host.send("POST", "/core/authn/keys", "{}", "x-xenon-auth-token", token).status())
        .isEqualTo(403);
  }

  @Test
  void makesKeysOfItsOwnOnlyAndNoneWithAKey() {
    Answer own = makeKey("jane", "x-xenon-auth-token", token());
    done(own);
    String key = "Bearer " + own.json().path("key").asString();
    await().until(() -> ask("GET", "authorization", key) == 200);

    assertThat(makeKey("root", "x-xenon-auth-token", token()).status()).isEqualTo(403);
    assertThat(makeKey("jane", "authorization", key).status()).isEqualTo(403);
  }

  private static Answer makeKey(String user, String... headers) {
    String body =
        "{\"name\":\"for a test\",\"userLink\":\"/core/authz/users/%s\",\"documentExpirationTimeMicros\":%d}"
            .formatted(user, Long.MAX_VALUE / 2);
    return host.send("POST", KEYS, body, headers);
  }

  @Test
  void logoutClosesItAgain() {
    String token = token();
    assertThat(ask("GET", "x-xenon-auth-token", token)).isEqualTo(200);

    done(host.send("POST", BASIC, "{\"requestType\":\"LOGOUT\"}", "x-xenon-auth-token", token));

    await().until(() -> ask("GET", "x-xenon-auth-token", token) == 401);
  }

  @Test
  void hostileTokensOpenNothing() {
    String kept =
        String.valueOf(
            host.backupCluster().groups().all().iterator().next().secrets().get("signing-keys"));
    Map<String, String> hostile =
        new HostileTokens(token(), host.get("/core/authn/jwks").body(), kept).all();
    long version = version();

    // No server reads headers of a megabyte: the connection ends before anybody asks what it is.
    hostile.values().removeIf(token -> token.length() > 8_192);
    assertThat(hostile).hasSizeGreaterThan(30);
    assertSoftly(
        softly ->
            hostile.forEach(
                (what, token) -> {
                  softly
                      .assertThat(ask("GET", "x-xenon-auth-token", token))
                      .as("GET: %s", what)
                      .isEqualTo(401);
                  softly
                      .assertThat(ask("PATCH", "authorization", "Bearer " + token))
                      .as("PATCH: %s", what)
                      .isEqualTo(401);
                }));

    assertThat(version()).as("nothing else has happened").isEqualTo(version);
  }

  private static long version() {
    return host.send("GET", ONE, null, "x-xenon-auth-token", token())
        .json()
        .path("documentVersion")
        .asLong(-1);
  }
}
