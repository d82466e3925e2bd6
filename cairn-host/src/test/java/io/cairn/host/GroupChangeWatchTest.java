// SPDX-License-Identifier: Apache-2.0
package io.cairn.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.cluster.group.Condition;
import io.cairn.cluster.group.GroupConfig;
import io.cairn.cluster.group.GroupView;
import io.cairn.cluster.group.NodeRole;
import io.cairn.cluster.group.NodeStatus;
import io.cairn.cluster.group.NodeView;
import io.cairn.host.ServiceMaintenanceRequest.MaintenanceReason;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

  private final Map<String, NodeView> nodes = new TreeMap<>();
  private GroupChangeWatch watch;

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
            });
  }

  @AfterAll
  static void stop() {
    host.close();
  }

  @BeforeEach
  void begin() {
    HostParts parts = host.host().parts();
    watch =
        new GroupChangeWatch("a", parts.selectors(), parts.registry(), parts.maintenance());
    listener.heard.clear();
    other.heard.clear();
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
  void serviceOfAnotherGroupAndOneThatThrowsDisturbNobody() {
    is("b", NodeStatus.AVAILABLE);
    look(true);

    awaitHeard(1);
    assertThat(other.heard).isEmpty();
    assertThat(host.get("/thrower/stats").status()).isEqualTo(200);
  }
}
