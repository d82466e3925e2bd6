// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.document.ServiceDocument;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.Service;
import io.cairn.service.ServiceHost;
import io.cairn.service.ServiceMaintenanceRequest;
import io.cairn.service.ServiceMaintenanceRequest.MaintenanceReason;
import io.cairn.service.StatefulService;
import io.cairn.service.StatelessService;
import io.cairn.service.UriUtils;
import io.cairn.testkit.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who hears, and how often, that a member of the group is gone and that it is back. */
class MembershipCallbacksTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int DOCUMENTS = 24;

  private static final List<Heard> ALL = new CopyOnWriteArrayList<>();

  /** One call of a handler. */
  private record Heard(String node, String link, boolean owner, ServiceMaintenanceRequest why) {
    static void by(Service service, Operation op) {
      ALL.add(
          new Heard(
              service.getHost().getId(),
              String.valueOf(service.getSelfLink()),
              service.hasOption(Service.ServiceOption.DOCUMENT_OWNER),
              op.getBody(ServiceMaintenanceRequest.class)));
    }
  }

  /** A document that follows its owner. */
  public static final class Follower extends StatefulService {
    public static final String FACTORY_LINK = "/followers";

    public Follower() {
      super(ServiceDocument.class);
      toggleOption(ServiceOption.PERSISTENCE, true);
      toggleOption(ServiceOption.REPLICATION, true);
      toggleOption(ServiceOption.OWNER_SELECTION, true);
    }

    @Override
    public void handlePatch(Operation patch) {
      patch.complete();
    }

    @Override
    public void handleNodeGroupMaintenance(Operation op) {
      Heard.by(this, op);
      throw new IllegalStateException("an author's mistake");
    }
  }

  /** A factory that listens too. */
  public static final class Followers extends FactoryService {
    Followers() {
      super(ServiceDocument.class);
    }

    @Override
    public Service createServiceInstance() {
      return new Follower();
    }

    @Override
    public void handleNodeGroupMaintenance(Operation op) {
      Heard.by(this, op);
      op.complete();
    }
  }

  /** Runs everywhere, or on one node. */
  public static final class Listener extends StatelessService {
    Listener(boolean single) {
      toggleOption(ServiceOption.OWNER_SELECTION, single);
    }

    @Override
    public void handleNodeGroupMaintenance(Operation op) {
      Heard.by(this, op);
      op.complete();
    }
  }

  private static void startServices(ServiceHost host) {
    host.startFactory(Followers::new, Follower.FACTORY_LINK);
    host.startService(
        Operation.createPost(UriUtils.buildUri(host, "/everywhere")), new Listener(false));
    host.startService(Operation.createPost(UriUtils.buildUri(host, "/once")), new Listener(true));
    host.startService(
        Operation.createPost(UriUtils.buildUri(host, "/single")).setBody(new ServiceDocument()),
        new Follower());
  }

  private static Map<String, String> owners(TestCluster cluster, int through) throws IOException {
    Map<String, String> owners = new HashMap<>();
    List<String> links = new ArrayList<>();
    links.add("/single");
    for (int i = 0; i < DOCUMENTS; i++) {
      links.add(Follower.FACTORY_LINK + "/d" + i);
    }
    for (String link : links) {
      Answer answer = cluster.host(through).http().get(link);
      assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
      owners.put(link, answer.json().path("documentOwner").asString());
    }
    return owners;
  }

  private static List<Heard> of(String link) {
    return ALL.stream().filter(heard -> heard.link().equals(link)).toList();
  }

  private static List<String> nodes(String link) {
    return of(link).stream().map(Heard::node).sorted().toList();
  }

  @Test
  void eachChangeIsToldOnceAndDocumentsAreToldTheirNewOwner() throws IOException {
    try (TestCluster cluster =
        TestCluster.start(
            3,
            MembershipCallbacksTest::startServices,
            arguments -> arguments.membershipQuorum = 2)) {
      cluster.awaitGroup(Follower.FACTORY_LINK, PATIENCE);
      for (int i = 0; i < DOCUMENTS; i++) {
        Answer made =
            cluster
                .host(0)
                .http()
                .post(Follower.FACTORY_LINK, "{\"documentSelfLink\":\"d" + i + "\"}");
        assertThat(made.status()).as(made.toString()).isEqualTo(200);
      }
      Map<String, String> before = settledOwners(cluster);
      String single = before.get("/single");
      int victim = single == null ? 0 : single.charAt(single.length() - 1) - '0';
      int survivor = (victim + 1) % 3;
      ALL.clear();

      cluster.stop(victim);

      List<String> survivors =
          List.of("node-0", "node-1", "node-2").stream()
              .filter(id -> !id.equals("node-" + victim))
              .toList();
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                assertThat(nodes("/everywhere")).isEqualTo(survivors);
                assertThat(nodes(Follower.FACTORY_LINK)).isEqualTo(survivors);
                assertThat(nodes("/once")).hasSize(1);
              });
      assertThat(of("/everywhere").getFirst().why().nodeGroupState.nodes).hasSize(3);
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                Map<String, String> after = owners(cluster, survivor);
                assertThat(after.values()).doesNotContain("node-" + victim);
                before.forEach(
                    (link, owner) -> {
                      if (owner.equals("node-" + victim)) {
                        assertToldOwner(link, "node-" + victim, after.get(link));
                      }
                    });
              });
      assertThat(cluster.host(survivor).http().patch("/single", "{}").status()).isEqualTo(200);

      ALL.clear();
      cluster.restart(victim);

      await().atMost(PATIENCE).until(() -> nodes("/everywhere").containsAll(survivors));
      cluster.awaitGroup(Follower.FACTORY_LINK, PATIENCE);
      for (String id : survivors) {
        assertThat(nodes("/everywhere")).containsOnlyOnce(id);
      }
    }
  }

  /**
   * The owners when everybody has been told of all changes up to then: who was told last that it
   * owns a document is its owner, and nobody else was.
   */
  private static Map<String, String> settledOwners(TestCluster cluster) {
    AtomicReference<Map<String, String>> settled = new AtomicReference<>(Map.of());
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              Map<String, String> owners = owners(cluster, 0);
              owners.forEach(
                  (link, owner) -> {
                    Map<String, Boolean> owns = new HashMap<>();
                    of(link).forEach(heard -> owns.put(heard.node(), gains(heard)));
                    owns.forEach(
                        (node, last) ->
                            assertThat(last).as(link + " " + node).isEqualTo(node.equals(owner)));
                  });
              settled.set(owners);
            });
    return settled.get();
  }

  private static boolean gains(Heard heard) {
    return heard.why().configUpdate.addOptions != null;
  }

  /**
   * A new owner is told once. One that loses its lease, as on a busy machine, is told that as well,
   * and whoever owns after it, too.
   */
  private static void assertToldOwner(String link, String victim, @Nullable String owner) {
    List<Heard> told = of(link).stream().filter(heard -> !heard.node().equals(victim)).toList();
    List<Heard> gained = told.stream().filter(MembershipCallbacksTest::gains).toList();
    assertThat(gained).as(told.toString()).hasSize(told.size() - gained.size() + 1);
    assertThat(gained.getLast().node()).isEqualTo(owner);
    assertThat(gained).allMatch(Heard::owner);
    assertThat(gained.getLast().why().reasons)
        .containsExactly(
            MaintenanceReason.NODE_GROUP_CHANGE, MaintenanceReason.SERVICE_OPTION_TOGGLE);
  }
}
