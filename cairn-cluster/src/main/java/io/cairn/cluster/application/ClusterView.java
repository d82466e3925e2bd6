// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import io.cairn.cluster.application.ClusterEvent.HealthChanged;
import io.cairn.cluster.application.ClusterEvent.LiveNodes;
import io.cairn.cluster.application.ClusterEvent.NodeJoined;
import io.cairn.cluster.application.ClusterEvent.NodeLeft;
import io.cairn.cluster.application.ClusterEvent.NodeRecovered;
import io.cairn.cluster.application.ClusterEvent.NodeSuspected;
import io.cairn.cluster.membership.ClusterMember;
import io.cairn.cluster.membership.Membership;
import io.cairn.cluster.membership.MembershipEvent;
import io.cairn.cluster.membership.MembershipEvent.Left;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which nodes are live after the events so far, and whether they are enough. Answers each change
 * with the events that it makes. Guarded by the lock of who owns it, except {@link #others}.
 */
final class ClusterView {

  private static final Logger LOG = LoggerFactory.getLogger(ClusterView.class);

  private final Membership membership;
  private final QuorumView quorum;
  private final LastSeen lastSeen;
  private final SortedMap<String, ClusterMember> live = new TreeMap<>();
  private volatile Map<String, ClusterMember> others = Map.of();
  private boolean startupCompleted;
  private boolean reportedHealthy;

  ClusterView(Membership membership, QuorumView quorum, LastSeen lastSeen) {
    this.membership = membership;
    this.quorum = quorum;
    this.lastSeen = lastSeen;
  }

  /** Any thread: returns the live nodes except this one, by id. */
  Map<String, ClusterMember> others() {
    return others;
  }

  List<ClusterEvent> apply(MembershipEvent event) {
    return switch (event) {
      case MembershipEvent.Joined(ClusterMember member) -> joined(member);
      case Left(ClusterMember member, Left.Reason reason) -> left(member, reason);
      case MembershipEvent.Suspected(ClusterMember member) -> {
        put(member);
        yield List.of(new NodeSuspected(node(member), isHealthy()));
      }
      case MembershipEvent.Recovered(ClusterMember member) -> {
        lastSeen.heardOf(member.nodeId());
        put(member);
        yield List.of(new NodeRecovered(node(member), isHealthy()));
      }
      case MembershipEvent.Updated updated -> {
        put(updated.member());
        yield List.of();
      }
      case MembershipEvent.Conflicted(ClusterMember member, ClusterMember intruder) -> {
        LOG.error(
            "Two nodes call themselves {}: {} is a member, {} is not taken in; give it another id",
            member.nodeId(),
            member.address(),
            intruder.address());
        yield List.of();
      }
    };
  }

  private List<ClusterEvent> joined(ClusterMember member) {
    lastSeen.heardOf(member.nodeId());
    put(member);
    return withConsequences(new NodeJoined(node(member), isHealthy()));
  }

  private List<ClusterEvent> left(ClusterMember member, Left.Reason reason) {
    ClusterNode last = node(member);
    live.remove(member.nodeId());
    others = Map.copyOf(live);
    lastSeen.forget(member.nodeId());
    LeaveReason why =
        switch (reason) {
          case LEAVE -> LeaveReason.LEAVE;
          case CRASH -> LeaveReason.CRASH;
        };
    return withConsequences(new NodeLeft(last, why, isHealthy()));
  }

  private List<ClusterEvent> withConsequences(ClusterEvent event) {
    List<ClusterEvent> events = new ArrayList<>(List.of(event, liveNodes()));
    events.addAll(reconsider());
    return events;
  }

  private void put(ClusterMember member) {
    live.put(member.nodeId(), member);
    others = Map.copyOf(live);
  }

  /** Completes the start; returns what that means, nothing if it was completed. */
  List<ClusterEvent> completeStartup() {
    if (startupCompleted) {
      return List.of();
    }
    startupCompleted = true;
    return List.of(healthChanged());
  }

  /** Looks whether the health has changed. */
  List<ClusterEvent> reconsider() {
    return startupCompleted && isHealthy() != reportedHealthy
        ? List.of(healthChanged())
        : List.of();
  }

  private HealthChanged healthChanged() {
    ClusterHealth health = health();
    reportedHealthy = health.healthy();
    return new HealthChanged(health);
  }

  /** Returns what one that comes later is told at first. */
  List<ClusterEvent> present() {
    return startupCompleted
        ? List.of(liveNodes(), new HealthChanged(health()))
        : List.of(liveNodes());
  }

  private LiveNodes liveNodes() {
    return new LiveNodes(nodes(), isHealthy());
  }

  List<ClusterNode> nodes() {
    SortedMap<String, ClusterMember> all = new TreeMap<>(live);
    ClusterMember self = membership.self();
    all.put(self.nodeId(), self);
    return all.values().stream().map(this::node).toList();
  }

  ClusterNode node(ClusterMember member) {
    ClusterNode.Status status =
        switch (member.state()) {
          case ALIVE -> ClusterNode.Status.ALIVE;
          case SUSPECT -> ClusterNode.Status.SUSPECT;
        };
    return new ClusterNode(
        member.nodeId(),
        member.launchId(),
        member.address(),
        member.metadata(),
        status,
        lastSeen.of(member, member.nodeId().equals(membership.self().nodeId())));
  }

  private boolean isHealthy() {
    return startupCompleted && liveCount() >= quorum.required();
  }

  private int liveCount() {
    String self = membership.self().nodeId();
    long others = live.keySet().stream().filter(quorum::counts).count();
    return (int) others + (quorum.counts(self) ? 1 : 0);
  }

  ClusterHealth health() {
    int needed = quorum.required();
    boolean enough = liveCount() >= needed;
    List<String> obstacles = quorum.obstacles();
    List<String> why = new ArrayList<>();
    if (!startupCompleted) {
      why.add("still looking for other nodes (startup period)");
    }
    if (!enough && (obstacles.isEmpty() || quorum.voters() == 0)) { // a group says so itself
      why.add(shortage(needed, quorum.voters()));
    }
    why.addAll(obstacles);
    boolean healthy = startupCompleted && enough;
    boolean ready = why.isEmpty();
    quorum.remarks().stream().filter(remark -> !why.contains(remark)).forEach(why::add);
    return new ClusterHealth(healthy, ready, startupCompleted, liveCount(), needed, why);
  }

  private String shortage(int needed, int voters) {
    String of = voters >= needed ? " of " + voters : "";
    return "%d%s nodes are needed and %d %s there"
        .formatted(needed, of, liveCount(), liveCount() == 1 ? "is" : "are");
  }
}
