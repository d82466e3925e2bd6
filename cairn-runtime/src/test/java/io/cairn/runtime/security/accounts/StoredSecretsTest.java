// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.runtime.HostFixture;
import io.cairn.runtime.HostFixture.Answer;
import io.cairn.service.Operation;
import io.cairn.service.authorization.CredentialSecrets;
import io.cairn.service.state.ServiceSubscriptionState.ServiceSubscriber;
import io.cairn.store.index.DocumentVersion;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class StoredSecretsTest {

  private static final String FACTORY = "/core/auth/credentials";
  private static final String JANE = FACTORY + "/jane";
  private static final String PASSWORD = "correct horse";
  private static final String BODY =
      "{\"documentSelfLink\":\"jane\",\"userEmail\":\"jane@corp\",\"privateKey\":\""
          + PASSWORD
          + "\"}";

  @TempDir Path sandbox;
  private HostFixture host;

  @BeforeEach
  void start() {
    host = HostFixture.start(sandbox, services -> {});
  }

  @AfterEach
  void stop() {
    host.close();
  }

  private boolean matches(String password) {
    JsonNode place = host.get(JANE).json().path("passwordPlace");
    return host.host()
        .unwrap(CredentialSecrets.class)
        .matches(JANE, place.isMissingNode() ? null : place.asInt(), password);
  }

  private List<String> hidden() {
    List<String> links = new ArrayList<>();
    host.histories()
        .forEach(
            (link, versions) -> {
              if (DocumentVersion.isHidden(link)) {
                links.add(link);
              }
            });
    return links;
  }

  @Test
  void passwordIsKeptHashedAndOnlyItMatches() {
    Answer made = host.post(FACTORY, BODY);
    assertThat(made.status()).as(made.body()).isEqualTo(200);
    assertThat(made.json().path("hasPassword").asBoolean()).isTrue();
    assertThat(matches(PASSWORD)).isTrue();
    assertThat(matches("wrong")).isFalse();
    String stored =
        new String(
            host.histories().get(hidden().getFirst()).getFirst().json(), StandardCharsets.UTF_8);
    assertThat(stored).contains("$argon2id$").doesNotContain(PASSWORD);
  }

  @Test
  void nothingShowsAPasswordOrItsHash() throws Exception {
    List<String> notifications = new CopyOnWriteArrayList<>();
    assertThat(host.post(FACTORY, BODY).body()).doesNotContain(PASSWORD, "argon2");
    subscribe(notifications);
    List<Answer> answers = new ArrayList<>();
    answers.add(host.patch(JANE, "{\"privateKey\":\"another horse\"}"));
    answers.add(host.put(JANE, BODY));
    answers.add(host.post(FACTORY, BODY));
    String everything =
        "{\"taskInfo\":{\"isDirect\":true},\"querySpec\":{\"options\":[\"EXPAND_CONTENT\"%s],"
            + "\"query\":{\"term\":{\"propertyName\":\"documentSelfLink\",\"matchType\":\"%s\",\"matchValue\":\"%s\"}}}}";
    for (String options : List.of("", ",\"INCLUDE_ALL_VERSIONS\"", ",\"INCLUDE_DELETED\"")) {
      answers.add(host.post("/core/query-tasks", everything.formatted(options, "WILDCARD", "*")));
      answers.add(
          host.post("/core/query-tasks", everything.formatted(options, "PREFIX", "/core/")));
      answers.add(
          host.post(
              "/core/local-query-tasks", everything.formatted(options, "PREFIX", "/core/sec")));
    }
    String secret = hidden().getFirst();
    Answer found = host.post("/core/query-tasks", everything.formatted("", "TERM", secret));
    assertThat(found.json().path("results").path("documentCount").asInt(-1)).isZero();
    for (String path :
        List.of(
            JANE,
            JANE + "?documentVersion=0",
            JANE + "/versions?expand",
            FACTORY + "?expand",
            "/core/document-index?documentSelfLink=/core/*&expand",
            "/core/document-index?documentSelfLink=" + secret,
            "/core/document-index?documentSelfLink=" + secret + "&documentVersion=0",
            "/core/odata-queries?$filter=documentSelfLink%20eq%20'/core/*'",
            "/core/secrets",
            secret,
            "/core/management",
            "/core/bulk/export",
            "/core/bulk?documentSelfLink=/core/*")) {
      answers.add(host.get(path));
    }
    await().until(() -> !notifications.isEmpty());
    List<String> shown = new ArrayList<>(notifications);
    answers.forEach(answer -> shown.add(answer.body()));
    assertThat(shown)
        .allSatisfy(text -> assertThat(text).doesNotContain("horse", "argon2", "accounts:Secret"));
    assertThat(host.get(secret).status()).isEqualTo(404);
    assertThat(host.get("/core/document-index?documentSelfLink=" + secret).body()).isEmpty();
    assertThat(answers.stream().filter(answer -> answer.status() == 200).count())
        .as("questions that were answered")
        .isGreaterThan(12);
  }

  private void subscribe(List<String> received) throws Exception {
    CompletableFuture<Void> subscribed = new CompletableFuture<>();
    host.host()
        .startSubscriptionService(
            Operation.createPost(host.host(), JANE)
                .setCompletion((done, failure) -> subscribed.complete(null)),
            notification -> {
              received.add(String.valueOf(notification.getBody(String.class)));
              notification.complete();
            },
            ServiceSubscriber.create(true));
    subscribed.get(20, TimeUnit.SECONDS);
  }

  @Test
  void samePasswordKeepsTheVersionAndAnotherReplacesIt() {
    host.post(FACTORY, BODY);
    assertThat(host.post(FACTORY, BODY).json().path("documentVersion").asLong()).isZero();
    Answer changed = host.patch(JANE, "{\"privateKey\":\"another horse\"}");
    assertThat(changed.json().path("documentVersion").asLong()).isEqualTo(1);
    assertThat(matches("another horse")).isTrue();
    assertThat(matches(PASSWORD)).isFalse();
  }

  @Test
  void otherChangesKeepThePassword() {
    host.post(FACTORY, BODY);
    host.patch(JANE, "{\"customProperties\":{\"a\":\"b\"},\"tenantLinks\":[\"/core/tenants/t\"]}");
    assertThat(matches(PASSWORD)).isTrue();
    host.put(JANE, "{\"userEmail\":\"jane@home\",\"hasPassword\":false,\"passwordPlace\":1}");
    assertThat(matches(PASSWORD)).as("what a client says of it counts for nothing").isTrue();
  }

  @Test
  void refusedChangeLeavesThePassword() {
    host.post(FACTORY, BODY);
    Answer refused =
        host.patch(JANE, "{\"privateKey\":\"another horse\",\"userEmail\":\"nobody\"}");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(matches(PASSWORD)).isTrue();
    assertThat(matches("another horse")).isFalse();
  }

  @Test
  void passwordSurvivesARestart() {
    host.post(FACTORY, BODY);
    host.restart();
    assertThat(matches(PASSWORD)).isTrue();
    await()
        .untilAsserted(
            () ->
                assertThat(host.host().unwrap(AccountView.class).credentialsOf("jane@corp"))
                    .hasSize(1));
  }

  @Test
  void deletedCredentialsLeaveNoHashBehind() {
    host.post(FACTORY, BODY);
    host.patch(JANE, "{\"privateKey\":\"another horse\"}");
    assertThat(hidden()).hasSize(2);
    host.delete(JANE);
    await().untilAsserted(() -> assertThat(hidden()).isEmpty());
  }

  @Test
  void credentialsNeedSomebodyTheyAreOf() {
    assertThat(host.post(FACTORY, "{\"privateKey\":\"x\"}").message())
        .contains("userEmail is required");
    assertThat(host.post(FACTORY, "{\"userEmail\":\"x\"}").message())
        .contains("userEmail is invalid");
    assertThat(
            host.post(
                    FACTORY, "{\"userEmail\":\"a@b\",\"privateKey\":\"" + "x".repeat(1025) + "\"}")
                .status())
        .isEqualTo(400);
    assertThat(hidden()).isEmpty();
  }
}
