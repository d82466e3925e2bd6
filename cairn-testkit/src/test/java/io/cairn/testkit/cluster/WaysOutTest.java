// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.cluster.group.recovery.LostGroup;
import io.cairn.runtime.HostRecovery;
import io.cairn.service.ServiceHost;
import io.cairn.testkit.Answer;
import io.cairn.testkit.HttpProbe;
import io.cairn.testkit.TestHost;
import io.cairn.testkit.load.RegisterService;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What an operator does after a loss, or when a member is to be another. */
class WaysOutTest {

  private static final Duration LIMIT = Duration.ofSeconds(45);
  private static final String REGISTERS = RegisterService.FACTORY_LINK;
  private static final String MEMBERS = "/core/node-groups/default";

  private static TestHost host(String id, TestHost... peers) {
    return TestHost.builder()
        .arguments(
            arguments -> {
              arguments.id = id;
              arguments.peerNodes =
                  java.util.Arrays.stream(peers)
                      .map(peer -> peer.uri().toString())
                      .toArray(String[]::new);
            })
        .services(
            started -> {
              started.startDefaultCoreServicesSynchronously();
              new RegisterService.Setup().startServices(started);
            })
        .start();
  }

  private static ConditionFactory eventually() {
    return await().atMost(LIMIT).pollInterval(Duration.ofMillis(100)).ignoreExceptions();
  }

  private static void awaitMembers(TestHost asked, String... ids) {
    eventually()
        .untilAsserted(
            () -> {
              JsonNode nodes = asked.http().get(MEMBERS).json().get("nodes");
              assertThat(nodes.propertyNames()).containsExactlyInAnyOrder(ids);
              nodes.forEach(
                  node -> assertThat(node.get("status").asString()).isEqualTo("AVAILABLE"));
              assertThat(asked.http().get("/core/health/ready").status()).isEqualTo(200);
            });
  }

  private static void create(HttpProbe host, String name) {
    String body =
        "{\"value\": \"v\", \"documentSelfLink\": \"%s\"}".formatted(REGISTERS + "/" + name);
    eventually().until(() -> host.post(REGISTERS, body).isSuccess());
  }

  private static long count(HttpProbe host, String query) throws IOException {
    Answer answer = host.get(REGISTERS + query);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json().get("documentCount").asLong();
  }

  @Test
  void lostMajorityLeavesLocalListingsAndIsRecoveredWithEveryDocument() throws IOException {
    try (TestHost first = host("first")) {
      try (TestHost second = host("second", first)) {
        awaitMembers(first, "first", "second");
        for (int i = 0; i < 20; i++) {
          create(i % 2 == 0 ? first.http() : second.http(), "r" + i);
        }
      }
      eventually().until(() -> first.http().get(REGISTERS).status() == 503);

      Answer local = first.http().get(REGISTERS + "?consistency=local");
      assertThat(local.status()).as(local.text()).isEqualTo(200);
      assertThat(local.json().get("documentCount").asLong()).isEqualTo(20);
      assertThat(local.header("x-cairn-replica")).isEqualTo("node=first; partitions=8/8");
      assertThat(first.http().get(REGISTERS + "/r3?consistency=local").status()).isEqualTo(200);
      first.stop();

      recover(first);

      first.start();
      awaitMembers(first, "first");
      assertThat(count(first.http(), "")).isEqualTo(20);
      assertThat(first.http().put(REGISTERS + "/r3", "{\"value\": \"w\"}").isSuccess()).isTrue();
      try (TestHost third = host("third", first)) {
        awaitMembers(third, "first", "third");
        create(third.http(), "later");
        assertThat(count(third.http(), "")).isEqualTo(21);
      }
    }
  }

  private static void recover(TestHost stopped) throws IOException {
    ServiceHost.Arguments arguments = new ServiceHost.Arguments();
    arguments.port = 0;
    arguments.sandbox = stopped.sandbox();
    try (HostRecovery recovery = HostRecovery.open(arguments)) {
      assertThat(recovery.nodeId()).isEqualTo("first");
      List<LostGroup> lost = recovery.lost();
      assertThat(lost).hasSize(1);
      assertThat(lost.getFirst().mayLive(Set.of())).isFalse();
      assertThat(lost.getFirst().partitions())
          .allMatch(partition -> partition.problem() == null)
          .extracting(partition -> partition.contents().documents())
          .satisfies(
              counts -> assertThat(counts.stream().mapToLong(Long::longValue).sum()).isEqualTo(20));
      recovery.recover(lost.getFirst(), Set.of());
      assertThat(recovery.lost()).isEmpty();
    }
  }

  @Test
  void memberThatMovesToAnotherPortIsFollowedAndMayChangeItsRole() throws IOException {
    try (TestHost first = host("first");
        TestHost second = host("second", first);
        TestHost third = host("third", first)) {
      awaitMembers(first, "first", "second", "third");
      for (int i = 0; i < 12; i++) {
        create(third.http(), "r" + i);
      }
      String before = second.uri().toString();

      second.restart();

      assertThat(second.uri().toString()).isNotEqualTo(before);
      for (TestHost asked : List.of(first, second, third)) {
        eventually()
            .untilAsserted(
                () ->
                    assertThat(
                            asked
                                .http()
                                .get(MEMBERS + "/second")
                                .json()
                                .get("groupReference")
                                .asString())
                        .isEqualTo(second.uri() + MEMBERS));
        awaitMembers(asked, "first", "second", "third");
        for (int i = 0; i < 12; i++) {
          assertThat(asked.http().get(REGISTERS + "/r" + i).status()).isEqualTo(200);
        }
      }

      // Its first seed moves too, while it is away itself.
      third.stop();
      first.restart();
      third.start();
      awaitMembers(third, "first", "second", "third");

      changeRole(first.http(), "second", "OBSERVER");
      awaitMembers(first, "first", "second", "third");
      assertThat(first.http().get(MEMBERS + "/second").json().get("options").toString())
          .isEqualTo("[\"OBSERVER\"]");
      changeRole(second.http(), "third", "OBSERVER");
      awaitMembers(first, "first", "second", "third");
      Answer last = second.http().patch(MEMBERS + "/first", "{\"options\": [\"OBSERVER\"]}");
      assertThat(last.status()).as(last.text()).isEqualTo(409);
      assertThat(last.text()).contains("only PEER");
      changeRole(second.http(), "second", "PEER");
      awaitMembers(first, "first", "second", "third");
      assertThat(count(second.http(), "")).isEqualTo(12);
    }
  }

  private static void changeRole(HttpProbe host, String id, String role) {
    eventually()
        .untilAsserted(
            () -> {
              Answer answer =
                  host.patch(MEMBERS + "/" + id, "{\"options\": [\"%s\"]}".formatted(role));
              assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            });
  }

  @Test
  void roleThatIsNoneIsRefused() throws IOException {
    try (TestHost alone = host("alone")) {
      awaitMembers(alone, "alone");
      for (String body :
          List.of("{}", "{\"options\": [\"KING\"]}", "{\"options\": [\"PEER\", \"OBSERVER\"]}")) {
        Answer answer = alone.http().patch(MEMBERS + "/alone", body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.text()).contains("options");
      }
      assertThat(alone.http().patch(MEMBERS + "/nobody", "{\"options\": [\"PEER\"]}").status())
          .isEqualTo(404);
      assertThat(alone.http().patch(MEMBERS + "/alone", "{\"options\": [\"PEER\"]}").status())
          .isEqualTo(200);
    }
  }
}
