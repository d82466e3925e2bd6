// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import io.cairn.cluster.Member;
import io.cairn.cluster.ReplicaSet;
import io.cairn.cluster.group.context.GroupContext;
import io.cairn.cluster.group.placement.Placement;
import io.cairn.cluster.group.replica.PartitionReplicas;
import io.cairn.cluster.group.replica.Replica;
import io.cairn.cluster.group.state.NodeRecord;
import io.cairn.cluster.group.state.SelectorRecord;
import io.cairn.cluster.group.state.SystemState;
import io.cairn.cluster.group.system.SystemPartition;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether this node's replicas are open and current, and tells the group when it is up to
 * date, or no more.
 */
final class Readiness {

  /** Names the system partition among the replicas. */
  static final String SYSTEM = "";

  /** So many checks long a replica that lags is borne before the group is told; half for others. */
  private static final int PATIENCE = 10;

  private final GroupContext context;
  private final GroupInstance instance;
  private final AtomicBoolean reporting = new AtomicBoolean();
  private @Nullable Long brokenSince;
  private final Map<String, Freshness> replicas = new ConcurrentHashMap<>();

  Readiness(GroupContext context, GroupInstance instance) {
    this.context = context;
    this.instance = instance;
  }

  /**
   * Asks, where it is time to, whether the replicas here have what their leaders have. Upkeep's
   * thread only.
   *
   * @return whether to look again soon
   */
  boolean look() {
    boolean again = false;
    SystemPartition system = instance.system();
    if (system != null) {
      again = look(SYSTEM, system.replica());
    }
    for (PartitionReplicas set : instance.sets()) {
      for (Replica replica : set.replicas()) {
        again |= look(replica.key(), replica.replica());
      }
    }
    return again;
  }

  private boolean look(String key, @Nullable ReplicaSet group) {
    if (group == null) {
      replicas.remove(key);
      return false;
    }
    Freshness freshness = replicas.get(key);
    if (freshness == null || !freshness.isOf(group)) {
      freshness = new Freshness(group, context.environment().nanos(), context.timings().check());
      replicas.put(key, freshness);
    }
    freshness.check(instance::wake);
    return !freshness.isFresh() && group.leader() != null;
  }

  /** Returns for how long a replica here has not had what its leader has; null if it has it. */
  @Nullable Duration behind(String key) {
    Freshness freshness = replicas.get(key);
    if (freshness == null) {
      return Duration.ZERO;
    }
    return freshness.isFresh() ? null : freshness.age();
  }

  /**
   * Tells the group that this node is up to date, or no more; returns whether to look again soon.
   */
  boolean report(SystemState state) {
    NodeRecord self = state.nodes().get(context.self());
    if (self == null
        || !self.token().equals(instance.membership().token())
        || self.unavailableSinceMicros() != 0
        || !reporting.compareAndSet(false, true)) {
      return false;
    }
    if (!self.synchronizing() && isBrokenForLong(state)) {
      change(now -> synchronizing(now, true));
      return true;
    }
    if (!self.synchronizing() || mine(state) == null) {
      reporting.set(false);
      return false;
    }
    var _ =
        caughtUp()
            .whenComplete(
                (caughtUp, failure) -> {
                  if (Boolean.TRUE.equals(caughtUp)) {
                    change(now -> synchronizing(now, false));
                  } else {
                    reporting.set(false);
                  }
                });
    return true;
  }

  /** A replica that has only just been started, or moved here, soon is as it should be. */
  private boolean isBrokenForLong(SystemState state) {
    if (!isBroken(state)) {
      brokenSince = null;
      return false;
    }
    long now = context.environment().nanos().getAsLong();
    Long since = brokenSince;
    if (since == null) {
      brokenSince = now;
      return false;
    }
    return now - since > context.timings().check().toNanos() * PATIENCE / 2;
  }

  private void change(java.util.function.UnaryOperator<SystemState> change) {
    var _ =
        instance
            .change(change, context.timings().request())
            .whenComplete((done, failure) -> reporting.set(false));
  }

  private SystemState synchronizing(SystemState state, boolean whether) {
    NodeRecord self = state.nodes().get(context.self());
    return self == null || self.synchronizing() == whether || self.unavailableSinceMicros() != 0
        ? state
        : state.withNode(self.alive(whether, context.environment().micros()));
  }

  /** Tells whether a replica here is not open, or lags for long behind a leader that is known. */
  private boolean isBroken(SystemState state) {
    for (SelectorRecord selector : state.selectors().values()) {
      for (Replica replica : instance.set(selector).replicas()) {
        if (isWanted(state, selector, replica)
            && (replica.problem() != null
                || (replica.owner() != null && lags(behind(replica.key()))))) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean lags(@Nullable Duration behind) {
    return behind != null && behind.compareTo(context.timings().check().multipliedBy(PATIENCE)) > 0;
  }

  /** Tells whether this node is to hold a replica of a partition. */
  boolean isWanted(SystemState state, SelectorRecord selector, Replica replica) {
    return state.has(context.self(), instance.membership().token())
        && Placement.members(state, selector.partitions().get(replica.id().number()))
            .containsKey(context.self());
  }

  /**
   * Tells whether all replicas here have their desired role and everything that was committed
   * before the call.
   */
  CompletableFuture<Boolean> caughtUp() {
    SystemState state = instance.state();
    Map<ReplicaSet, Boolean> mine = state == null ? null : mine(state);
    if (mine == null) {
      return CompletableFuture.completedFuture(false);
    }
    CompletableFuture<Boolean> all = CompletableFuture.completedFuture(true);
    for (Map.Entry<ReplicaSet, Boolean> each : mine.entrySet()) {
      if (!each.getKey().members().contains(new Member(context.self(), each.getValue()))) {
        return CompletableFuture.completedFuture(false);
      }
    }
    for (ReplicaSet group : mine.keySet()) {
      CompletableFuture<Boolean> one =
          group
              .readIndex()
              .thenCompose(group::awaitApplied)
              .handle((done, failure) -> failure == null);
      all = all.thenCombine(one, Boolean::logicalAnd);
    }
    return all;
  }

  /** Returns the replicas here with whether they are to vote; null if one is missing. */
  private @Nullable Map<ReplicaSet, Boolean> mine(SystemState state) {
    SystemPartition opened = instance.system();
    ReplicaSet own = opened == null ? null : opened.replica();
    if (own == null || !state.has(context.self(), instance.membership().token())) {
      return null;
    }
    Map<ReplicaSet, Boolean> mine = new HashMap<>();
    mine.put(own, Boolean.TRUE.equals(Placement.everywhere(state).get(context.self())));
    for (SelectorRecord selector : state.selectors().values()) {
      for (Replica replica : instance.set(selector).replicas()) {
        Boolean votes =
            Placement.members(state, selector.partitions().get(replica.id().number()))
                .get(context.self());
        ReplicaSet group = replica.replica();
        if (votes != null && (group == null || replica.problem() != null)) {
          return null;
        }
        if (votes != null) {
          mine.put(group, votes);
        }
      }
    }
    return mine;
  }
}
