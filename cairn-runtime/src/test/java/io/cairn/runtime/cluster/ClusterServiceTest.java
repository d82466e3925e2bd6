// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.runtime.HostFixture;
import io.cairn.runtime.HostFixture.Answer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ClusterServiceTest {

  private static final String QUORUM = "{\"membershipQuorum\":%d}";

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

  @Test
  void clusterOfOneIsShown() {
    String id = host.host().getId();

    JsonNode cluster = host.get("/core/cluster").json();

    assertThat(cluster.get("self").asString()).isEqualTo(id);
    assertThat(cluster.get("members").propertyNames()).containsExactly(id);
    JsonNode self = cluster.get("members").get(id);
    assertThat(self.get("id").asString()).isEqualTo(id);
    assertThat(self.get("status").asString()).isEqualTo("ALIVE");
    assertThat(self.get("roles").toString()).isEqualTo("[\"PEER\"]");
    assertThat(self.get("launchId").asString()).isNotBlank();
    assertThat(self.get("uri").asString()).isEqualTo(host.host().getPublicUri().toString());
    assertThat(Instant.parse(self.get("lastSeen").asString()))
        .isBefore(Instant.now().plusSeconds(1));
    assertThat(cluster.get("quorum").toString())
        .isEqualTo("{\"required\":1,\"configured\":1,\"live\":1}");
    assertThat(cluster.get("startupCompleted").asBoolean()).isTrue();
    assertThat(cluster.get("healthy").asBoolean()).isTrue();
    assertThat(cluster.get("messages").isObject()).isTrue();
    assertThat(cluster.get("attributes").get("sets").asInt()).isZero();
  }

  @Test
  void launchIdIsAnotherAfterARestart() {
    String before = launchId();

    host.restart();

    assertThat(launchId()).isNotEqualTo(before);
  }

  private String launchId() {
    JsonNode cluster = host.get("/core/cluster").json();
    return cluster.get("members").get(cluster.get("self").asString()).get("launchId").asString();
  }

  @Test
  void hostThatServesIsLiveAndReady() {
    await().until(() -> host.get("/core/health/ready").status() == 200);
    Answer live = host.get("/core/health/live");
    Answer ready = host.get("/core/health/ready");

    assertThat(live.status()).isEqualTo(200);
    assertThat(ready.body())
        .isEqualTo(
            "{\"live\":true,\"healthy\":true,\"ready\":true,\"startupCompleted\":true,"
                + "\"liveNodes\":1,\"requiredNodes\":1,\"why\":[]}");
    assertThat(host.get("/core/health").body()).isEqualTo(ready.body());
    Answer head = host.send("HEAD", "/core/health/ready", null);
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
  }

  @Test
  void hostWithoutQuorumIsLiveAndNotReadyAndSaysWhy() {
    host.patch("/core/node-groups/default", QUORUM.formatted(2));

    await().until(() -> host.get("/core/health/ready").status() == 503);
    Answer ready = host.get("/core/health/ready");
    assertThat(ready.response().headers().firstValue("retry-after")).isPresent();
    assertThat(ready.json().get("why").toString()).contains("2");
    assertThat(ready.json().get("healthy").asBoolean()).isFalse();
    assertThat(host.get("/core/health/live").status()).isEqualTo(200);
    assertThat(host.get("/core/health").status()).isEqualTo(200);
    assertThat(host.send("HEAD", "/core/health/ready", null).status()).isEqualTo(503);
    assertThat(host.get("/core/cluster").json().get("quorum").get("required").asInt()).isEqualTo(2);
    assertThat(host.put("/core/attributes/s/a", "{\"value\":1}").status()).isEqualTo(201);
    assertThat(host.get("/core/attributes/s/a").status()).isEqualTo(200);
  }

  @Test
  void healthIsWatched() throws Exception {
    await().until(() -> host.get("/core/health/ready").status() == 200);
    try (ReadEvents events = new ReadEvents(host.uri("/core/cluster/events"))) {
      assertThat(events.next().json().get("healthy").asBoolean()).isTrue();

      host.patch("/core/node-groups/default", QUORUM.formatted(2));

      ReadEvents.Event changed =
          events.next(
              event ->
                  event.name().equals("healthChanged") && !event.json().get("healthy").asBoolean());
      assertThat(changed.json().get("why")).isNotEmpty();
    }
  }

  @Test
  void attributesAreAmongTheEvents() throws Exception {
    try (ReadEvents events = new ReadEvents(host.uri("/core/cluster"))) {
      assertThat(events.next().name()).isEqualTo("state");

      host.put("/core/attributes/s/a", "{\"value\":1}");

      assertThat(events.next(event -> event.name().equals("attributeAdded")).json().get("name"))
          .hasToString("\"a\"");
    }
  }

  @Test
  void clientsThatHaveGoneMakeRoomForOthers() throws Exception {
    List<ReadEvents> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      ReadEvents each = new ReadEvents(host.uri("/core/cluster/events"));
      each.next();
      all.add(each);
    }
    int open = host.operationsInFlight();
    for (ReadEvents each : all) {
      each.close();
    }

    assertThat(open).isGreaterThanOrEqualTo(20);
    await().untilAsserted(() -> assertThat(host.operationsInFlight()).isZero());
  }

  @Test
  @Timeout(9) // a second less than connections that do not end are waited for
  void streamsEndWithTheHostAndDoNotHoldItUp() throws Exception {
    try (ReadEvents events = new ReadEvents(host.uri("/core/cluster/events"))) {
      events.next();

      host.host().stop();

      assertThat(events.next(event -> event.name().equals("end")).name()).isEqualTo("end");
    }
  }

  @Test
  void whatIsNotThereIsRefused() {
    assertThat(host.get("/core/cluster/nothing").status()).isEqualTo(404);
    assertThat(host.get("/core/health/nothing").status()).isEqualTo(404);
    assertThat(host.get("/core/cluster/events").status()).isEqualTo(400);
    assertThat(host.post("/core/cluster", "{}").status()).isEqualTo(405);
    assertThat(host.put("/core/health/ready", "{}").status()).isEqualTo(405);
    assertThat(host.delete("/core/cluster").status()).isEqualTo(405);
    assertThat(host.delete("/core/health").status()).isEqualTo(405);
    assertThat(host.get("/core/cluster").status()).isEqualTo(200);
    assertThat(host.get("/core/health").status()).isEqualTo(200);
  }
}
