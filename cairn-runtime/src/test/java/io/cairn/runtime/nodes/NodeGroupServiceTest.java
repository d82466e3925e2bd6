// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.runtime.HostFixture;
import io.cairn.runtime.HostFixture.Answer;
import io.cairn.service.Operation;
import io.cairn.service.UriUtils;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class NodeGroupServiceTest {

  private static final String GROUPS = "/core/node-groups";
  private static final String DEFAULT = GROUPS + "/default";
  private static final String HELLO =
      """
      {"config": {"nodeRemovalDelayMicros": 3600000000, "stableGroupMaintenanceIntervalCount": 5},
       "nodes": {}, "membershipUpdateTimeMicros": 1456872059568025,
       "documentSelfLink": "hello-node-group"}
      """;

  @TempDir Path sandbox;
  private HostFixture host;

  @BeforeEach
  void start() {
    host = HostFixture.start(sandbox, services -> {}).awaitAvailable();
  }

  @AfterEach
  void stop() {
    host.close();
  }

  @Test
  void defaultGroupHasTheFieldsOfTheTutorial() {
    Answer answer = host.get(DEFAULT);

    assertThat(answer.status()).isEqualTo(200);
    JsonNode group = answer.json();
    assertThat(group.propertyNames())
        .containsExactlyInAnyOrder(
            "config",
            "nodes",
            "membershipUpdateTimeMicros",
            "localMembershipUpdateTimeMicros",
            "lastChanges",
            "documentVersion",
            "documentKind",
            "documentSelfLink",
            "documentUpdateTimeMicros",
            "documentUpdateAction",
            "documentExpirationTimeMicros",
            "documentOwner");
    assertThat(group.get("config").propertyNames())
        .containsExactlyInAnyOrder("nodeRemovalDelayMicros", "stableGroupMaintenanceIntervalCount");
    assertThat(group.get("documentKind").asString())
        .isEqualTo("com:vmware:xenon:services:common:NodeGroupService:NodeGroupState");
    assertThat(group.get("documentSelfLink").asString()).isEqualTo(DEFAULT);
    assertThat(group.get("documentOwner").asString()).isEqualTo(host.host().getId());
  }

  @Test
  void memberHasTheFieldsOfTheTutorial() {
    String id = host.host().getId();

    JsonNode node = host.get(DEFAULT).json().get("nodes").get(id);

    assertThat(node.propertyNames())
        .containsExactlyInAnyOrder(
            "groupReference",
            "status",
            "options",
            "id",
            "membershipQuorum",
            "synchQuorum",
            "locationQuorum",
            "customProperties",
            "documentVersion",
            "documentKind",
            "documentSelfLink",
            "documentUpdateTimeMicros",
            "documentExpirationTimeMicros");
    assertThat(node.get("groupReference").asString())
        .isEqualTo(host.host().getPublicUri() + DEFAULT);
    assertThat(node.get("status").asString()).isEqualTo("AVAILABLE");
    assertThat(node.get("options").toString()).isEqualTo("[\"PEER\"]");
    assertThat(node.get("membershipQuorum").asInt()).isEqualTo(1);
    assertThat(host.get(DEFAULT + "/" + id).json()).isEqualTo(node);
  }

  @Test
  void postMakesAGroupOfThisNodeAlone() {
    Answer made = host.post(GROUPS, HELLO);

    assertThat(made.status()).isEqualTo(200);
    assertThat(made.json().get("documentSelfLink").asString())
        .isEqualTo(GROUPS + "/hello-node-group");
    assertThat(host.get(GROUPS).result().documentLinks)
        .containsExactly(DEFAULT, GROUPS + "/hello-node-group");
    await()
        .untilAsserted(
            () -> {
              JsonNode group = host.get(GROUPS + "/hello-node-group").json();
              assertThat(group.get("nodes").propertyNames()).containsExactly(host.host().getId());
              assertThat(host.get(GROUPS + "/hello-node-group/available").status()).isEqualTo(200);
            });
  }

  @Test
  void groupThatExistsIsAConflict() {
    assertThat(host.post(GROUPS, HELLO).status()).isEqualTo(200);

    Answer again = host.post(GROUPS, HELLO);

    assertThat(again.status()).isEqualTo(409);
    assertThat(again.message()).contains("hello-node-group");
  }

  @Test
  void groupsBeyondTheBoundAreRefusedAndTheSettingIsNamed() {
    host.restart(arguments -> arguments.maxNodeGroups = 2);
    assertThat(host.post(GROUPS, HELLO).status()).isEqualTo(200);

    Answer more = host.post(GROUPS, "{\"documentSelfLink\":\"more\"}");

    assertThat(more.status()).isEqualTo(429);
    assertThat(more.message()).contains("maxNodeGroups", "2");
    assertThat(host.get(GROUPS + "/more").status()).isEqualTo(404);
    assertThat(host.get(GROUPS).result().documentLinks).hasSize(2);
    assertThat(host.post(GROUPS, HELLO).status()).isEqualTo(409);
  }

  @Test
  void madeGroupIsThereAfterARestart() {
    assertThat(host.post(GROUPS, HELLO).status()).isEqualTo(200);

    host.restart();

    await()
        .untilAsserted(
            () ->
                assertThat(host.get(GROUPS + "/hello-node-group/available").status())
                    .isEqualTo(200));
  }

  @Test
  void badNamesAndConfigurationsAreRefused() {
    assertThat(host.post(GROUPS, "{\"documentSelfLink\":\"a/b\"}").status()).isEqualTo(400);
    assertThat(host.post(GROUPS, null).status()).isEqualTo(400);
    Answer config =
        host.post(
            GROUPS, "{\"documentSelfLink\":\"x\",\"config\":{\"nodeRemovalDelayMicros\":-1}}");
    assertThat(config.status()).isEqualTo(400);
    assertThat(config.message()).contains("nodeRemovalDelayMicros");
    assertThat(host.get(GROUPS + "/x").status()).isEqualTo(404);
  }

  @Test
  void configurationIsChangedInParts() {
    Answer patched = host.patch(DEFAULT, "{\"config\":{\"nodeRemovalDelayMicros\":60000000}}");

    assertThat(patched.status()).isEqualTo(200);
    await()
        .untilAsserted(
            () -> {
              JsonNode config = host.get(DEFAULT).json().get("config");
              assertThat(config.get("nodeRemovalDelayMicros").asLong()).isEqualTo(60_000_000);
              assertThat(config.get("stableGroupMaintenanceIntervalCount").asLong()).isEqualTo(5);
            });
  }

  @Test
  void quorumAboveTheMembersMakesTheGroupUnavailableUntilItIsLowered() {
    String quorum =
        """
        {"kind":"com:vmware:xenon:services:common:NodeGroupService:UpdateQuorumRequest",
         "isGroupUpdate":true,"membershipQuorum":%d}
        """;

    assertThat(host.patch(DEFAULT, quorum.formatted(2)).status()).isEqualTo(200);

    await()
        .untilAsserted(() -> assertThat(host.get(DEFAULT + "/available").status()).isEqualTo(503));
    assertThat(host.get(DEFAULT + "/available").message()).contains("membershipQuorum is 2");
    assertThat(host.get("/core/node-selectors/default/available").status()).isEqualTo(503);
    assertThat(host.post(DEFAULT, quorum.formatted(1)).status()).isEqualTo(200);
    await()
        .untilAsserted(() -> assertThat(host.get(DEFAULT + "/available").status()).isEqualTo(200));
  }

  @Test
  void joiningItselfChangesNothing() {
    String self =
        "{\"memberGroupReference\":\"%s%s\"}".formatted(host.host().getPublicUri(), DEFAULT);

    Answer answer = host.post(DEFAULT, self);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().get("nodes").size()).isEqualTo(1);
  }

  @Test
  void requestsToJoinThatMakeNoSenseAreRefused() {
    String join = "{\"memberGroupReference\":\"%s\"%s}";
    String kind =
        "{\"kind\":\"com:vmware:xenon:services:common:NodeGroupService:JoinPeerRequest\"}";

    assertThat(host.post(DEFAULT, kind).message()).contains("memberGroupReference is required");
    assertThat(host.post(DEFAULT, join.formatted("ftp://other:1/x", "")).status()).isEqualTo(400);
    assertThat(host.post(DEFAULT, join.formatted("http://o:1" + GROUPS + "/x", "")).message())
        .contains("group of the same name");
    assertThat(
            host.post(
                    DEFAULT,
                    join.formatted("http://o:1", ",\"localNodeOptions\":[\"PEER\",\"OBSERVER\"]"))
                .status())
        .isEqualTo(400);
    assertThat(host.post(DEFAULT, "{\"id\":\"x\"}").status()).isEqualTo(400);
    assertThat(host.post(DEFAULT, null).status()).isEqualTo(400);
  }

  @Test
  void requestsToJoinAreBoundedInRate() {
    String nowhere = "{\"memberGroupReference\":\"http://127.0.0.1:9\"}";
    AtomicLong now = new AtomicLong();
    JoinRate rate = new JoinRate(now::get);
    for (int i = 0; i < JoinRate.BURST; i++) {
      assertThat(rate.take()).isTrue();
    }
    assertThat(rate.take()).isFalse();
    now.addAndGet(Duration.ofSeconds(3).toNanos());
    assertThat(rate.take()).isTrue();
    assertThat(rate.take()).isFalse();

    List<Answer> answers =
        IntStream.range(0, 2 * JoinRate.BURST).mapToObj(i -> host.post(DEFAULT, nowhere)).toList();
    assertThat(answers.getFirst().status()).isEqualTo(200);
    Answer refused =
        answers.stream().filter(answer -> answer.status() == 503).findFirst().orElseThrow();
    assertThat(refused.message()).contains("told to join too often");
    assertThat(refused.response().headers().firstValue("retry-after")).isPresent();
  }

  @Test
  void livingMemberIsNotRemoved() {
    assertThat(host.delete(DEFAULT + "/" + host.host().getId()).status()).isEqualTo(409);
    assertThat(host.delete(DEFAULT + "/nobody").status()).isEqualTo(404);
    assertThat(host.delete(DEFAULT).status()).isEqualTo(405);
    assertThat(host.get(DEFAULT).status()).isEqualTo(200);
  }

  @Test
  void subscribersAreToldOfChanges() {
    Queue<String> told = new ConcurrentLinkedQueue<>();
    Operation subscribe =
        Operation.createPost(UriUtils.buildUri(host.host(), DEFAULT + "/subscriptions"))
            .setReferer(host.host().getUri());
    var _ =
        host.host()
            .startSubscriptionService(
                subscribe,
                notification -> {
                  told.add(notification.getAction() + " " + notification.getBody(String.class));
                  notification.complete();
                });
    await()
        .untilAsserted(
            () ->
                assertThat(host.get(DEFAULT + "/subscriptions").json().get("subscribers").size())
                    .isEqualTo(1));

    var _ = host.patch(DEFAULT, "{\"config\":{\"nodeRemovalDelayMicros\":60000000}}");

    await()
        .untilAsserted(
            () ->
                assertThat(told)
                    .anySatisfy(
                        notification ->
                            assertThat(notification).startsWith("PATCH").contains("60000000")));
  }
}
