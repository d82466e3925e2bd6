// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.cluster.application.Cluster;
import io.cairn.testkit.Answer;
import io.cairn.testkit.EventStreamReader;
import io.cairn.testkit.HttpProbe;
import io.cairn.testkit.TestHost;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What hosts say and do when others come and go. */
class ClusterHealthTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String READY = "/core/health/ready";
  private static final String ATTRIBUTE = "/core/attributes/s/";

  @Test
  void quorumIsLostWithTheSecondOfThreeAndFoundAgain() throws IOException {
    try (TestCluster cluster =
        TestCluster.start(3, host -> {}, arguments -> arguments.membershipQuorum = 2)) {
      for (int i = 0; i < 3; i++) {
        awaitReady(cluster, i);
      }
      RecordingApplication application = new RecordingApplication();
      cluster.host(0).host().unwrap(Cluster.class).register(application);
      try (EventStreamReader events =
          EventStreamReader.open(cluster.host(0).uri().resolve("/core/cluster/events"))) {
        assertThat(events.next(LIMIT).json().get("members").size()).isEqualTo(3);
        put(cluster, 2, "kept", 1);

        cluster.stop(2);

        EventStreamReader.Event left = events.next(LIMIT, named("nodeLeft"));
        assertThat(left.json().at("/node/id").asString()).isEqualTo("node-2");
        assertThat(left.json().get("reason").asString()).isEqualTo("LEAVE");
        assertThat(left.json().get("healthy").asBoolean()).isTrue();
        awaitReady(cluster, 0);

        cluster.stop(1);

        assertThat(events.next(LIMIT, named("nodeLeft")).json().get("healthy").asBoolean())
            .isFalse();
        theLastOneIdles(cluster);

        cluster.restart(2);

        assertThat(events.next(LIMIT, named("nodeJoined")).json().at("/node/id").asString())
            .isEqualTo("node-2");
        awaitReady(cluster, 0);
        awaitReady(cluster, 2);
        awaitValue(cluster, 2, "kept", 1);
        awaitValue(cluster, 2, "alone", 2);
      }
      assertThat(application.told())
          .containsSubsequence(
              "start on " + threadOf(application),
              "responder",
              "attributes",
              "live node-0 node-1 node-2",
              "healthy true",
              "added s:kept=1",
              "left node-2 LEAVE",
              "live node-0 node-1",
              "left node-1 LEAVE",
              "live node-0",
              "healthy false",
              "added s:alone=2",
              "joined node-2",
              "live node-0 node-2",
              "healthy true");
      cluster.stop(0);
      assertThat(application.told()).endsWith("stop").containsOnlyOnce("stop");
    }
  }

  private static String threadOf(RecordingApplication application) {
    return application.told().getFirst().substring("start on ".length());
  }

  private static void theLastOneIdles(TestCluster cluster) throws IOException {
    await()
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(cluster.host(0).http().get(READY).status()).isEqualTo(503));
    Answer ready = cluster.host(0).http().get(READY);
    assertThat(ready.header("retry-after")).isNotBlank();
    assertThat(ready.json().get("why").toString()).contains("2").contains("1");
    assertThat(ready.json().get("healthy").asBoolean()).isFalse();
    assertThat(cluster.host(0).http().get("/core/health/live").status()).isEqualTo(200);
    assertThat(cluster.host(0).http().get(ATTRIBUTE + "kept").json().get("value").asInt())
        .isEqualTo(1);
    put(cluster, 0, "alone", 2);
    assertThat(cluster.host(0).http().get("/core/cluster").json().at("/members/node-1/status"))
        .hasToString("\"GONE\"");
  }

  private static java.util.function.Predicate<EventStreamReader.Event> named(String name) {
    return event -> event.name().equals(name);
  }

  private static void awaitReady(TestCluster cluster, int node) {
    await()
        .atMost(LIMIT)
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              Answer ready = cluster.host(node).http().get(READY);
              assertThat(ready.status()).as(ready.toString()).isEqualTo(200);
            });
  }

  private static void put(TestCluster cluster, int node, String name, int value)
      throws IOException {
    Answer put =
        cluster
            .host(node)
            .http()
            .put(ATTRIBUTE + name + "?confirm=true", "{\"value\":" + value + "}");
    assertThat(put.status()).as(put.toString()).isEqualTo(201);
  }

  private static void awaitValue(TestCluster cluster, int node, String name, int value) {
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(
                        cluster
                            .host(node)
                            .http()
                            .get(ATTRIBUTE + name)
                            .json()
                            .path("value")
                            .asInt(0))
                    .isEqualTo(value));
  }

  @Test
  void hostThatLooksForItsGroupAnswersForTheClusterAlready() throws Exception {
    List<Integer> ports = List.of(freePort(), freePort());
    URI uri = URI.create("http://127.0.0.1:" + ports.get(0));
    CompletableFuture<TestHost> first =
        CompletableFuture.supplyAsync(() -> host(ports, 0, arguments -> {}));
    try (HttpProbe http = new HttpProbe(uri)) {
      await()
          .atMost(LIMIT)
          .ignoreExceptions()
          .until(() -> http.get("/core/cluster").status() == 200);
      assertThat(first).as("it still looks for the other one").isNotDone();
      Answer ready = http.get(READY);
      assertThat(ready.status()).isEqualTo(503);
      assertThat(ready.header("retry-after")).isNotBlank();
      assertThat(ready.json().get("startupCompleted").asBoolean()).isFalse();
      assertThat(ready.json().get("why")).isNotEmpty();
      assertThat(http.get("/core/health/live").status()).isEqualTo(200);
      assertThat(http.put(ATTRIBUTE + "early", "{\"value\":7}").status()).isEqualTo(201);
      assertThat(http.get(ATTRIBUTE + "early").json().get("value").asInt()).isEqualTo(7);
      Answer other = http.get("/core/management");
      assertThat(other.status()).isEqualTo(503);
      assertThat(other.json().get("message").asString()).contains("starting");
      assertThat(other.header("retry-after")).isNotBlank();

      try (TestHost second = host(ports, 1, arguments -> {})) {
        first.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        await().atMost(LIMIT).until(() -> http.get(READY).status() == 200);
        await()
            .atMost(LIMIT)
            .untilAsserted(
                () -> assertThat(second.http().get(ATTRIBUTE + "early").status()).isEqualTo(200));
      }
    } finally {
      first.join().close();
    }
  }

  private static TestHost host(
      List<Integer> ports, int node, Consumer<io.cairn.service.ServiceHost.Arguments> settings) {
    return TestHost.builder()
        .arguments(
            arguments -> {
              arguments.port = ports.get(node);
              arguments.id = "node-" + node;
              arguments.membershipQuorum = ports.size();
              arguments.startupPeriodMicros = TimeUnit.MINUTES.toMicros(2);
              arguments.peerNodes =
                  ports.stream().map(port -> "http://127.0.0.1:" + port).toArray(String[]::new);
              settings.accept(arguments);
            })
        .start();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Test
  void applicationIsMadeByItsClassNameAndHearsEverything() throws IOException {
    RecordingApplication.MADE.clear();
    try (TestHost host =
        TestHost.builder()
            .arguments(
                arguments -> {
                  arguments.id = "only";
                  arguments.clusterApplicationClass = RecordingApplication.class.getName();
                  arguments.clusterApplicationStage = "of-the-test";
                })
            .start()) {
      host.http().put(ATTRIBUTE + "a", "{\"value\":1}");
      host.http().put(ATTRIBUTE + "a", "{\"value\":2}");
      host.http().delete("/core/attributes/s");
    }

    assertThat(RecordingApplication.MADE).hasSize(1);
    assertThat(RecordingApplication.MADE.element().told())
        .containsExactly(
            "start on cairn-stage-of-the-test",
            "responder",
            "attributes",
            "live only",
            "healthy true",
            "created s",
            "added s:a=1",
            "replaced s:a=2",
            "removed s:a",
            "removed s",
            "stop");
  }

  @Test
  void applicationThatCannotBeMadeKeepsTheHostFromStarting() {
    TestHost.Builder builder =
        TestHost.builder().arguments(a -> a.clusterApplicationClass = "com.example.Nothing");

    org.assertj.core.api.Assertions.assertThatIllegalArgumentException()
        .isThrownBy(builder::start)
        .withMessageContaining("com.example.Nothing");
  }

  @Test
  void attributesOutlastARestartIfThatIsAskedFor() throws IOException {
    try (TestHost host =
        TestHost.builder().arguments(arguments -> arguments.persistentAttributes = true).start()) {
      host.http().put(ATTRIBUTE + "a", "{\"value\":\"kept\"}");
      host.http().put(ATTRIBUTE + "b", "{\"value\":\"gone\"}");
      host.http().delete(ATTRIBUTE + "b");

      host.restart();

      assertThat(host.http().get(ATTRIBUTE + "a").text()).contains("\"value\":\"kept\"");
      assertThat(host.http().get(ATTRIBUTE + "b").status()).isEqualTo(404);
    }
  }

  @Test
  void attributesOfAHostAloneAreGoneWithItIfNot() throws IOException {
    try (TestHost host = TestHost.builder().start()) {
      host.http().put(ATTRIBUTE + "a", "{\"value\":1}");

      host.restart();

      assertThat(host.http().get(ATTRIBUTE + "a").status()).isEqualTo(404);
    }
  }
}
