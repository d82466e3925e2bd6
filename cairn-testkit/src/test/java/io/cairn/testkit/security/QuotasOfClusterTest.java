// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.testkit.Answer;
import io.cairn.testkit.HttpProbe;
import io.cairn.testkit.cluster.ProcessCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What tenants may store in a group of three hosts, whoever owns a document, and if hosts die. */
@Tag("process")
class QuotasOfClusterTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int NODES = 3;

  @TempDir static Path directory;
  private static ProcessCluster cluster;
  private static final Map<Integer, HttpProbe> PROBES = new ConcurrentHashMap<>();

  @BeforeAll
  static void start() {
    cluster =
        ProcessCluster.of(NODES, OwnedPages.class, directory)
            .argument("--membershipQuorum=2")
            .build()
            .start();
    cluster.awaitGroup(OwnedPages.EVERYWHERE, LIMIT);
    cluster.awaitGroup(OwnedPages.ONCE, LIMIT);
  }

  @AfterAll
  static void stop() {
    PROBES.values().forEach(HttpProbe::close);
    cluster.close();
  }

  private static HttpProbe http(int node) {
    return PROBES.computeIfAbsent(node, any -> new HttpProbe(cluster.uri(node)));
  }

  private static String tenant(String name, String quotas) throws IOException {
    Answer made =
        http(0)
            .post(
                "/core/tenants",
                "{\"documentSelfLink\":\"%s\",\"name\":\"%s\",\"quotas\":%s}"
                    .formatted(name, name, quotas));
    assertThat(made.status()).as(made.toString()).isEqualTo(200);
    return "/core/tenants/" + name;
  }

  private static JsonNode usage(int node, String tenant) throws IOException {
    Answer answer = http(node).get(tenant + "/usage");
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    return answer.json();
  }

  private static void awaitUsage(int node, String tenant, int documents) {
    await()
        .atMost(LIMIT)
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThat(usage(node, tenant).at("/documents/used").asInt(-1))
                    .isEqualTo(documents));
  }

  private static Answer create(int node, String factory, String name, String tenant) {
    try {
      return http(node)
          .post(
              factory,
              "{\"documentSelfLink\":\"%s\",\"tenantLinks\":[\"%s\"]}".formatted(name, tenant));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As a client does that is told to come again. */
  private static int createPatiently(int node, String factory, String name, String tenant) {
    AtomicInteger status = new AtomicInteger();
    await()
        .atMost(LIMIT)
        .until(
            () -> {
              status.set(create(node, factory, name, tenant).status());
              return status.get() != 429 && status.get() != 503;
            });
    return status.get();
  }

  /** Has all hosts create at once, and returns how many documents were made. */
  private static int flood(String factory, String tenant, int each) {
    List<CompletableFuture<Integer>> all =
        IntStream.range(0, NODES * each)
            .mapToObj(
                i ->
                    CompletableFuture.supplyAsync(
                        () ->
                            createPatiently(
                                i % NODES,
                                factory,
                                tenant.substring(tenant.lastIndexOf('/') + 1) + i,
                                tenant)))
            .toList();
    int made = 0;
    for (CompletableFuture<Integer> one : all) {
      int status = one.join();
      assertThat(status).isIn(200, 403);
      made += status == 200 ? 1 : 0;
    }
    return made;
  }

  @Test
  void allHostsTogetherLetInWhatThereIsRoomFor() throws IOException {
    String tenant = tenant("flood", "{\"documents\":12}");
    awaitUsage(1, tenant, 0);

    int made = flood(OwnedPages.EVERYWHERE, tenant, 12);

    assertThat(made).isBetween(12, 12 + NODES - 1);
    awaitUsage(2, tenant, made);
    assertThat(create(1, OwnedPages.EVERYWHERE, "late", tenant).status()).isEqualTo(403);
  }

  @Test
  void documentsThatOtherHostsKeepAreCounted() throws IOException {
    String tenant = tenant("apart", "{\"documents\":9}");
    awaitUsage(1, tenant, 0);
    for (int i = 0; i < 9; i++) {
      assertThat(createPatiently(i % NODES, OwnedPages.ONCE, "apart" + i, tenant)).isEqualTo(200);
    }

    awaitUsage(0, tenant, 9);
    for (int node = 0; node < NODES; node++) {
      int at = node;
      AtomicInteger attempt = new AtomicInteger();
      // An owner that has not heard of the last ones yet lets one more in.
      await()
          .atMost(LIMIT)
          .until(
              () ->
                  create(
                              at,
                              OwnedPages.EVERYWHERE,
                              "more%d-%d".formatted(at, attempt.incrementAndGet()),
                              tenant)
                          .status()
                      == 403);
    }
  }

  @Test
  void usageIsRightWhenTheOwnerHasDiedAndWhenAllHaveBegunAnew() throws IOException {
    String tenant = tenant("lasting", "{\"documents\":10}");
    for (int i = 0; i < 10; i++) {
      assertThat(createPatiently(i % NODES, OwnedPages.EVERYWHERE, "lasting" + i, tenant))
          .isEqualTo(200);
    }
    int owner = cluster.ownerOf(tenant);
    int other = (owner + 1) % NODES;

    cluster.kill9(owner);

    awaitUsage(other, tenant, 10);
    assertThat(createPatiently(other, OwnedPages.EVERYWHERE, "lastly", tenant)).isEqualTo(403);
    assertThat(http(other).delete(OwnedPages.EVERYWHERE + "/lasting0").status()).isEqualTo(200);
    assertThat(createPatiently(other, OwnedPages.EVERYWHERE, "lastly", tenant)).isEqualTo(200);
    for (int node = 0; node < NODES; node++) {
      if (node != owner) {
        cluster.kill9(node);
      }
    }
    for (int node = 0; node < NODES; node++) {
      cluster.restart(node);
    }
    cluster.awaitGroup(OwnedPages.EVERYWHERE, LIMIT);
    awaitUsage(owner, tenant, 10);
    assertThat(createPatiently(owner, OwnedPages.EVERYWHERE, "beyond", tenant)).isEqualTo(403);
  }
}
