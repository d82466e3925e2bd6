// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.service.examples.ExampleService;
import io.cairn.service.security.AuditArguments.Extent;
import io.cairn.testkit.Answer;
import io.cairn.testkit.HttpProbe;
import io.cairn.testkit.cluster.TestCluster;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Who did what at which of three hosts: each thing once, to be read at all of them. */
class AuditedClusterTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String EXAMPLES = ExampleService.FACTORY_LINK;
  private static final String PASSWORD = "correct horse battery staple";
  private static final String ADMIN = "admin@localhost";

  private static TestCluster cluster;
  private static String admin = "";

  @BeforeAll
  static void start() {
    cluster =
        TestCluster.start(
            3,
            host -> host.startFactory(ExampleService::createFactory, EXAMPLES),
            arguments -> {
              arguments.membershipQuorum = 2;
              arguments.security.isAuthorizationEnabled = true;
              arguments.security.adminPassword = PASSWORD;
              arguments.security.audit.extent = Extent.ALL;
            });
    awaitReady();
  }

  private static void awaitReady() {
    await()
        .atMost(LIMIT)
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              for (int node = 0; node < cluster.size(); node++) {
                assertThat(http(node).get("/core/health/ready").status()).isEqualTo(200);
              }
              admin = login();
              assertThat(http(2).get(EXAMPLES, token()).status()).isEqualTo(200);
            });
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  private static HttpProbe http(int node) {
    return cluster.host(node).http();
  }

  private static String[] token(String... more) {
    List<String> all = new ArrayList<>(List.of("x-xenon-auth-token", admin));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private static String login() throws IOException {
    String secret = Base64.getEncoder().encodeToString((ADMIN + ":" + PASSWORD).getBytes(UTF_8));
    Answer answer = http(0).post("/core/authn/basic", "{}", "authorization", "Basic " + secret);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    return String.valueOf(answer.header("x-xenon-auth-token"));
  }

  /** What a node finds, once that is so much. */
  private static List<JsonNode> records(int node, String filter, int count) {
    String path =
        "/core/audit?expand&$limit=1000&$filter="
            + URLEncoder.encode(filter, UTF_8).replace("+", "%20");
    List<JsonNode> found = new ArrayList<>();
    await()
        .atMost(LIMIT)
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              found.clear();
              found.addAll(http(node).get(path, token()).json().path("documents").values());
              assertThat(found).hasSize(count);
            });
    return found;
  }

  private static Path file(int node) {
    return Path.of(cluster.host(node).host().getStorageSandbox()).resolve("audit/audit.jsonl");
  }

  @Test
  void requestIsOneRecordOfTheNodeThatWasAskedWhoeverDoesIt() throws IOException {
    for (int i = 0; i < 8; i++) {
      String body = "{\"name\":\"n\",\"documentSelfLink\":\"spread-%d\"}".formatted(i);
      String[] headers = token("x-request-id", "spread");
      assertThat(http(1).post(EXAMPLES, body, headers).status()).isEqualTo(200);
      assertThat(http(1).patch(EXAMPLES + "/spread-" + i, "{\"counter\":1}", headers).status())
          .isEqualTo(200);
    }
    assertThat(
            http(1)
                .post("/core/tenants", "{\"name\":\"t\"}", token("x-request-id", "spread"))
                .status())
        .isEqualTo(200);

    for (int node = 0; node < cluster.size(); node++) {
      assertThat(records(node, "requestId eq 'spread'", 17))
          .allSatisfy(
              record -> {
                assertThat(record.path("nodeId").asString()).isEqualTo("node-1");
                assertThat(record.path("subjectLink").asString()).endsWith(ADMIN);
              });
    }
    assertThat(Files.readString(file(0))).doesNotContain("\"spread\"");
    assertThat(records(0, "action eq 'TENANT'", 1)).hasSize(1);
  }

  @Test
  void membersAndQuorumAreNotedOnce() throws IOException {
    assertThat(
            http(2)
                .patch(
                    "/core/node-groups/default",
                    "{\"config\":{\"nodeRemovalDelayMicros\":7200000000}}",
                    token())
                .status())
        .isEqualTo(200);

    List<JsonNode> asked = records(1, "action eq 'MEMBERSHIP' and via eq 'http'", 1);
    List<JsonNode> done = records(1, "action eq 'MEMBERSHIP' and detail eq 'quorum or config'", 1);

    assertThat(asked.getFirst().path("detail").asString()).isEqualTo("config");
    assertThat(asked.getFirst().path("nodeId").asString()).isEqualTo("node-2");
    assertThat(done.getFirst().path("via").asString()).isEqualTo("group");
  }

  @Test
  void theFileHasItWithoutAQuorumAndTheGroupLater() throws IOException {
    cluster.stop(1);
    cluster.stop(2);
    assertThat(http(0).get(EXAMPLES + "/any", "x-request-id", "alone").status()).isEqualTo(401);
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(Files.readString(file(0)).lines())
                    .anyMatch(line -> line.contains("\"alone\"") && line.contains("REFUSED")));

    cluster.restart(1);
    cluster.restart(2);
    awaitReady();

    assertThat(records(2, "requestId eq 'alone'", 1).getFirst().path("nodeId").asString())
        .isEqualTo("node-0");
    assertThat(records(0, "action eq 'STOP' and nodeId eq 'node-1'", 1)).hasSize(1);
  }
}
