// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.runtime.documents.DiskRoom;
import io.cairn.testkit.Answer;
import io.cairn.testkit.HttpProbe;
import io.cairn.testkit.TestHost;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;

/**
 * What hosts say about their health is what requests to them get. One group of three serves all
 * tests; the one that leaves a host without data comes last.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HealthTruthTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String READY = "/core/health/ready";
  private static final String FACTORY = SeveralHostsTest.SharedNotes.FACTORY_LINK;
  private static final String QUERY =
      """
      {"taskInfo":{"isDirect":true},"querySpec":{"query":{"term":{"propertyName":"documentSelfLink",
      "matchType":"PREFIX","matchValue":"%s/"}}}}"""
          .formatted(FACTORY);
  private static final int STEPS = Integer.getInteger("cairn.health.steps", 5);
  private static final int LIES = 3;

  /** How long requests to hosts that are started from now on may take. */
  private static Duration operationLimit = Duration.ofSeconds(10);

  private static TestCluster cluster;
  private static int created;

  @BeforeAll
  static void start() {
    cluster =
        TestCluster.start(
            3,
            host -> host.startFactory(new SeveralHostsTest.SharedNotes()),
            arguments -> {
              arguments.membershipQuorum = 2;
              arguments.operationTimeoutMicros = operationLimit.toNanos() / 1_000;
              arguments.startupPeriodMicros = TimeUnit.SECONDS.toMicros(2);
            });
    awaitReady();
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  private static HttpProbe http(int node) {
    return cluster.host(node).http();
  }

  private static void awaitReady(int... nodes) {
    await()
        .atMost(LIMIT)
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              for (int node : nodes.length == 0 ? new int[] {0, 1, 2} : nodes) {
                Answer ready = http(node).get(READY);
                assertThat(ready.status()).as(ready.toString()).isEqualTo(200);
              }
            });
  }

  private static Answer create(int node) throws IOException {
    Answer answer =
        http(node)
            .post(FACTORY, "{\"documentSelfLink\":\"h%d\",\"text\":\"t\"}".formatted(created));
    if (answer.status() != 200 && answer.status() != 409) {
      return answer;
    }
    created++; // 409: an attempt before was refused when it had been proposed already
    return answer.status() == 200 ? answer : create(node);
  }

  private static void quorum(int node, int quorum) {
    await()
        .atMost(LIMIT)
        .ignoreExceptions()
        .until(
            () ->
                http(node)
                        .patch("/core/node-groups/default", "{\"membershipQuorum\":" + quorum + "}")
                        .status()
                    == 200);
  }

  private static void assertRefused(Answer answer, String why) {
    assertThat(answer.status()).as(answer.toString()).isEqualTo(503);
    assertThat(answer.header("retry-after")).isNotBlank();
    assertThat(answer.json().path("message").asString()).contains(why);
  }

  @Test
  @Order(1)
  void belowMembershipQuorumNothingConsistentIsAnsweredAlthoughAMajorityLives() throws IOException {
    assertThat(create(0).status()).isEqualTo(200);
    quorum(0, 3);
    cluster.stop(2);
    String why = "2 of 3 members live, and membershipQuorum is 3; start again: node-2";
    for (int node = 0; node < 2; node++) {
      int asked = node;
      await()
          .atMost(LIMIT)
          .untilAsserted(
              () -> assertThat(http(asked).get(READY).json().path("why").toString()).contains(why));
      assertThat(Checkups.found(http(node).get(Checkups.PATH).json(), "quorum")).isEqualTo(why);
      for (int i = 0; i < 16; i++) { // in all partitions, so at their owners too
        String link = FACTORY + "/nobody" + i;
        assertRefused(http(node).get(link), why);
        assertRefused(http(node).patch(link, "{\"text\":\"b\"}"), why);
      }
      assertRefused(create(node), why);
      assertRefused(http(node).get(FACTORY), why);
      assertRefused(http(node).post("/core/query-tasks", QUERY), why);
      assertRefused(http(node).get(FACTORY + "/available"), why);
      Answer local = http(node).get(FACTORY + "/h0?consistency=local");
      assertThat(local.status()).as(local.toString()).isEqualTo(200);
      assertThat(http(node).put("/core/attributes/s/a", "{\"value\":1}").status()).isLessThan(300);
    }

    cluster.restart(2);
    awaitReady();
    assertThat(create(1).status()).isEqualTo(200);
    quorum(0, 2);
  }

  @Test
  @Order(2)
  void nodeWithTheIdOfALivingMemberServesNothing() throws IOException {
    String[] peers = cluster.targets().stream().map(URI::toString).toArray(String[]::new);
    try (TestHost impostor =
        TestHost.builder()
            .arguments(
                arguments -> {
                  arguments.id = "node-1";
                  arguments.peerNodes = peers;
                  arguments.startupPeriodMicros = TimeUnit.SECONDS.toMicros(2);
                  arguments.operationTimeoutMicros = TimeUnit.SECONDS.toMicros(10);
                })
            .services(
                host -> {
                  host.startDefaultCoreServicesSynchronously();
                  host.startFactory(new SeveralHostsTest.SharedNotes());
                })
            .start()) {
      for (int i = 0; i < 10; i++) {
        Answer ready = impostor.http().get(READY);
        assertThat(ready.status()).as(ready.toString()).isEqualTo(503);
        assertThat(ready.json().path("why").toString()).contains("node-1");
        assertNothingIsServed(impostor.http());
      }
    }
    awaitReady();
  }

  private static void assertNothingIsServed(HttpProbe http) throws IOException {
    assertRefused(http.post(FACTORY, "{\"documentSelfLink\":\"x\",\"text\":\"t\"}"), "");
    assertRefused(http.get(FACTORY + "/h0"), "");
    assertRefused(http.get(FACTORY), "");
    assertRefused(http.get(FACTORY + "?$filter=text%20eq%20%27t%27"), "");
    assertRefused(http.get(FACTORY + "?$count=true"), "");
    assertRefused(http.post("/core/query-tasks", QUERY), "");
    assertRefused(http.get(FACTORY + "/available"), "");
    assertRefused(http.get("/core/document-index?documentSelfLink=" + FACTORY + "/h0"), "");
    assertRefused(http.get(FACTORY + "/h0?consistency=local"), "");
    assertRefused(http.get(FACTORY + "?consistency=local"), "");
    JsonNode copies = http.get("/core/cluster/copies").json();
    assertThat(copies.path("agree").asBoolean(true)).as(copies.toString()).isFalse();
    assertThat(copies.path("why")).as(copies.toString()).isNotEmpty();
  }

  /** What an owner does not serve is not absent, whomever a client asks. */
  @Test
  @Order(3)
  void documentsOfAnOwnerWhoseFactoryIsStoppedAreRefusedWithTheReasonThroughAllNodes()
      throws IOException {
    int first = created;
    for (int i = 0; i < 16; i++) {
      assertThat(create(0).status()).isEqualTo(200);
    }
    http(1).delete(FACTORY, "pragma", "xn-no-index-update");
    String why = FACTORY + " was stopped on node node-1 by a request";

    int refused = 0;
    for (int i = first; i < created; i++) {
      String link = FACTORY + "/h" + i;
      boolean owned = http(0).get(link).status() != 200;
      refused += owned ? 1 : 0;
      for (int node : new int[] {0, 2}) {
        for (Answer answer :
            List.of(
                http(node).get(link),
                http(node).put(link, "{\"text\":\"b\"}"),
                http(node).get(link + "/stats"))) {
          if (owned) {
            assertRefused(answer, why);
          } else {
            assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
          }
        }
      }
      if (owned) {
        assertRefused(http(1).get(link), why);
        assertRefused(http(0).delete(link), why);
        assertRefused(
            http(0).post(FACTORY, "{\"documentSelfLink\":\"h%d\",\"text\":\"t\"}".formatted(i)),
            why);
      }
    }
    assertThat(refused).as("documents of node-1").isBetween(1, 15);
    Answer ready = http(1).get(READY);
    assertThat(ready.status()).as(ready.toString()).isEqualTo(503);
    assertThat(ready.json().path("why").toString()).contains(why);
    assertThat(Checkups.found(http(1).get(Checkups.PATH).json(), "services")).contains(why);
    assertThat(count(http(0).get(FACTORY).json())).isEqualTo(created);

    cluster.host(1).host().startFactory(new SeveralHostsTest.SharedNotes());
    awaitReady();
  }

  @Test
  @Order(4)
  void fullDiskIsLeftToTheOthersAndTwoOfThreeRefuseUpdatesWithTheReason() throws IOException {
    full(0, true);
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> {
              for (int i = 0; i < 16; i++) {
                Answer answer = create(0);
                assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
              }
            });
    awaitReady();

    full(1, true);
    String why = "The disks of node-0, node-1 are nearly full";
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> {
              Answer refused = create(2);
              assertThat(refused.status()).as(refused.toString()).isEqualTo(507);
              assertThat(refused.header("retry-after")).isNotBlank();
              assertThat(refused.json().path("message").asString()).contains(why);
              assertThat(http(2).get(READY).json().path("why").toString()).contains(why);
            });
    assertThat(http(2).get(FACTORY + "/h0").status()).isEqualTo(200);
    assertThat(Checkups.found(http(0).get(Checkups.PATH).json(), "disk room"))
        .contains("takes no updates");
    assertThat(count(http(2).get(FACTORY).json())).isEqualTo(created);

    full(0, false);
    full(1, false);
    awaitReady();
    assertThat(create(0).status()).isEqualTo(200);
  }

  /** The hosts of the test share a disk, and each has its own idea of what is to stay free. */
  private static void full(int node, boolean whether) {
    long free = cluster.host(node).sandbox().toFile().getUsableSpace();
    cluster.host(node).host().unwrap(DiskRoom.class).reserve(whether ? free + free / 4 : 0);
  }

  /** The seed is printed with a failure; {@code -Dcairn.seed=} repeats a run. */
  @Test
  @Order(5)
  void hostThatSaysItIsReadyAnswersAndOneThatIsNotSaysWhy() throws IOException {
    long seed = Long.getLong("cairn.seed", System.nanoTime());
    Random random = new Random(seed);
    List<String> history = new ArrayList<>(List.of("seed " + seed));
    TreeSet<Integer> up = new TreeSet<>(List.of(0, 1, 2));
    for (int step = 0; step < STEPS; step++) {
      int node = random.nextInt(3);
      if (!up.contains(node)) {
        cluster.restart(node);
        up.add(node);
        history.add("restart " + node);
      } else if (up.size() == 3 && random.nextInt(3) == 0) {
        int quorum = 2 + random.nextInt(2);
        quorum(node, quorum);
        history.add("quorum " + quorum);
      } else if (up.size() > 1) {
        cluster.stop(node);
        up.remove(node);
        history.add("stop " + node);
      }
      for (int look = 0; look < 4; look++) {
        for (int asked : up) {
          check(asked, history);
        }
      }
    }
    IntStream.range(0, 3).filter(node -> !up.contains(node)).forEach(cluster::restart);
    awaitReady();
    quorum(0, 2);
  }

  private static void check(int node, List<String> history) throws IOException {
    HttpProbe http = http(node);
    refusal(node, history, () -> create(node));
    refusal(node, history, () -> http.get(FACTORY + "/h0"));
    refusal(node, history, () -> http.get(FACTORY + "/available"));
    int known = created;
    Answer listing = refusal(node, history, () -> http.get(FACTORY));
    if (listing.status() == 200) {
      assertThat(count(listing.json())).as("%s", history).isGreaterThanOrEqualTo(known);
    }
    Answer query = refusal(node, history, () -> http.post("/core/query-tasks", QUERY));
    if (query.status() == 200) {
      assertThat(count(query.json().path("results")))
          .as("%s", history)
          .isGreaterThanOrEqualTo(known);
    }
    says(http.get("/core/health"));
  }

  /** A request to a node. */
  private interface Request {
    Answer send() throws IOException;
  }

  /**
   * Sends a request, which may be refused only by a node that says it is not ready. Leaders come
   * and go within a moment on a busy machine, so a node lies that does so again and again.
   */
  private static Answer refusal(int node, List<String> history, Request request)
      throws IOException {
    List<Answer> lies = new ArrayList<>();
    while (true) {
      boolean before = says(http(node).get(READY));
      Answer answer = request.send();
      if (answer.status() == 200) {
        return answer;
      }
      assertThat(answer.status()).as(answer.toString()).isEqualTo(503);
      if (!before || !says(http(node).get(READY))) {
        return answer;
      }
      lies.add(answer);
      assertThat(lies).as("node %d is ready after %s", node, history).hasSizeLessThan(LIES);
    }
  }

  /** Tells whether a node says that it is ready, which must have a reason if it is not. */
  private static boolean says(Answer health) {
    boolean ready = health.json().path("ready").asBoolean();
    JsonNode why = health.json().path("why");
    assertThat(ready || !why.isEmpty()).as(health.toString()).isTrue();
    why.forEach(sentence -> assertThat(sentence.asString()).as(health.toString()).isNotBlank());
    return ready;
  }

  /** A missing count is no zero. */
  private static long count(JsonNode result) {
    assertThat(result.path("documentCount").isNumber()).as(result.toString()).isTrue();
    return result.path("documentCount").asLong();
  }

  @Test
  @Order(6)
  void nodeInNoGroupAnswersAtOnceThatItCannot() throws IOException {
    Path wiped = cluster.host(1).sandbox();
    for (int node = 0; node < 3; node++) {
      cluster.stop(node);
    }
    deleteWithin(wiped);
    operationLimit = Duration.ofMinutes(2);
    cluster.restart(1);
    operationLimit = Duration.ofSeconds(3); // what no election can help lasts no longer there
    cluster.restart(2);

    Answer ready = http(1).get(READY);
    assertThat(ready.status()).as(ready.toString()).isEqualTo(503);
    assertThat(ready.json().path("why").toString()).contains("no group default");
    // A request that waited until its time is over would outlast the patience of the probe.
    assertNothingIsServed(http(1));
    assertThat(http(2).get(READY).status()).isEqualTo(503);
    assertRefused(http(2).post(FACTORY, "{\"text\":\"t\"}"), "");

    cluster.restart(0);
    awaitReady();
    assertThat(count(http(1).get(FACTORY).json())).isEqualTo(created);
  }

  private static void deleteWithin(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        if (!file.equals(directory)) {
          Files.delete(file);
        }
      }
    }
  }

  @Test
  @Order(5)
  void hostIsNotReadyBeforeEachFactoryAnswers() throws IOException {
    AtomicReference<List<Answer>> early = new AtomicReference<>(List.of());
    try (TestHost host =
        TestHost.start(
            starting -> {
              starting.startDefaultCoreServicesSynchronously();
              try (HttpProbe probe = new HttpProbe(starting.getUri())) {
                early.set(
                    List.of(
                        probe.get(READY),
                        probe.get(FACTORY),
                        probe.post(FACTORY, "{\"text\":\"t\"}"),
                        probe.get(FACTORY + "/available")));
              }
              starting.startFactory(new SeveralHostsTest.SharedNotes());
            })) {
      assertThat(early.get()).extracting(Answer::status).containsOnly(503);
      assertThat(early.get()).allMatch(answer -> !answer.header("retry-after").isBlank());
      assertThat(early.get().getFirst().json().path("why").toString())
          .contains("services of this host are being started");
      await().atMost(LIMIT).until(() -> host.http().get(READY).status() == 200);
      assertThat(host.http().get(FACTORY).status()).isEqualTo(200);
      assertThat(host.http().get("/core/nothing").status()).isEqualTo(404);
    }
  }
}
