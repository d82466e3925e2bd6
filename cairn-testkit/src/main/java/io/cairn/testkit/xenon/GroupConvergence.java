// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.xenon;

import io.cairn.service.NodeGroupUtils;
import io.cairn.service.ServiceHost;
import io.cairn.service.nodes.NodeGroupService.NodeGroupState;
import io.cairn.service.nodes.NodeState.NodeStatus;
import io.cairn.testkit.TestContext;
import io.cairn.testkit.TestRequestSender;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Waits until hosts of this process agree on who is in a group and find the owners of everything.
 */
final class GroupConvergence {

  private final Collection<? extends ServiceHost> hosts;
  private final String groupLink;

  GroupConvergence(Collection<? extends ServiceHost> hosts, String groupLink) {
    this.hosts = hosts;
    this.groupLink = groupLink;
  }

  void await(int nodeCount, Duration limit) {
    TestContext.waitFor(limit, () -> isReached(nodeCount), this::describe);
  }

  private Map<ServiceHost, NodeGroupState> views() {
    Map<ServiceHost, NodeGroupState> views = new LinkedHashMap<>();
    for (ServiceHost host : hosts) {
      views.put(host, new TestRequestSender(host).sendGetAndWait(groupLink, NodeGroupState.class));
    }
    return views;
  }

  private boolean isReached(int nodeCount) {
    Map<ServiceHost, NodeGroupState> views = views();
    return views.values().stream().map(view -> view.membershipUpdateTimeMicros).distinct().count()
            == 1
        && views.values().stream().allMatch(view -> available(view) == nodeCount)
        && views.entrySet().stream()
            .allMatch(view -> NodeGroupUtils.isNodeGroupAvailable(view.getKey(), view.getValue()));
  }

  private static long available(NodeGroupState view) {
    return view.nodes.values().stream().filter(node -> node.status == NodeStatus.AVAILABLE).count();
  }

  private String describe() {
    StringBuilder text = new StringBuilder("one group; its members see");
    for (NodeGroupState view : views().values()) {
      view.nodes.forEach((id, node) -> text.append(' ').append(id).append('=').append(node.status));
      text.append(';');
    }
    return text.toString();
  }
}
