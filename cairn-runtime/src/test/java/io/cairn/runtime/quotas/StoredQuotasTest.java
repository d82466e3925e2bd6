// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.quotas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.cluster.group.partition.Partition;
import io.cairn.runtime.HostFixture;
import io.cairn.runtime.HostFixture.Answer;
import io.cairn.runtime.documents.PartitionMachine;
import io.cairn.runtime.documents.Tally;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What tenants may store on one host, and what is counted of it. */
class StoredQuotasTest {

  private static final String TENANTS = "/core/tenants";
  private static final long SEED = Long.getLong("cairn.seed", 4711);

  @TempDir static Path sandbox;
  private static HostFixture host;

  @BeforeAll
  static void start() {
    host =
        HostFixture.start(
            sandbox, it -> it.startAndAwait(OwnedNote.createFactory(), OwnedNote.NOTES));
  }

  @AfterAll
  static void stop() {
    host.close();
  }

  /** A tenant of its own for each test, whose limits hold when this returns. */
  private static String tenant(String name, String quotas) {
    Answer made =
        host.post(
            TENANTS,
            "{\"documentSelfLink\":\"%s\",\"name\":\"%s\",\"quotas\":%s}"
                .formatted(name, name, quotas));
    assertThat(made.status()).as(made.body()).isEqualTo(200);
    String link = TENANTS + "/" + name;
    usage(link); // counted from here on
    return link;
  }

  private static JsonNode usage(String tenant) {
    Answer answer = host.get(tenant + "/usage");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json();
  }

  private static long documents(String tenant) {
    return usage(tenant).at("/documents/used").asLong(-1);
  }

  private static long bytes(String tenant) {
    return usage(tenant).at("/bytes/used").asLong(-1);
  }

  private static String note(String name, String text, String... tenants) {
    String links = tenants.length == 0 ? "null" : "[\"" + String.join("\",\"", tenants) + "\"]";
    return "{\"documentSelfLink\":\"%s\",\"text\":\"%s\",\"tenantLinks\":%s}"
        .formatted(name, text, links);
  }

  private static int create(String name, String text, String... tenants) {
    return host.post(OwnedNote.NOTES, note(name, text, tenants)).status();
  }

  private static int put(String name, String text, String... tenants) {
    return host.put(OwnedNote.NOTES + "/" + name, note(name, text, tenants)).status();
  }

  private static void delete(String name) {
    assertThat(host.delete(OwnedNote.NOTES + "/" + name).status()).isEqualTo(200);
  }

  private static long countByQuery(String tenant) {
    String task =
        """
        {"taskInfo":{"isDirect":true},"querySpec":{"options":["COUNT"],"query":{"term":{
         "propertyName":"tenantLinks.item","matchValue":"%s"}}}}"""
            .formatted(tenant);
    return host.post("/core/query-tasks", task).json().at("/results/documentCount").asLong(-1);
  }

  @Test
  void documentsBeyondTheLimitAreRefusedUntilOneIsDeleted() {
    String tenant = tenant("full", "{\"documents\":2}");
    assertThat(create("full1", "x", tenant)).isEqualTo(200);
    assertThat(create("full2", "x", tenant)).isEqualTo(200);

    Answer refused = host.post(OwnedNote.NOTES, note("full3", "x", tenant));

    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.message())
        .contains(tenant, "2 documents and has 2", "1 more", "Delete some", "quotas.documents");
    assertThat(refused.json().path("errorCode").asInt()).isEqualTo(0x80000026);
    assertThat(refused.json().path("documentKind").asString()).endsWith("ServiceErrorResponse");
    assertThat(host.get(OwnedNote.NOTES + "/full3").status()).isEqualTo(404);
    assertThat(put("full1", "longer", tenant)).as("changing one needs no more").isEqualTo(200);
    assertThat(create("other", "x")).as("of no tenant").isEqualTo(200);

    delete("full2");
    assertThat(documents(tenant)).isOne();
    assertThat(create("full3", "x", tenant)).isEqualTo(200);
    assertThat(usage(tenant).path("documents")).hasToString("{\"used\":2,\"limit\":2}");
  }

  @Test
  void bytesAreThoseOfTheLatestVersions() {
    String tenant = tenant("heavy", "{\"bytes\":2000}");
    assertThat(create("heavy1", "x".repeat(1_000), tenant)).isEqualTo(200);
    assertThat(put("heavy1", "y".repeat(1_000), tenant)).isEqualTo(200);
    long one = bytes(tenant);
    assertThat(one).isBetween(1_000L, 1_600L);

    assertThat(put("heavy1", "x".repeat(900), tenant)).isEqualTo(200);
    assertThat(bytes(tenant)).isEqualTo(one - 100);
    Answer refused =
        host.put(OwnedNote.NOTES + "/heavy1", note("heavy1", "x".repeat(2_500), tenant));
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.message()).contains("2000 bytes", "quotas.bytes");
    assertThat(create("heavy2", "x".repeat(1_000), tenant)).isEqualTo(403);
    assertThat(bytes(tenant)).isEqualTo(one - 100);

    host.patch(tenant, "{\"quotas\":{\"bytes\":10}}");
    await().until(() -> usage(tenant).at("/bytes/limit").asLong() == 10);
    assertThat(put("heavy1", "x", tenant)).as("what shrinks is let in").isEqualTo(200);
    assertThat(put("heavy1", "xxxx", tenant)).isEqualTo(403);
  }

  @Test
  void documentThatMovesCountsWhereItGoes() {
    String from = tenant("from", "{\"documents\":5}");
    String to = tenant("to", "{\"documents\":1}");
    assertThat(create("mover", "x", from)).isEqualTo(200);
    assertThat(create("mover2", "x", from)).isEqualTo(200);

    assertThat(put("mover", "x", to)).isEqualTo(200);
    assertThat(documents(from)).isOne();
    assertThat(documents(to)).isOne();
    assertThat(put("mover2", "x", to)).as("there is no room").isEqualTo(403);
    assertThat(put("mover2", "x", from, from)).isEqualTo(200);
    assertThat(documents(from)).as("named twice, and counted once").isOne();
    assertThat(put("mover", "x")).isEqualTo(200);
    assertThat(documents(to)).isZero();
    assertThat(put("mover2", "x", from, to)).as("of both").isEqualTo(200);
    assertThat(documents(from)).isOne();
    assertThat(documents(to)).isOne();
  }

  @Test
  void expiredDocumentsMakeRoomAndRestoredOnesCountAgain() {
    String tenant = tenant("passing", "{\"documents\":1}");
    String soon =
        "{\"documentSelfLink\":\"passing\",\"tenantLinks\":[\"%s\"],\"documentExpirationTimeMicros\":%d}"
            .formatted(tenant, System.currentTimeMillis() * 1_000 + 1_500_000);
    assertThat(host.post(OwnedNote.NOTES, soon).status()).isEqualTo(200);
    assertThat(create("stays", "x", tenant)).isEqualTo(403);

    await().until(() -> create("stays", "x", tenant) == 200);

    assertThat(documents(tenant)).isOne();
    delete("stays");
    assertThat(documents(tenant)).isZero();
    Answer restored = host.post(OwnedNote.NOTES + "/stays/restore", "{\"documentVersion\":0}");
    assertThat(restored.status()).as(restored.body()).isEqualTo(200);
    assertThat(documents(tenant)).isOne();
    assertThat(create("another", "x", tenant)).isEqualTo(403);
  }

  /** As a client does that is told to come again. */
  private static int race(String name, String tenant) {
    int status = create(name, "x", tenant);
    while (status == 429) {
      status = create(name, "x", tenant);
    }
    return status;
  }

  @Test
  void raceLetsInAsManyAsThereIsRoomFor() {
    String tenant = tenant("race", "{\"documents\":10}");
    List<CompletableFuture<Integer>> racers =
        IntStream.range(0, 64)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> race("race" + i, tenant)))
            .toList();
    List<Integer> answers =
        racers.stream().map(each -> each.orTimeout(60, TimeUnit.SECONDS).join()).toList();

    assertThat(answers).filteredOn(status -> status == 200).hasSize(10);
    assertThat(answers).filteredOn(status -> status == 403).hasSize(54);
    assertThat(documents(tenant)).isEqualTo(10);
    assertThat(countByQuery(tenant)).isEqualTo(10);
  }

  @Test
  void countIsRightWhateverWasDoneAndAfterARestart() {
    String a = tenant("chance-a", "{\"documents\":1000}");
    String b = tenant("chance-b", "{\"documents\":4}");
    SplittableRandom random = new SplittableRandom(SEED);
    List<String> names = new ArrayList<>(List.of("c0", "c1", "c2", "c3", "c4", "c5", "c6"));
    for (int i = 0; i < 150; i++) {
      String name = names.get(random.nextInt(names.size()));
      String text = "x".repeat(random.nextInt(50));
      String[] owners =
          switch (random.nextInt(4)) {
            case 0 -> new String[] {};
            case 1 -> new String[] {a};
            case 2 -> new String[] {b};
            default -> new String[] {a, b};
          };
      int status =
          switch (random.nextInt(3)) {
            case 0 -> host.delete(OwnedNote.NOTES + "/" + name).status();
            case 1 -> put(name, text, owners);
            default ->
                host.send(
                        "POST",
                        OwnedNote.NOTES,
                        note(name, text, owners),
                        "pragma",
                        "xn-force-index-update")
                    .status();
          };
      assertThat(status).as("seed " + SEED).isIn(200, 403, 404, 409);
    }
    long bytesOfA = bytes(a);
    for (String tenant : List.of(a, b)) {
      assertThat(documents(tenant)).as("seed " + SEED).isEqualTo(countByQuery(tenant));
    }
    assertThat(documents(b)).isLessThanOrEqualTo(4);
    long documentsOfA = documents(a);

    host.restart();

    assertThat(documents(a)).isEqualTo(documentsOfA);
    assertThat(bytes(a)).isEqualTo(bytesOfA);
    assertThat(documents(b)).isEqualTo(countByQuery(b));
  }

  @Test
  void usageOfATenantWithoutLimitsIsCountedWhenSomebodyAsks() {
    String tenant = tenant("free", "{}");
    assertThat(create("free1", "x", tenant)).isEqualTo(200);

    JsonNode usage = usage(tenant);

    assertThat(usage.at("/documents/used").asInt()).isOne();
    assertThat(usage.at("/documents").has("limit")).isFalse();
    assertThat(usage.path("node").asString()).isEqualTo(host.host().getId());
    assertThat(host.get(TENANTS + "/absent/usage").status()).isEqualTo(404);
    assertThat(host.post(tenant + "/usage", "{}").status()).isEqualTo(405);
  }

  @Test
  void limitsThatMeanNothingAreRefused() {
    for (String wrong :
        List.of(
            "{\"documents\":-1}",
            "{\"requestsPerSecond\":0}",
            "{\"document\":5}",
            "{\"concurrentQueries\":\"many\"}")) {
      Answer refused = host.post(TENANTS, "{\"name\":\"w\",\"quotas\":%s}".formatted(wrong));
      assertThat(refused.status()).as(wrong).isEqualTo(400);
      assertThat(refused.message()).as(wrong).contains("quotas");
    }
    assertThat(host.post(TENANTS, "{\"name\":\"w\",\"quotas\":{\"document\":5}}").message())
        .contains("quotas.document", "requestsPerSecond, concurrentQueries");
  }

  @Test
  void patchChangesTheLimitsThatItNamesAndAPutAll() {
    String tenant = tenant("patched", "{\"documents\":5,\"bytes\":100}");

    Answer patched = host.patch(tenant, "{\"quotas\":{\"documents\":6}}");

    assertThat(patched.json().path("quotas")).hasToString("{\"documents\":6,\"bytes\":100}");
    assertThat(host.patch(tenant, "{\"quotas\":{\"document\":6}}").status()).isEqualTo(400);
    assertThat(host.patch(tenant, "{\"quotas\":{\"documents\":6}}").json().path("documentVersion"))
        .as("the same makes no version")
        .isEqualTo(patched.json().path("documentVersion"));
    Answer put = host.put(tenant, "{\"name\":\"patched\",\"quotas\":{\"openStreams\":1}}");
    assertThat(put.json().path("quotas")).hasToString("{\"openStreams\":1}");
  }

  @Test
  void nothingIsCountedWhereNobodyLimitsAnything(@TempDir Path other) {
    try (HostFixture plain =
        HostFixture.start(
            other, it -> it.startAndAwait(OwnedNote.createFactory(), OwnedNote.NOTES))) {
      plain.post(TENANTS, "{\"documentSelfLink\":\"t\",\"name\":\"t\"}");
      plain.post(OwnedNote.NOTES, note("n", "x", TENANTS + "/t"));
      assertThat(plain.get(TENANTS + "/t").status()).isEqualTo(200);
      assertThat(tallies(plain)).isEmpty();

      plain.patch(TENANTS + "/t", "{\"quotas\":{\"documents\":1}}");
      await().until(() -> !tallies(plain).isEmpty());
    }
  }

  private static List<Tally> tallies(HostFixture host) {
    List<Tally> found = new ArrayList<>();
    for (Partition partition : host.partitions()) {
      if (partition.machine() instanceof PartitionMachine machine && machine.tally() != null) {
        found.add(machine.tally());
      }
    }
    return found;
  }
}
