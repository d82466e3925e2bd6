// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import io.cairn.cluster.Member;
import io.cairn.cluster.ReplicaSet;
import io.cairn.cluster.group.context.GroupContext;
import io.cairn.cluster.group.placement.Placement;
import io.cairn.cluster.group.replica.MemberReconciler;
import io.cairn.cluster.group.replica.PartitionLeaders;
import io.cairn.cluster.group.replica.PartitionReplicas;
import io.cairn.cluster.group.replica.Replica;
import io.cairn.cluster.group.state.NodeRecord;
import io.cairn.cluster.group.state.SelectorRecord;
import io.cairn.cluster.group.state.SystemState;
import io.cairn.cluster.group.system.SystemDuties;
import io.cairn.cluster.group.system.SystemPartition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The part of a membership that leads the group while this node leads its system partition:
 * proposes what {@link SystemDuties} finds to be done, and gathers from the partitions' leaders
 * what that depends on. Used by the upkeep's thread; nothing here waits.
 */
final class SystemLead {

  private final GroupContext context;
  private final GroupInstance instance;
  private final PartitionLeaders leaders;
  private final Map<String, MemberReconciler> reconcilers;
  private final MemberReconciler systemReconciler;
  private final AtomicBoolean changing = new AtomicBoolean();
  private volatile @Nullable SystemDuties duties;

  SystemLead(
      GroupContext context,
      GroupInstance instance,
      PartitionLeaders leaders,
      Map<String, MemberReconciler> reconcilers,
      MemberReconciler systemReconciler) {
    this.context = context;
    this.instance = instance;
    this.leaders = leaders;
    this.reconcilers = reconcilers;
    this.systemReconciler = systemReconciler;
  }

  /** Does the duties of the system partition's leader, if this node is that. */
  void lead(SystemPartition opened, SystemState state) {
    if (!opened.leads()) {
      duties = null;
      return;
    }
    SystemDuties here = duties;
    if (here == null) {
      here = new SystemDuties(context);
      duties = here;
    }
    SystemDuties dutiful = here;
    if (!plan(dutiful, state).equals(state) && changing.compareAndSet(false, true)) {
      var _ =
          opened
              .change(now -> plan(dutiful, now), context.timings().request())
              .whenComplete(
                  (done, failure) -> {
                    changing.set(false);
                    if (failure == null) {
                      instance.wake();
                    }
                  });
    }
  }

  private SystemState plan(SystemDuties dutiful, SystemState state) {
    synchronized (dutiful) {
      return dutiful.plan(
          state,
          id -> isGone(state, id, dutiful.departedSince(id)),
          selector -> isSettled(state, selector));
    }
  }

  private boolean isGone(SystemState state, String id, long since) {
    SystemPartition opened = instance.system();
    ReplicaSet replica = opened == null ? null : opened.replica();
    if (replica == null || systemReconciler.isBusy() || memberIds(replica).contains(id)) {
      return false;
    }
    for (SelectorRecord selector : state.selectors().values()) {
      for (Replica partition : instance.set(selector).replicas()) {
        List<String> members = surely(partition, since);
        if (members == null || members.contains(id)) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean isSettled(SystemState state, String selectorName) {
    SelectorRecord selector = state.selectors().get(selectorName);
    if (selector == null
        || selector.spec().replicationFactor() == 0
        || !state.departed().isEmpty()
        || !state.nodes().values().stream().allMatch(NodeRecord::isAvailable)) {
      return false;
    }
    long recent =
        context.environment().nanos().getAsLong() - context.timings().check().toNanos() * 6;
    for (Replica replica : instance.set(selector).replicas()) {
      List<String> members = surely(replica, recent);
      List<String> holders = selector.partitions().get(replica.id().number()).holders();
      if (members == null || members.size() != holders.size() || !members.containsAll(holders)) {
        return false;
      }
    }
    return true;
  }

  /** Returns a partition's members if its leader has told them since, or is this node; or null. */
  private @Nullable List<String> surely(Replica replica, long since) {
    ReplicaSet here = replica.replica();
    MemberReconciler reconciler = reconcilers.get(replica.key());
    if (here != null && here.leadership() != null) {
      return reconciler == null || reconciler.isBusy() ? null : memberIds(here);
    }
    PartitionLeaders.Sighting sighting = leaders.since(replica.key(), since);
    return sighting == null ? null : sighting.members();
  }

  private static List<String> memberIds(ReplicaSet group) {
    return group.members().stream().map(Member::nodeId).toList();
  }

  /** Finds out about partitions whose leader or members this node must know and does not. */
  void locate(SystemPartition opened, SystemState state) {
    List<Replica> wanted = new ArrayList<>();
    boolean urgent = !state.departed().isEmpty();
    boolean all = opened.leads() && (urgent || uneven(state));
    for (PartitionReplicas set : instance.sets()) {
      for (Replica replica : set.replicas()) {
        ReplicaSet here = replica.replica();
        boolean leaving = replica.isStored() && !replica.holders().contains(context.self());
        if (leaving || here == null || (all && here.leadership() == null)) {
          wanted.add(replica);
          String leader = replica.owner();
          urgent |= leader == null || !context.peers().isAlive(leader);
        } else {
          replica.ledBy(null); // its own replica knows, and nobody asks any more
        }
      }
    }
    leaders.ask(wanted, urgent);
  }

  private static boolean uneven(SystemState state) {
    return state.selectors().values().stream().anyMatch(s -> !Placement.even(state, s).equals(s));
  }
}
