// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.cluster.group.GroupView;
import io.cairn.cluster.group.NodeStatus;
import io.cairn.cluster.group.NodeView;
import io.cairn.cluster.group.partition.Condition;
import io.cairn.cluster.group.state.GroupConfig;
import io.cairn.cluster.group.state.NodeRole;
import io.cairn.runtime.HostFixture;
import io.cairn.runtime.dispatch.ServiceRegistry;
import io.cairn.runtime.documents.CommandOutcome;
import io.cairn.runtime.documents.DocumentCommand;
import io.cairn.runtime.documents.Documents;
import io.cairn.service.Operation;
import io.cairn.service.ServiceMaintenanceRequest;
import io.cairn.service.ServiceMaintenanceRequest.MaintenanceReason;
import io.cairn.service.StatelessService;
import io.cairn.service.nodes.NodeSelectorState;
import io.cairn.store.index.DocumentVersion;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When services hear that the members of their group have changed. */
class GroupChangeWatchTest {

  @TempDir private static Path sandbox;
  private static HostFixture host;
  private static final Listener listener = new Listener("/listener");
  private static final Listener other = new Listener("/other-group");
  private static final Listener single = new Listener("/single");

  private final Map<String, NodeView> nodes = new TreeMap<>();
  private final Owners owners = new Owners();
  private GroupChangeWatch watch;

  /** Who owns a link, as the test says. */
  private static final class Owners implements Documents {
    private @Nullable String owner;
    private long tenure = NOT_HERE;

    @Override
    public @Nullable DocumentVersion latest(String link) {
      return null;
    }

    @Override
    public @Nullable DocumentVersion version(String link, long version) {
      return null;
    }

    @Override
    public CompletionStage<CommandOutcome> commit(DocumentCommand command) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isDurable() {
      return true;
    }

    @Override
    public long tenure(String link) {
      return tenure;
    }

    @Override
    public @Nullable String owner(String link) {
      return owner;
    }

    @Override
    public String self() {
      return "a";
    }

    @Override
    public boolean isSpread() {
      return true;
    }
  }

  /** Keeps what it is told. */
  public static final class Listener extends StatelessService {
    private final String path;
    private final List<ServiceMaintenanceRequest> heard = new CopyOnWriteArrayList<>();

    Listener(String path) {
      this.path = path;
    }

    @Override
    public void handleNodeGroupMaintenance(Operation op) {
      heard.add(op.getBody(ServiceMaintenanceRequest.class));
      op.complete();
    }
  }

  /** Cannot bear to be told. */
  public static final class Thrower extends StatelessService {
    @Override
    public void handleNodeGroupMaintenance(Operation op) {
      throw new IllegalStateException("an author's mistake");
    }
  }

  @BeforeAll
  static void start() {
    host =
        HostFixture.start(
            sandbox,
            started -> {
              NodeSelectorState state = new NodeSelectorState();
              state.nodeGroupLink = "/core/node-groups/other";
              started.startAndAwait(
                  new ConsistentHashingNodeSelectorService(), "/core/node-selectors/other", state);
              other.setPeerNodeSelectorPath("/core/node-selectors/other");
              started.startAndAwait(new Thrower(), "/thrower");
              started.startAndAwait(listener, listener.path);
              started.startAndAwait(other, other.path);
              started.startAndAwait(single, single.path);
            });
  }

  @AfterAll
  static void stop() {
    host.close();
  }

  @BeforeEach
  void begin() {
    listener.heard.clear();
    other.heard.clear();
    single.heard.clear();
    begin(host.registry());
  }

  private void begin(ServiceRegistry registry) {
    watch = new GroupChangeWatch("a", host.selectors(), registry, host.maintenance());
    is("a", NodeStatus.AVAILABLE);
    look(true);
  }

  private void is(String id, @Nullable NodeStatus status) {
    if (status == null) {
      nodes.remove(id);
    } else {
      URI address = URI.create("http://127.0.0.1:1");
      nodes.put(id, new NodeView(id, address, status, NodeRole.PEER, Map.of(), 0, 0, 0));
    }
  }

  private void look(boolean available) {
    watch.changed(
        new GroupView(
            "default",
            "uid",
            1,
            GroupConfig.defaults(),
            new TreeMap<>(nodes),
            0,
            0,
            available ? Condition.WELL : Condition.none("no leader")));
  }

  private static void awaitHeard(int times) {
    await().untilAsserted(() -> assertThat(listener.heard).hasSize(times));
  }

  @Test
  void newcomerIsToldOnceAlthoughItIsFirstBroughtUpToDate() {
    is("b", NodeStatus.UNKNOWN);
    look(true);
    is("b", NodeStatus.SYNCHRONIZING);
    look(true);
    is("b", NodeStatus.AVAILABLE);
    look(true);
    is("b", NodeStatus.UNAVAILABLE);
    look(true);

    awaitHeard(2);
    ServiceMaintenanceRequest first = listener.heard.get(0);
    assertThat(first.reasons).containsExactly(MaintenanceReason.NODE_GROUP_CHANGE);
    assertThat(first.configUpdate).isNull();
    assertThat(first.nodeGroupState.nodes).containsOnlyKeys("a", "b");
    assertThat(first.nodeGroupState.documentSelfLink).isEqualTo("/core/node-groups/default");
  }

  @Test
  void deathIsToldAndTheRemovalOfTheDeadIsNot() {
    is("b", NodeStatus.AVAILABLE);
    look(true);
    awaitHeard(1);
    is("b", NodeStatus.UNAVAILABLE);
    look(true);
    is("b", null);
    look(true);
    is("c", NodeStatus.AVAILABLE);
    look(true);

    awaitHeard(3);
  }

  @Test
  void changesWhileTheGroupIsUnavailableAreToldAsOneWhenItIsBack() {
    is("b", NodeStatus.AVAILABLE);
    look(false);
    is("c", NodeStatus.AVAILABLE);
    look(false);
    assertThat(listener.heard).isEmpty();
    look(true);
    awaitHeard(1);
    assertThat(listener.heard.get(0).nodeGroupState.nodes).containsOnlyKeys("a", "b", "c");
  }

  @Test
  void changeThatIsUndoneMeanwhileIsNotTold() {
    is("b", NodeStatus.AVAILABLE);
    look(false);
    is("b", null);
    look(true);
    is("c", NodeStatus.AVAILABLE);
    look(true);

    awaitHeard(1);
    assertThat(listener.heard.get(0).nodeGroupState.nodes).containsOnlyKeys("a", "c");
  }

  @Test
  void serviceThatRunsOnOneNodeIsToldThereAsSoonAsThatIsKnown() {
    begin(singleOnly());
    is("b", NodeStatus.AVAILABLE);
    is("c", NodeStatus.UNAVAILABLE);
    look(true);
    owners.owner = "c"; // which is dead: another one follows
    watch.sweep();
    owners.owner = "a"; // without a lease yet
    watch.sweep();
    assertThat(single.heard).isEmpty();
    owners.tenure = 1;
    watch.sweep();
    watch.sweep();

    await().untilAsserted(() -> assertThat(single.heard).hasSize(1));
    assertThat(single.heard.get(0).nodeGroupState.nodes).containsKeys("a", "b");
  }

  @Test
  void serviceThatRunsOnAnotherNodeIsNotToldHereWhenItComes() {
    begin(singleOnly());
    is("b", NodeStatus.AVAILABLE);
    owners.owner = "b";
    look(true);
    owners.owner = "a";
    owners.tenure = 1;
    watch.sweep();
    is("b", null);
    look(true);

    await().untilAsserted(() -> assertThat(single.heard).hasSize(1));
    assertThat(single.heard.get(0).nodeGroupState.nodes).containsOnlyKeys("a");
  }

  private ServiceRegistry singleOnly() {
    ServiceRegistry registry = new ServiceRegistry("self");
    registry.add(new ServiceRegistry.Stateless(single.path, single, owners), false);
    return registry;
  }

  @Test
  void serviceOfAnotherGroupAndOneThatThrowsDisturbNobody() {
    is("b", NodeStatus.AVAILABLE);
    look(true);

    awaitHeard(1);
    assertThat(other.heard).isEmpty();
    assertThat(host.get("/thrower/stats").status()).isEqualTo(200);
  }
}
