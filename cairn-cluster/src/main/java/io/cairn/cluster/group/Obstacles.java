// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import io.cairn.cluster.Member;
import io.cairn.cluster.ReplicaSet;
import io.cairn.cluster.group.context.GroupContext;
import io.cairn.cluster.group.partition.Condition;
import io.cairn.cluster.group.partition.Obstacle;
import io.cairn.cluster.group.partition.Obstacle.Kind;
import io.cairn.cluster.group.replica.PartitionReplicas;
import io.cairn.cluster.group.replica.Replica;
import io.cairn.cluster.group.state.NodeRecord;
import io.cairn.cluster.group.state.SelectorRecord;
import io.cairn.cluster.group.state.SystemState;
import io.cairn.cluster.group.system.SystemPartition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds what keeps this node from serving a group's documents now. */
final class Obstacles {

  private final GroupContext context;

  Obstacles(GroupContext context) {
    this.context = context;
  }

  /** Returns what this node can do for a group. */
  Condition of(GroupInstance instance, SystemState state) {
    String claimed = context.claimed();
    if (claimed != null) {
      return Condition.none(new Obstacle(Kind.IDENTITY, claimed));
    }
    List<Obstacle> shared = new ArrayList<>();
    List<String> peers =
        state.nodes().values().stream().filter(NodeRecord::isPeer).map(NodeRecord::id).toList();
    long alive = peers.stream().filter(context.peers()::isAlive).count();
    int quorum = state.config().membershipQuorum();
    String refusal = shortage(peers, alive, quorum);
    if (!refusal.isEmpty()) {
      shared.add(new Obstacle(Kind.QUORUM, refusal));
    }
    boolean restoring = state.config().isRestoring();
    if (restoring) {
      refusal = "the group is being restored from " + state.config().restoring();
      shared.add(new Obstacle(Kind.GROUP, refusal));
    }
    if (!state.has(context.self(), instance.membership().token())) {
      shared.add(
          new Obstacle(
              Kind.GROUP, "the group has removed node " + context.self() + ", which begins anew"));
    }
    NodeRecord self = state.nodes().get(context.self());
    if (self != null && !self.isAvailable()) {
      shared.add(
          new Obstacle(
              Kind.COPY, "the group still waits for node " + self.id() + " to be up to date"));
    }
    Obstacle system = ofSystem(instance);
    if (system != null) {
      shared.add(system);
    }
    AtomicBoolean current = new AtomicBoolean(true);
    Map<String, List<Obstacle>> bySelector = new TreeMap<>();
    for (SelectorRecord selector : state.selectors().values()) {
      List<Obstacle> all =
          grouped(
              instance.set(selector),
              replica -> {
                String here = ofReplica(instance, state, selector, replica);
                Obstacle cause = cause(replica, here);
                if (cause == null) {
                  replica.isWell();
                } else if (replica.isNew()) {
                  return null;
                }
                current.compareAndSet(true, here == null);
                return cause;
              });
      if (!all.isEmpty()) {
        bySelector.put(selector.spec().name(), all);
      }
    }
    return new Condition(alive < quorum || restoring, current.get(), refusal, shared, bySelector);
  }

  private String shortage(List<String> peers, long alive, int quorum) {
    int majority = peers.size() / 2 + 1;
    return alive >= Math.max(quorum, majority)
        ? ""
        : "%d of %d members live, and %s is %d%s"
            .formatted(
                alive,
                peers.size(),
                quorum > majority ? "membershipQuorum" : "a majority",
                Math.max(quorum, majority),
                missing(peers));
  }

  private @Nullable Obstacle ofSystem(GroupInstance instance) {
    SystemPartition system = instance.system();
    ReplicaSet replica = system == null ? null : system.replica();
    if (replica == null) {
      return new Obstacle(
          Kind.COPY, "the system partition: its replica on " + context.self() + " is not open yet");
    }
    Throwable stopped = replica.failure();
    if (stopped != null) {
      return new Obstacle(
          Kind.COPY,
          "the system partition: its replica on %s has stopped: %s"
              .formatted(context.self(), stopped.getMessage()));
    }
    if (replica.leader() == null) {
      String replacedAt = instance.replacedAt();
      return replacedAt == null
          ? new Obstacle(Kind.LEADER, "the system partition: " + leaderless(voters(replica)))
          : new Obstacle(
              Kind.GROUP, "this group has no majority: " + GroupInstance.replacement(replacedAt));
    }
    return instance.readiness().behind(Readiness.SYSTEM) == null
        ? null
        : new Obstacle(Kind.COPY, "the system partition: " + lagging(replica.leader()));
  }

  private @Nullable Obstacle cause(Replica replica, @Nullable String here) {
    if (replica.owner() != null) {
      return here == null ? null : new Obstacle(Kind.COPY, here);
    }
    ReplicaSet group = replica.replica();
    String leaderless = leaderless(group == null ? replica.holders() : voters(group));
    return new Obstacle(
        Kind.LEADER,
        replica.problem() == null || here == null ? leaderless : here + "; " + leaderless);
  }

  private @Nullable String ofReplica(
      GroupInstance instance, SystemState state, SelectorRecord selector, Replica replica) {
    if (!instance.readiness().isWanted(state, selector, replica)) {
      return null;
    }
    String problem = replica.problem();
    if (problem != null) {
      return problem;
    }
    return instance.readiness().behind(replica.key()) == null ? null : lagging(replica.owner());
  }

  private String lagging(@Nullable String leader) {
    return leader == null
        ? "its replica on %s may lag: it has no leader".formatted(context.self())
        : "its replica on %s has not caught up with its leader %s"
            .formatted(context.self(), leader);
  }

  private String leaderless(List<String> voters) {
    long alive = voters.stream().filter(context.peers()::isAlive).count();
    int majority = voters.size() / 2 + 1;
    return alive >= majority || voters.isEmpty()
        ? "it has no leader yet"
        : "it has no leader: %d of its %d voting members live, and a majority is %d%s"
            .formatted(alive, voters.size(), majority, missing(voters));
  }

  private static List<String> voters(ReplicaSet group) {
    return group.members().stream().filter(Member::voter).map(Member::nodeId).toList();
  }

  private String missing(Collection<String> nodes) {
    List<String> dead = nodes.stream().filter(id -> !context.peers().isAlive(id)).toList();
    return dead.isEmpty() ? "" : "; start again: " + String.join(", ", dead);
  }

  /** Says once what is the matter with several partitions. */
  private static List<Obstacle> grouped(
      PartitionReplicas set, Function<Replica, @Nullable Obstacle> causes) {
    Map<Obstacle, List<String>> keys = new LinkedHashMap<>();
    for (Replica replica : set.replicas()) {
      Obstacle cause = causes.apply(replica);
      if (cause != null) {
        keys.computeIfAbsent(cause, same -> new ArrayList<>()).add(replica.key());
      }
    }
    List<Obstacle> all = new ArrayList<>();
    keys.forEach(
        (cause, partitions) ->
            all.add(
                new Obstacle(
                    cause.kind(),
                    "%s %s: %s"
                        .formatted(
                            partitions.size() == 1 ? "partition" : "partitions",
                            String.join(", ", partitions),
                            cause.text()))));
    return all;
  }
}
