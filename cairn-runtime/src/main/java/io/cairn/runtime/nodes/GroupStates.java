// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.nodes;

import io.cairn.cluster.group.GroupView;
import io.cairn.cluster.group.NodeView;
import io.cairn.cluster.group.state.GroupConfig;
import io.cairn.cluster.group.state.NodeRole;
import io.cairn.document.DocumentKinds;
import io.cairn.service.nodes.NodeGroupService.NodeGroupChange;
import io.cairn.service.nodes.NodeGroupService.NodeGroupConfig;
import io.cairn.service.nodes.NodeGroupService.NodeGroupState;
import io.cairn.service.nodes.NodeState;
import io.cairn.service.nodes.NodeState.NodeOption;
import io.cairn.service.nodes.NodeState.NodeStatus;
import io.cairn.service.uri.ServiceUriPaths;
import java.net.URI;
import java.util.EnumSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Shows a group in the form that clients know. */
public final class GroupStates {

  /** The property of a node that says where clients reach it. */
  public static final String PROPERTY_URI = "uri";

  /** No more members vote. */
  private static final int MOST_VOTERS = 7;

  private GroupStates() {}

  /** The path of a group of a name. */
  public static String pathOf(String group) {
    return ServiceUriPaths.NODE_GROUP_FACTORY + "/" + group;
  }

  /** A group as a node sees it. */
  public static NodeGroupState of(GroupView view, String self) {
    NodeGroupState state = new NodeGroupState();
    state.config = config(view.config());
    state.nodes = new TreeMap<>();
    long updated =
        Math.max(view.membershipUpdateTimeMicros(), view.localMembershipUpdateTimeMicros());
    for (NodeView node : view.nodes().values()) {
      state.nodes.put(node.id(), node(view, node));
      updated = Math.max(updated, node.updateTimeMicros());
    }
    state.membershipUpdateTimeMicros = view.membershipUpdateTimeMicros();
    state.localMembershipUpdateTimeMicros = view.localMembershipUpdateTimeMicros();
    state.documentVersion = view.version();
    state.documentKind = DocumentKinds.shared().kindOf(NodeGroupState.class);
    state.documentSelfLink = pathOf(view.name());
    state.documentUpdateTimeMicros = updated;
    state.documentUpdateAction = "PATCH";
    state.documentOwner = self;
    return state;
  }

  private static NodeGroupConfig config(GroupConfig config) {
    NodeGroupConfig shown = new NodeGroupConfig();
    shown.nodeRemovalDelayMicros = config.nodeRemovalDelayMicros();
    shown.stableGroupMaintenanceIntervalCount = config.stableGroupMaintenanceIntervalCount();
    return shown;
  }

  /** One member of a group. */
  public static NodeState node(GroupView view, NodeView node) {
    NodeState state = new NodeState();
    state.groupReference = groupReference(view, node);
    state.status = NodeStatus.valueOf(node.status().name());
    state.options =
        EnumSet.of(node.role() == NodeRole.OBSERVER ? NodeOption.OBSERVER : NodeOption.PEER);
    state.id = node.id();
    state.membershipQuorum = view.config().membershipQuorum();
    state.synchQuorum = Math.min(MOST_VOTERS, Math.max(1, peers(view))) / 2 + 1;
    state.locationQuorum = view.config().locationQuorum();
    state.customProperties = new TreeMap<>(node.properties());
    state.customProperties.remove(PROPERTY_URI);
    state.documentVersion = node.version();
    state.documentKind = DocumentKinds.shared().kindOf(NodeState.class);
    state.documentSelfLink = pathOf(view.name()) + "/" + node.id();
    state.documentUpdateTimeMicros = node.updateTimeMicros();
    state.documentExpirationTimeMicros = node.expirationTimeMicros();
    return state;
  }

  private static int peers(GroupView view) {
    return (int)
        view.nodes().values().stream().filter(node -> node.role() == NodeRole.PEER).count();
  }

  /** How many members are alive and up to date. */
  public static int available(GroupView view) {
    return (int)
        view.nodes().values().stream()
            .filter(node -> node.status() == io.cairn.cluster.group.NodeStatus.AVAILABLE)
            .count();
  }

  /** Where clients reach a group on one of its members. */
  public static URI groupReference(GroupView view, NodeView node) {
    return URI.create(clientAddress(node) + pathOf(view.name()));
  }

  /** Where clients reach a node, without a path. */
  public static String clientAddress(NodeView node) {
    String uri = node.properties().getOrDefault(PROPERTY_URI, node.address().toString());
    return uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
  }

  /** What is different between two views. */
  public static EnumSet<NodeGroupChange> changes(
      @Nullable GroupView before, GroupView after, String self) {
    EnumSet<NodeGroupChange> changes = EnumSet.noneOf(NodeGroupChange.class);
    if (before == null) {
      return changes;
    }
    if (before.config().membershipQuorum() != after.config().membershipQuorum()
        || before.config().locationQuorum() != after.config().locationQuorum()) {
      changes.add(NodeGroupChange.QUORUM_CHANGED);
    }
    for (NodeView node : after.nodes().values()) {
      NodeView was = before.nodes().get(node.id());
      if (was == null) {
        changes.add(NodeGroupChange.PEER_ADDED);
      } else if (was.status() != node.status()) {
        changes.add(
            node.status() == io.cairn.cluster.group.NodeStatus.UNAVAILABLE
                ? NodeGroupChange.PEER_UNAVAILABLE
                : NodeGroupChange.PEER_STATUS_CHANGE);
      }
      if (node.id().equals(self) && was != null && !was.equals(node)) {
        changes.add(NodeGroupChange.SELF_CHANGE);
      }
    }
    if (!after.nodes().keySet().containsAll(before.nodes().keySet())) {
      changes.add(NodeGroupChange.PEER_EXPIRED);
    }
    return changes;
  }
}
