// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import io.cairn.cluster.OutdatedReplicaException;
import io.cairn.cluster.ReplicaSet;
import io.cairn.cluster.ReplicaSetSetup;
import io.cairn.cluster.group.context.GroupContext;
import io.cairn.cluster.group.placement.Placement;
import io.cairn.cluster.group.replica.MemberReconciler;
import io.cairn.cluster.group.replica.PartitionLeaders;
import io.cairn.cluster.group.replica.PartitionReplicas;
import io.cairn.cluster.group.replica.Replica;
import io.cairn.cluster.group.state.NodeRecord;
import io.cairn.cluster.group.state.PartitionRecord;
import io.cairn.cluster.group.state.SelectorRecord;
import io.cairn.cluster.group.state.SystemState;
import io.cairn.cluster.group.system.SystemPartition;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts, keeps and gives up this node's replicas of the data partitions, as the system partition
 * wants them. Works on the upkeep's thread of its {@link GroupInstance}, and never waits.
 */
final class ReplicaUpkeep {

  private static final Logger LOG = LoggerFactory.getLogger(ReplicaUpkeep.class);

  private final GroupContext context;
  private final GroupInstance instance;
  private final PartitionLeaders leaders;
  private final Map<String, MemberReconciler> reconcilers;

  ReplicaUpkeep(
      GroupContext context,
      GroupInstance instance,
      PartitionLeaders leaders,
      Map<String, MemberReconciler> reconcilers) {
    this.context = context;
    this.instance = instance;
    this.leaders = leaders;
    this.reconcilers = reconcilers;
  }

  /** Goes over the replicas of one selector; returns whether there is more to do soon. */
  boolean tend(SystemPartition opened, SystemState state, SelectorRecord selector) {
    PartitionReplicas set = instance.set(selector);
    List<@Nullable String> preferred = Placement.leaders(state, selector);
    boolean again = false;
    for (Replica replica : set.replicas()) {
      int number = replica.id().number();
      PartitionRecord partition = selector.partitions().get(number);
      Map<String, Boolean> members = Placement.members(state, partition);
      replica.heldBy(List.copyOf(members.keySet()));
      keep(replica, state, partition, members.containsKey(context.self()));
      ReplicaSet group = replica.replica();
      if (group != null) {
        again |=
            reconcilers
                .computeIfAbsent(replica.key(), key -> instance.reconciler())
                .step(
                    group,
                    members,
                    context.peers().leader(preferred.get(number), group.members()),
                    () -> opened.latest().thenApply(now -> membersNow(now, replica)));
      }
    }
    return again;
  }

  /** Starts what is wanted here and does not run, and gives up what is no longer wanted. */
  private void keep(Replica replica, SystemState state, PartitionRecord partition, boolean holder) {
    boolean wanted = holder && state.has(context.self(), instance.membership().token());
    ReplicaSet group = replica.replica();
    if (wanted) {
      replica.noteWanted();
    }
    replica.check();
    if (wanted && replica.mayStart() && !isOutdated()) {
      ReplicaSetSetup setup = setup(state, replica, partition);
      if (setup != null) {
        replica.start(setup, sources(replica), instance::noteLeft);
      }
    } else if (group != null && group.isRemoved()) {
      giveUp(replica);
    } else if (!wanted && replica.isStored()) {
      // Only what was said after the group had taken the replica away tells that it may go.
      PartitionLeaders.Sighting sighting =
          leaders.since(replica.key(), replica.noteUnwanted(nanos()));
      if (sighting != null && !sighting.members().contains(context.self())) {
        giveUp(replica);
      }
    }
  }

  /** Tells whether this node was refused as a whole: it begins anew soon, with all its replicas. */
  private boolean isOutdated() {
    SystemPartition system = instance.system();
    ReplicaSet replica = system == null ? null : system.replica();
    return replica != null && replica.failure() instanceof OutdatedReplicaException;
  }

  /** Returns the other live nodes that hold a copy, the one that leads first. */
  private List<String> sources(Replica replica) {
    String leader = replica.owner();
    return replica.holders().stream()
        .filter(id -> !id.equals(context.self()) && context.peers().isAlive(id))
        .sorted(Comparator.comparing(id -> !id.equals(leader)))
        .toList();
  }

  private static Map<String, Boolean> membersNow(SystemState state, Replica replica) {
    PartitionRecord partition = state.partition(replica.id().selector(), replica.id().number());
    return partition == null ? Map.of() : Placement.members(state, partition);
  }

  private long nanos() {
    return context.environment().nanos().getAsLong();
  }

  private @Nullable ReplicaSetSetup setup(
      SystemState state, Replica replica, PartitionRecord partition) {
    String self = context.self();
    NodeRecord node = state.nodes().get(self);
    String logName = instance.membership().logPrefix(replica.id().group()) + replica.key();
    boolean founder =
        partition.founders().contains(self)
            && node != null
            && node.joinedVersion() <= partition.createdVersion()
            && !instance.membership().left().contains(replica.key());
    List<String> founders = partition.founders();
    if (!founder) {
      founders = founders.stream().filter(id -> !id.equals(self)).toList();
      if (founders.isEmpty()) {
        founders = replica.holders().stream().filter(id -> !id.equals(self)).toList();
      }
      if (founders.isEmpty()) {
        return null; // nobody is there to learn from; a holder may return
      }
    }
    return new ReplicaSetSetup(replica.id().groupName(), logName, founders, !founder);
  }

  /** Gives a replica up, after noting that it must not begin anew as a founder. */
  private void giveUp(Replica replica) {
    Thread.ofVirtual()
        .name("cairn-give-up")
        .start(
            () -> {
              try {
                instance.noteLeft(replica);
                replica.giveUp(false);
              } catch (IOException | RuntimeException e) {
                LOG.warn("Replica {} cannot be given up now: {}", replica.id(), e, e);
              }
            });
  }
}
