// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import io.cairn.cluster.group.context.GroupContext;
import io.cairn.cluster.group.partition.Condition;
import io.cairn.cluster.group.state.NodeRecord;
import io.cairn.cluster.group.state.SystemState;
import io.cairn.cluster.group.system.SystemPartition;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes the view of a group from what was agreed on and from who is alive now. */
final class GroupViews {

  private final GroupContext context;
  private final String name;
  private final Obstacles obstacles;

  GroupViews(GroupContext context, String name) {
    this.context = context;
    this.name = name;
    this.obstacles = new Obstacles(context);
  }

  /** Returns the view while this node is in no group of that name. */
  GroupView none(String reason, @Nullable GroupView previous) {
    return previous == null
        ? new GroupView(
            name, "", 0, context.settings().config(), Map.of(), 0, 0, Condition.none(reason))
        : new GroupView(
            name,
            previous.uid(),
            previous.version(),
            previous.config(),
            previous.nodes(),
            previous.membershipUpdateTimeMicros(),
            previous.localMembershipUpdateTimeMicros(),
            Condition.none(reason));
  }

  /**
   * Returns the view of a group that this node is a member of.
   *
   * @param refused why this node must not serve, whatever data it has; null if it may
   */
  GroupView make(GroupInstance instance, @Nullable String refused, @Nullable GroupView previous) {
    SystemState state = instance.state();
    if (state == null) {
      SystemPartition system = instance.system();
      String trouble = system == null ? null : system.trouble();
      return none(
          trouble == null
              ? "the group's members are not known yet"
              : "the system partition: " + trouble,
          previous);
    }
    Condition condition = refused == null ? obstacles.of(instance, state) : Condition.none(refused);
    Map<String, NodeView> nodes = new TreeMap<>();
    state.nodes().forEach((id, node) -> nodes.put(id, view(state, node, condition.current())));
    boolean changed =
        previous == null
            || !previous.uid().equals(state.uid())
            || !statuses(previous.nodes()).equals(statuses(nodes));
    return new GroupView(
        name,
        state.uid(),
        state.version(),
        state.config(),
        Collections.unmodifiableMap(nodes),
        state.membershipUpdateTimeMicros(),
        changed || previous == null
            ? context.environment().micros()
            : previous.localMembershipUpdateTimeMicros(),
        condition);
  }

  private static Map<String, NodeStatus> statuses(Map<String, NodeView> nodes) {
    Map<String, NodeStatus> statuses = new TreeMap<>();
    nodes.forEach((id, node) -> statuses.put(id, node.status()));
    return statuses;
  }

  private NodeView view(SystemState state, NodeRecord node, boolean current) {
    long since = node.unavailableSinceMicros();
    return new NodeView(
        node.id(),
        node.address(),
        status(node, current),
        node.role(),
        node.properties(),
        node.version(),
        node.updateTimeMicros(),
        since == 0
            ? 0
            : since + Math.min(state.config().nodeRemovalDelayMicros(), Long.MAX_VALUE / 2));
  }

  /** Returns how a node is doing: of others what they have told, of this one what is known here. */
  private NodeStatus status(NodeRecord node, boolean current) {
    if (!context.peers().isAlive(node.id())) {
      return node.unavailableSinceMicros() != 0 || context.peers().wasSeen(node.id())
          ? NodeStatus.UNAVAILABLE
          : NodeStatus.UNKNOWN;
    }
    boolean well = node.isAvailable() && (current || !node.id().equals(context.self()));
    return well ? NodeStatus.AVAILABLE : NodeStatus.SYNCHRONIZING;
  }
}
