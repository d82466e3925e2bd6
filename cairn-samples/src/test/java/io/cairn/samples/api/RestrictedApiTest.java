// SPDX-License-Identifier: Apache-2.0
package io.cairn.samples.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.samples.bank.BankAccounts;
import io.cairn.samples.orders.Orders;
import io.cairn.testkit.Answer;
import io.cairn.testkit.TestHost;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** With authorization, a description shows what its reader might be allowed, and how to log in. */
class RestrictedApiTest {
  private static final Duration EFFECT = Duration.ofSeconds(20);
  private static final String PASSWORD = "correct horse battery staple";
  private static final String ADMIN = "admin@localhost";
  private static final String VIEWER = "viewer@example.com";

  private static TestHost host;
  private static String admin = "";

  @BeforeAll
  static void start() throws IOException {
    host =
        TestHost.builder()
            .services(
                fresh -> {
                  fresh.start(Orders.service());
                  fresh.start(BankAccounts.service());
                })
            .arguments(
                arguments -> {
                  arguments.security.isAuthorizationEnabled = true;
                  arguments.security.adminPassword = PASSWORD;
                })
            .start();
    await().atMost(EFFECT).ignoreExceptions().untilAsserted(() -> admin = login(ADMIN));
    asAdmin(
        "/core/authz/users",
        "{\"documentSelfLink\":\"%s\",\"email\":\"%s\"}".formatted(VIEWER, VIEWER));
    asAdmin(
        "/core/auth/credentials",
        "{\"documentSelfLink\":\"%s\",\"userEmail\":\"%s\",\"privateKey\":\"%s\"}"
            .formatted(VIEWER, VIEWER, PASSWORD));
    asAdmin(
        "/core/authz/grants",
        "{\"role\":\"viewer\",\"to\":\"%s\",\"on\":\"%s\"}".formatted(VIEWER, Orders.PATH));
  }

  @AfterAll
  static void stop() {
    host.close();
  }

  private static void asAdmin(String path, String json) throws IOException {
    Answer answer = host.http().post(path, json, "x-xenon-auth-token", admin);
    assertThat(answer.status()).as(path + " " + answer).isEqualTo(200);
  }

  private static String login(String email) throws IOException {
    String secret = Base64.getEncoder().encodeToString((email + ":" + PASSWORD).getBytes(UTF_8));
    Answer answer = host.http().post("/core/authn/basic", "{}", "authorization", "Basic " + secret);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    return String.valueOf(answer.header("x-xenon-auth-token"));
  }

  private static JsonNode paths(String token) throws IOException {
    Answer answer = host.http().get("/core/openapi", "x-xenon-auth-token", token);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    ApiSchemas.requireOpenApi(answer.json());
    return answer.json().get("paths");
  }

  @Test
  void readersSeeWhatTheyMightBeAllowed() throws Exception {
    assertThat(host.http().get("/core/openapi").status()).isEqualTo(401);
    assertThat(host.http().get("/discovery/swagger").status()).isEqualTo(401);
    assertThat(host.http().get(Orders.PATH + "/openapi").status()).isEqualTo(401);
    assertThat(host.http().get("/core/ui/api").status()).isEqualTo(200);

    JsonNode all = paths(admin);
    assertThat(all.get(Orders.PATH).propertyNames()).contains("get", "post");
    assertThat(all.get("/core/management").propertyNames()).contains("get", "patch");

    String viewer = login(VIEWER);
    await()
        .atMost(EFFECT)
        .untilAsserted(
            () ->
                assertThat(paths(viewer).path(Orders.PATH + "/{id}").propertyNames())
                    .containsExactly("get"));
    assertThat(paths(admin).has(BankAccounts.PATH)).isTrue();
    JsonNode some = paths(viewer);
    assertThat(some.has(BankAccounts.PATH)).isFalse();
    assertThat(some.has(BankAccounts.PATH + "/{id}")).isFalse();
    assertThat(host.http().get("/core/openapi", "x-xenon-auth-token", viewer).text())
        .doesNotContain("Bank");
    assertThat(some.get(Orders.PATH).propertyNames()).containsExactly("get");
    assertThat(some.has("/core/management")).isFalse();
    assertThat(some.has("/core/health")).isTrue();
  }

  @Test
  void whoOnlyReadsADescriptionIsNoRefusal() throws Exception {
    String viewer = login(VIEWER);
    String before = refusals();
    paths(viewer);
    assertThat(refusals()).isEqualTo(before);
    assertThat(host.http().get("/core/management", "x-xenon-auth-token", viewer).status())
        .isEqualTo(403);
    assertThat(refusals()).isNotEqualTo(before);
  }

  private static String refusals() throws IOException {
    return host.http()
        .get("/core/metrics", "x-xenon-auth-token", admin)
        .text()
        .lines()
        .filter(line -> line.startsWith("cairn_authorization_refusals_total"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theWaysToSayWhoAsksAreDescribed() throws Exception {
    JsonNode document = host.http().get("/core/openapi", "x-xenon-auth-token", admin).json();
    assertThat(document.at("/components/securitySchemes").propertyNames())
        .containsExactlyInAnyOrder("bearer", "cookie", "token", "basic");
    assertThat(document.get("security")).hasSize(3);
    assertThat(document.at("/paths/~1core~1authn~1basic/post/security/0").has("basic")).isTrue();
    assertThat(document.at("/paths/~1core~1health/get/security")).isEmpty();
    assertThat(document.at("/paths/~1samples~1orders/get/responses").propertyNames())
        .contains("401", "403");
    JsonNode swagger = host.http().get("/discovery/swagger", "x-xenon-auth-token", admin).json();
    ApiSchemas.requireSwagger(swagger);
    assertThat(swagger.get("securityDefinitions").has("bearer")).isTrue();
  }
}
