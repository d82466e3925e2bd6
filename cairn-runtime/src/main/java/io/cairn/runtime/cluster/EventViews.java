// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.cluster;

import io.cairn.cluster.application.ClusterEvent;
import io.cairn.cluster.application.ClusterHealth;
import io.cairn.cluster.application.ClusterNode;
import io.cairn.cluster.attributes.Attribute;
import io.cairn.cluster.attributes.AttributeEvent;
import io.cairn.cluster.group.GroupView;
import io.cairn.runtime.cluster.ClusterState.MemberState;
import io.cairn.runtime.cluster.EventStreams.Sent;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Shows events of the cluster in the form that clients read. */
final class EventViews {

  private final Supplier<GroupView> group;

  /**
   * What happened to a node.
   *
   * @param node the node
   * @param reason why it is gone: {@code LEAVE} or {@code CRASH}; null if it is not
   * @param healthy whether the cluster is healthy after the event
   */
  record NodeChange(MemberState node, @Nullable String reason, boolean healthy) {}

  /** The nodes that are live. */
  record LiveNodes(List<MemberState> nodes, boolean healthy) {}

  /**
   * What happened to an attribute.
   *
   * @param type null if the attribute was removed
   * @param value null if the attribute was removed
   * @param previous the value before; null if there was none
   */
  record AttributeChanged(
      String set,
      String name,
      @Nullable String type,
      @Nullable Object value,
      @Nullable Object previous) {

    private static AttributeChanged to(
        String set, Attribute<?> now, @Nullable Attribute<?> previous) {
      return new AttributeChanged(
          set,
          now.name(),
          now.type().typeName(),
          AttributeValues.shown(now.value()),
          previous == null ? null : AttributeValues.shown(previous.value()));
    }
  }

  /** What happened to a set. */
  record SetChanged(String set) {}

  EventViews(Supplier<GroupView> group) {
    this.group = group;
  }

  /** Shows any event. */
  Sent of(ClusterEvent event) {
    return switch (event) {
      case ClusterEvent.NodeJoined(var node, var healthy) ->
          new Sent("nodeJoined", new NodeChange(member(node), null, healthy));
      case ClusterEvent.NodeLeft(var node, var reason, var healthy) ->
          new Sent("nodeLeft", new NodeChange(member(node), reason.name(), healthy));
      case ClusterEvent.NodeSuspected(var node, var healthy) ->
          new Sent("nodeSuspected", new NodeChange(member(node), null, healthy));
      case ClusterEvent.NodeRecovered(var node, var healthy) ->
          new Sent("nodeRecovered", new NodeChange(member(node), null, healthy));
      case ClusterEvent.LiveNodes(var nodes, var healthy) ->
          new Sent("liveNodes", new LiveNodes(nodes.stream().map(this::member).toList(), healthy));
      case ClusterEvent.HealthChanged(ClusterHealth health) ->
          new Sent("healthChanged", HealthState.of(health));
      case ClusterEvent.AttributesChanged(AttributeEvent change) -> of(change);
    };
  }

  /** Shows a change of the attributes. */
  static Sent of(AttributeEvent change) {
    return switch (change) {
      case AttributeEvent.SetCreated(var set) ->
          new Sent("attributeSetCreated", new SetChanged(set));
      case AttributeEvent.SetRemoved(var set) ->
          new Sent("attributeSetRemoved", new SetChanged(set));
      case AttributeEvent.Added(var set, var attribute) ->
          new Sent("attributeAdded", AttributeChanged.to(set, attribute, null));
      case AttributeEvent.Replaced(var set, var attribute, var previous) ->
          new Sent("attributeReplaced", AttributeChanged.to(set, attribute, previous));
      case AttributeEvent.Removed(var set, var attribute) ->
          new Sent(
              "attributeRemoved",
              new AttributeChanged(
                  set, attribute.name(), null, null, AttributeValues.shown(attribute.value())));
    };
  }

  /** The name of the attribute that changed; null if a whole set did. */
  static @Nullable String attributeOf(AttributeEvent change) {
    return switch (change) {
      case AttributeEvent.Added(var set, var attribute) -> attribute.name();
      case AttributeEvent.Replaced(var set, var attribute, var previous) -> attribute.name();
      case AttributeEvent.Removed(var set, var attribute) -> attribute.name();
      case AttributeEvent.SetCreated _, AttributeEvent.SetRemoved _ -> null;
    };
  }

  private MemberState member(ClusterNode node) {
    return ClusterState.member(node, group.get().nodes().get(node.id()));
  }
}
