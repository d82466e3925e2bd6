// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.cairn.cluster.application.Cluster;
import io.cairn.cluster.application.Delivery;
import io.cairn.cluster.application.Messenger;
import io.cairn.cluster.application.RequestFailedException;
import io.cairn.runtime.security.Identities;
import io.cairn.runtime.security.accounts.AccountView;
import io.cairn.service.NodeGroupUtils;
import io.cairn.service.Operation;
import io.cairn.service.ServiceHost;
import io.cairn.service.StatelessService;
import io.cairn.service.UriUtils;
import io.cairn.service.nodes.NodeGroupBroadcastResult;
import io.cairn.service.nodes.NodeGroupService.NodeGroupState;
import io.cairn.service.nodes.NodeSelectorService.SelectOwnerResponse;
import io.cairn.service.state.ServiceHostState;
import io.cairn.testkit.Answer;
import io.cairn.testkit.EventLoopWatch;
import io.cairn.testkit.EventStreamReader;
import io.cairn.testkit.HttpProbe;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What three hosts share beside documents: who is there, attributes, messages of applications. */
class SharedClusterTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String ALL = "/core/attributes";

  private static EventLoopWatch loops;
  private static TestCluster cluster;

  @BeforeAll
  static void start() {
    loops = EventLoopWatch.start();
    cluster = TestCluster.start(3, host -> {}, arguments -> arguments.membershipQuorum = 2);
    await()
        .atMost(LIMIT)
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              for (int i = 0; i < 3; i++) {
                assertThat(http(i).get("/core/health/ready").status()).isEqualTo(200);
                assertThat(cluster(i).nodes()).hasSize(3);
              }
            });
  }

  @AfterAll
  static void close() {
    cluster.close();
    loops.close(); // whatever three hosts do, from their start to their end
  }

  private static HttpProbe http(int node) {
    return cluster.host(node).http();
  }

  private static Cluster cluster(int node) {
    return cluster.host(node).host().unwrap(Cluster.class);
  }

  private static void awaitValue(int node, String path, String value) {
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(http(node).get(ALL + path).json().path("value").asString(""))
                    .isEqualTo(value));
  }

  @Test
  void eachHostShowsAllWithTheSameLaunchIds() throws IOException {
    Set<JsonNode> launches = new HashSet<>();
    for (int i = 0; i < 3; i++) {
      JsonNode state = http(i).get("/core/cluster").json();
      assertThat(state.get("self").asString()).isEqualTo("node-" + i);
      assertThat(state.get("members").propertyNames())
          .containsExactly("node-0", "node-1", "node-2");
      assertThat(state.get("quorum").toString())
          .isEqualTo("{\"required\":2,\"configured\":2,\"live\":3}");
      for (JsonNode member : state.get("members")) {
        launches.add(member.get("launchId"));
        assertThat(member.get("status").asString()).isEqualTo("ALIVE");
        assertThat(member.get("roles").toString()).isEqualTo("[\"PEER\"]");
      }
      for (int j = 0; j < 3; j++) {
        assertThat(state.at("/members/node-" + j + "/uri").asString())
            .isEqualTo(cluster.host(j).uri().toString());
      }
    }
    assertThat(launches).hasSize(3);
  }

  @Test
  void attributePutOnOneIsReadOnTheOthers() throws IOException {
    assertThat(http(0).put(ALL + "/put/a", "{\"value\":\"x\"}").status()).isEqualTo(201);
    awaitValue(1, "/put/a", "x");
    awaitValue(2, "/put/a", "x");

    assertThat(http(1).put(ALL + "/put/a", "{\"value\":\"y\"}").status()).isEqualTo(200);
    awaitValue(0, "/put/a", "y");
    awaitValue(2, "/put/a", "y");

    assertThat(http(2).delete(ALL + "/put").status()).isEqualTo(200);
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> {
              assertThat(http(0).get(ALL + "/put").status()).isEqualTo(404);
              assertThat(http(1).get(ALL + "/put").status()).isEqualTo(404);
            });
  }

  private static double metric(int node, String sample) throws IOException {
    return http(node)
        .get("/core/metrics")
        .text()
        .lines()
        .filter(line -> line.startsWith(sample + ' ') || line.startsWith(sample + '{'))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  private static double metricOfAll(String sample) throws IOException {
    return metric(0, sample) + metric(1, sample) + metric(2, sample);
  }

  @Test
  void metricsShowWhatEachHostDoesForTheGroup() throws IOException {
    String users = "/core/authz/users";
    String made =
        "cairn_requests_total{factory=\"%s\",outcome=\"ok\",verb=\"POST\"}".formatted(users);
    double before = metricOfAll(made);
    assertThat(http(0).post(users, "{\"documentSelfLink\":\"me\",\"email\":\"me@b\"}").status())
        .isEqualTo(200);
    assertThat(metricOfAll(made) - before).as("its owner counts it, and nobody else").isEqualTo(1);
    for (int i = 0; i < 3; i++) {
      int node = i;
      assertThat(metric(i, "cairn_group_members{group=\"default\",status=\"AVAILABLE\"}"))
          .isEqualTo(3);
      assertThat(metric(i, "cairn_peer_received_bytes_total{stream=\"consensus\"}")).isPositive();
      assertThat(metric(i, "cairn_peer_connections")).isGreaterThanOrEqualTo(2);
      await()
          .atMost(LIMIT)
          .untilAsserted(
              () -> assertThat(metric(node, "cairn_peer_round_trip_seconds")).isPositive());
    }
    assertThat(metricOfAll("cairn_partition_leader"))
        .isEqualTo(metric(0, "cairn_partition_has_leader"));
    List<String> pages = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      pages.add(http(i).get("/core/metrics").text());
    }
    assertThat(pages)
        .anyMatch(page -> page.contains("cairn_partition_follower_lag{group=\"default\",node="));
  }

  @Test
  void changeOfAccountsIsKnownOnEveryNode() throws IOException {
    String users = "/core/authz/users";
    assertThat(http(0).post(users, "{\"documentSelfLink\":\"jo\",\"email\":\"jo@b\"}").status())
        .isEqualTo(200);
    awaitUser(user -> user != null && user.enabled() && user.groupLinks().isEmpty());

    String groups = "{\"userGroupLinks\":[\"/core/authz/user-groups/g\"],\"isDisabled\":true}";
    assertThat(http(1).patch(users + "/jo", groups).status()).isEqualTo(200);
    awaitUser(user -> user != null && !user.enabled() && user.groupLinks().size() == 1);

    String role =
        "{\"documentSelfLink\":\"r\",\"userGroupLink\":\"/core/authz/user-groups/g\","
            + "\"resourceGroupLink\":\"/core/authz/resource-groups/r\",\"verbs\":[\"GET\"],\"policy\":\"DENY\"}";
    assertThat(http(2).post("/core/authz/roles", role).status()).isEqualTo(200);
    awaitView(view -> view.roles().stream().anyMatch(Identities.Role::denies));
    long before = accounts(0).revision();
    assertThat(http(0).delete("/core/authz/roles/r").status()).isEqualTo(200);
    assertThat(http(2).delete(users + "/jo").status()).isEqualTo(200);
    awaitView(view -> view.roles().isEmpty());
    awaitUser(user -> user == null);
    assertThat(accounts(0).revision()).isGreaterThan(before);
  }

  private static AccountView accounts(int node) {
    return host(node).unwrap(AccountView.class);
  }

  private static void awaitUser(Predicate<Identities.@Nullable User> condition) {
    awaitView(view -> condition.test(view.user("/core/authz/users/jo")));
  }

  private static void awaitView(Predicate<AccountView> condition) {
    for (int i = 0; i < 3; i++) {
      AccountView view = accounts(i);
      await().atMost(LIMIT).until(() -> condition.test(view));
    }
  }

  @Test
  void confirmedChangeIsThereOnAllAtOnce() throws IOException {
    Answer put = http(0).put(ALL + "/sure/a?confirm=true", "{\"value\":\"x\"}");

    assertThat(put.status()).as(put.toString()).isEqualTo(201);
    assertThat(put.json().get("confirmed").toString()).isEqualTo("[\"node-1\",\"node-2\"]");
    assertThat(put.json().get("unconfirmed")).isEmpty();
    assertThat(http(1).get(ALL + "/sure/a").text()).contains("\"value\":\"x\"");
    assertThat(http(2).get(ALL + "/sure/a").text()).contains("\"value\":\"x\"");
  }

  @Test
  void changesAtTheSameTimeEndAlikeEverywhere() {
    for (int i = 0; i < 20; i++) {
      for (int node = 0; node < 3; node++) {
        cluster(node).attributes().add("race" + i, "a", "of " + node);
      }
    }
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> {
              for (int i = 0; i < 20; i++) {
                Object first = cluster(0).attributes().attribute("race" + i, "a");
                assertThat(cluster(1).attributes().attribute("race" + i, "a")).isEqualTo(first);
                assertThat(cluster(2).attributes().attribute("race" + i, "a")).isEqualTo(first);
              }
            });
  }

  @Test
  void watchSeesWhatAnotherHostChanges() throws IOException {
    try (EventStreamReader events =
        EventStreamReader.open(cluster.host(1).uri().resolve(ALL + "/watched/a"))) {
      assertThat(events.next(LIMIT).data()).isEqualTo("{\"set\":\"watched\",\"name\":\"a\"}");

      http(2).put(ALL + "/watched/a", "{\"value\":5}");

      EventStreamReader.Event added = events.next(LIMIT);
      assertThat(added.name()).isEqualTo("attributeAdded");
      assertThat(added.json().get("value").asInt()).isEqualTo(5);
    }
  }

  @Test
  void applicationsTalkToEachOther() throws Exception {
    RecordingApplication one = new RecordingApplication();
    RecordingApplication two = new RecordingApplication();
    cluster(1).register(one);
    cluster(2).register(two);
    await().until(() -> one.told().contains("attributes") && two.told().contains("attributes"));
    Messenger messenger = cluster(0).messenger();

    assertThat(messenger.sendTo("node-1", "hello").get()).isEqualTo(Delivery.DELIVERED);
    assertThat(messenger.broadcast("all").get())
        .isEqualTo(Map.of("node-1", Delivery.DELIVERED, "node-2", Delivery.DELIVERED));
    assertThat(messenger.request("node-2", "ping", LIMIT).get().asText()).isEqualTo("ping!");

    await()
        .untilAsserted(
            () -> {
              assertThat(one.told())
                  .containsSubsequence("message hello of node-0", "message all of node-0");
              assertThat(two.told())
                  .containsSubsequence("message all of node-0", "message ping of node-0");
            });
    assertThat(one.told()).doesNotContain("message ping of node-0");
    assertThat(http(0).get("/core/cluster").json().get("messages").toString()).contains("4");
  }

  @Test
  void messagesThatNobodyTakesAreReported() throws Exception {
    Messenger messenger = cluster(1).messenger();

    assertThat(messenger.sendTo("node-9", "x").get()).isEqualTo(Delivery.UNREACHABLE);
    assertThat(messenger.sendTo("node-0", "x").get()).isEqualTo(Delivery.NO_APPLICATION);
    try {
      messenger.request("node-0", "x", LIMIT).get();
      throw new AssertionError("nobody could answer");
    } catch (ExecutionException e) {
      assertThat(((RequestFailedException) e.getCause()).reason())
          .isEqualTo(RequestFailedException.Reason.NO_APPLICATION);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> messenger.sendTo("node-0", "x".repeat(10_241)));
  }

  // What the code of services asks of the nodes of its group

  private static ServiceHost host(int node) {
    return cluster.host(node).host();
  }

  @Test
  void ownerOfAKeyIsTheSameWhicheverHostIsAsked() throws Exception {
    Set<String> owners = new HashSet<>();
    int local = 0;
    for (int i = 0; i < 3; i++) {
      SelectOwnerResponse answer = HostCalls.owner(host(i), "some-key");
      owners.add(answer.ownerNodeId);
      local += answer.isLocalHostOwner ? 1 : 0;
      assertThat(answer.key).isEqualTo("some-key");
      assertThat(answer.selectedNodes).hasSize(3);
      Operation get = Operation.createGet(host(i), "/core/management");
      Operation there =
          HostCalls.succeeding(get, op -> host(0).forwardRequest(null, "some-key", op));
      assertThat(there.getBody(ServiceHostState.class).id).isEqualTo(answer.ownerNodeId);
    }
    assertThat(owners).hasSize(1);
    assertThat(local).isEqualTo(1);
  }

  @Test
  void broadcastOfAHostTellsWhatEachNodeAnswered() throws Exception {
    NodeGroupBroadcastResult all = HostCalls.broadcast(host(1), "/core/management", false);
    assertThat(all.totalNodeCount).isEqualTo(3);
    assertThat(all.isAllSuccess() && all.isMajoritySuccess()).isTrue();
    assertThat(all.successResponses)
        .hasSize(3)
        .allMatch(one -> one.castBodyTo(ServiceHostState.class).id.equals(one.hostId));

    assertThat(HostCalls.broadcast(host(1), "/core/management", true).successResponses)
        .extracting(one -> one.hostId)
        .containsExactlyInAnyOrder("node-0", "node-2");

    NodeGroupBroadcastResult nobody = HostCalls.broadcast(host(1), "/no/such/service", false);
    assertThat(nobody.isAllFailure()).isTrue();
    assertThat(nobody.failureErrorResponses).hasSize(3).allMatch(error -> error.statusCode == 404);
  }

  @Test
  void absentSelectorFailsTheOperationAndThrowsNothing() throws Exception {
    String absent = "/core/node-selectors/absent";
    Operation get = Operation.createGet(host(0), "/core/management");
    for (HostCalls.Done done :
        List.of(
            HostCalls.run(Operation.createPost(null), op -> host(0).selectOwner(absent, "k", op)),
            HostCalls.run(get.clone(), op -> host(0).broadcastRequest(absent, false, op)),
            HostCalls.run(get.clone(), op -> host(0).forwardRequest(absent, op)))) {
      assertThat(done.failure()).isNotNull();
      assertThat(done.op().getStatusCode()).isEqualTo(404);
      assertThat(done.op().getErrorResponseBody().message).contains(absent);
    }
    HostCalls.Done keyless =
        HostCalls.run(Operation.createPost(null), op -> host(0).selectOwner(null, "", op));
    assertThat(keyless.op().getStatusCode()).isEqualTo(400);
  }

  @Test
  void membersAgreeOnTheirGroupAndServicesCanAsk() throws Exception {
    for (int i = 0; i < 3; i++) {
      ServiceHost asking = host(i);
      URI group = UriUtils.buildUri(asking, "/core/node-groups/default");
      NodeGroupState state =
          HostCalls.succeeding(Operation.createGet(group), asking::sendRequest)
              .getBody(NodeGroupState.class);
      assertThat(NodeGroupUtils.hasMembershipQuorum(asking, state)).isTrue();
      assertThat(NodeGroupUtils.isNodeGroupAvailable(asking, state)).isTrue();
      var _ =
          HostCalls.succeeding(
              Operation.createGet(group), op -> NodeGroupUtils.checkConvergence(asking, group, op));
      state.membershipUpdateTimeMicros++;
      HostCalls.Done other =
          HostCalls.run(
              Operation.createGet(group), op -> NodeGroupUtils.checkConvergence(asking, state, op));
      assertThat(other.failure()).hasMessageContaining("another change of membership");
    }
  }

  @Test
  void serviceThatIsAvailableOnOneNodeOnlyIsFoundFromAll() throws Exception {
    host(2)
        .startService(
            Operation.createPost(UriUtils.buildUri(host(2), "/only-there")),
            new StatelessService());
    var _ =
        HostCalls.succeeding(
            Operation.createGet(host(0), "/only-there"),
            op ->
                host(0)
                    .registerForServiceAvailability(
                        (done, failure) -> {
                          if (failure == null) {
                            op.complete();
                          } else {
                            op.fail(failure);
                          }
                        },
                        true,
                        "/only-there"));
    HostCalls.Done nowhere =
        HostCalls.run(
            Operation.createGet(host(0), "/nowhere"),
            op ->
                host(0)
                    .checkReplicatedServiceAvailable(
                        (done, failure) -> op.fail(failure), "/nowhere"));
    assertThat(nowhere.failure()).hasMessageContaining("/nowhere is available on no node");
  }
}
