// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import io.cairn.cluster.Member;
import io.cairn.cluster.ReplicationGroup;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes the view of a group from what was agreed on and from who is alive now. */
final class GroupViews {

  private final GroupContext context;
  private final String name;

  GroupViews(GroupContext context, String name) {
    this.context = context;
    this.name = name;
  }

  /** Returns the view while this node is in no group of that name. */
  GroupView none(String reason, @Nullable GroupView previous) {
    return previous == null
        ? new GroupView(
            name, "", 0, context.settings().config(), Map.of(), 0, 0, false, reason)
        : new GroupView(
            name,
            previous.uid(),
            previous.version(),
            previous.config(),
            previous.nodes(),
            previous.membershipUpdateTimeMicros(),
            previous.localMembershipUpdateTimeMicros(),
            false,
            reason);
  }

  GroupView make(GroupInstance instance, @Nullable GroupView previous) {
    SystemState state = instance.state();
    if (state == null) {
      return none("the group's members are not known yet", previous);
    }
    Map<String, NodeView> nodes = new TreeMap<>();
    state.nodes().forEach((id, node) -> nodes.put(id, view(state, node)));
    String reason = unavailability(instance, state);
    boolean changed =
        previous == null
            || !previous.uid().equals(state.uid())
            || !statuses(previous.nodes()).equals(statuses(nodes));
    return new GroupView(
        name,
        state.uid(),
        state.version(),
        state.config(),
        java.util.Collections.unmodifiableMap(nodes),
        state.membershipUpdateTimeMicros(),
        changed || previous == null
            ? context.environment().micros()
            : previous.localMembershipUpdateTimeMicros(),
        reason.isEmpty(),
        reason);
  }

  private static Map<String, NodeStatus> statuses(Map<String, NodeView> nodes) {
    Map<String, NodeStatus> statuses = new TreeMap<>();
    nodes.forEach((id, node) -> statuses.put(id, node.status()));
    return statuses;
  }

  private NodeView view(SystemState state, NodeRecord node) {
    long since = node.unavailableSinceMicros();
    return new NodeView(
        node.id(),
        node.address(),
        status(node),
        node.role(),
        node.properties(),
        node.version(),
        node.updateTimeMicros(),
        since == 0 ? 0 : since + Math.min(state.config().nodeRemovalDelayMicros(), Long.MAX_VALUE / 2));
  }

  private NodeStatus status(NodeRecord node) {
    if (!context.peers().isAlive(node.id())) {
      return node.unavailableSinceMicros() != 0 || context.peers().wasSeen(node.id())
          ? NodeStatus.UNAVAILABLE
          : NodeStatus.UNKNOWN;
    }
    return node.isAvailable() ? NodeStatus.AVAILABLE : NodeStatus.SYNCHRONIZING;
  }

  private String unavailability(GroupInstance instance, SystemState state) {
    long alive = state.nodes().keySet().stream().filter(context.peers()::isAlive).count();
    int quorum = state.config().membershipQuorum();
    if (alive < quorum) {
      return "%d of %d members live, and membershipQuorum is %d%s"
          .formatted(alive, state.nodes().size(), quorum, missing(state.nodes().keySet()));
    }
    SystemPartition system = instance.system();
    ReplicationGroup replica = system == null ? null : system.replica();
    if (replica == null) {
      return "the group is being started";
    }
    Throwable stopped = replica.failure();
    if (stopped != null) {
      return "the system partition's replica on %s has stopped: %s"
          .formatted(context.self(), stopped.getMessage());
    }
    if (replica.leader() == null) {
      return leaderless("the system partition", replica.members());
    }
    for (String selector : state.selectors().keySet()) {
      ReplicaSet set = instance.partitions(selector);
      if (set == null) {
        return "the partitions of selector " + selector + " are being started";
      }
      for (Replica partition : set.replicas()) {
        if (partition.owner() == null) {
          String failure = partition.failure();
          ReplicationGroup here = partition.replica();
          return failure != null
              ? "partition " + partition.key() + ": " + failure
              : leaderless(
                  "partition " + partition.key(), here == null ? List.of() : here.members());
        }
      }
    }
    return "";
  }

  private String leaderless(String what, List<Member> members) {
    List<String> voters = members.stream().filter(Member::voter).map(Member::nodeId).toList();
    long alive = voters.stream().filter(context.peers()::isAlive).count();
    int majority = voters.size() / 2 + 1;
    return alive >= majority || voters.isEmpty()
        ? what + " has no leader yet"
        : "%d of the %d voting members of %s live, and a majority is %d%s"
            .formatted(alive, voters.size(), what, majority, missing(voters));
  }

  private String missing(java.util.Collection<String> nodes) {
    List<String> dead = nodes.stream().filter(id -> !context.peers().isAlive(id)).toList();
    return dead.isEmpty() ? "" : "; start again: " + String.join(", ", dead);
  }
}
