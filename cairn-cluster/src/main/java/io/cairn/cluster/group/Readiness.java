// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import io.cairn.cluster.Member;
import io.cairn.cluster.ReplicationGroup;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Finds out whether this node is up to date in a group, and tells the group so. */
final class Readiness {

  private final GroupContext context;
  private final GroupInstance instance;
  private final AtomicBoolean reporting = new AtomicBoolean();

  Readiness(GroupContext context, GroupInstance instance) {
    this.context = context;
    this.instance = instance;
  }

  /** Tells the group that this node is up to date, once it is; returns whether to look again soon. */
  boolean report(SystemState state) {
    NodeRecord self = state.nodes().get(context.self());
    if (self == null
        || !self.synchronizing()
        || !self.token().equals(instance.tenure().token())
        || self.unavailableSinceMicros() != 0
        || !reporting.compareAndSet(false, true)) {
      return false;
    }
    var _ =
        caughtUp(false)
            .thenCompose(
                caughtUp ->
                    caughtUp
                        ? instance.change(this::upToDate, context.timings().request())
                        : CompletableFuture.completedFuture(state))
            .whenComplete((done, failure) -> reporting.set(false));
    return true;
  }

  private SystemState upToDate(SystemState state) {
    NodeRecord self = state.nodes().get(context.self());
    return self == null || !self.synchronizing() || self.unavailableSinceMicros() != 0
        ? state
        : state.withNode(self.alive(false, context.environment().micros()));
  }

  /**
   * Tells whether all replicas here have their desired role and everything that was committed before
   * the call.
   *
   * @param strict whether a replica that cannot be opened counts
   */
  CompletableFuture<Boolean> caughtUp(boolean strict) {
    SystemState state = instance.state();
    SystemPartition opened = instance.system();
    if (state == null || opened == null || !state.has(context.self(), instance.tenure().token())) {
      return CompletableFuture.completedFuture(false);
    }
    Map<ReplicationGroup, Boolean> mine = replicas(opened, state, strict);
    if (mine == null) {
      return CompletableFuture.completedFuture(false);
    }
    CompletableFuture<Boolean> all = CompletableFuture.completedFuture(true);
    for (Map.Entry<ReplicationGroup, Boolean> each : mine.entrySet()) {
      if (!each.getKey().members().contains(new Member(context.self(), each.getValue()))) {
        return CompletableFuture.completedFuture(false);
      }
    }
    for (ReplicationGroup group : mine.keySet()) {
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
  private @Nullable Map<ReplicationGroup, Boolean> replicas(
      SystemPartition opened, SystemState state, boolean strict) {
    Map<ReplicationGroup, Boolean> mine = new HashMap<>();
    ReplicationGroup own = opened.replica();
    if (own == null) {
      return null;
    }
    mine.put(own, Boolean.TRUE.equals(Placement.everywhere(state).get(context.self())));
    for (SelectorRecord selector : state.selectors().values()) {
      for (Replica replica : instance.set(selector).replicas()) {
        Boolean votes =
            Placement.members(state, selector.partitions().get(replica.id().number()))
                .get(context.self());
        ReplicationGroup group = replica.replica();
        boolean broken = !strict && replica.stage() == Replica.Stage.FAILED;
        if (votes != null && group == null && !broken) {
          return null;
        }
        if (votes != null && group != null) {
          mine.put(group, votes);
        }
      }
    }
    return mine;
  }
}
