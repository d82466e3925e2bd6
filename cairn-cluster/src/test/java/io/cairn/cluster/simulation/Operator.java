// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.simulation;

import io.cairn.cluster.Member;
import io.cairn.cluster.MemberChange;
import io.cairn.cluster.MemberProgress;
import io.cairn.cluster.ReplicaSet;
import io.cairn.cluster.ReplicaSetSetup;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Starts what is down, and moves replicas and leaders about. */
final class Operator {

  private final World world;
  private final Random random;
  private final Map<String, List<String>> initialMembers = new HashMap<>();
  private final Map<String, Integer> outcomes = new HashMap<>();

  /** Changes of members that have not ended. */
  private final List<Change> changes = new ArrayList<>();

  private int generation;

  private record Change(SimulatedProcess process, String group, String node) {}

  Operator(World world, long seed) {
    this.world = world;
    this.random = new Random(seed);
  }

  Map<String, Integer> outcomes() {
    return outcomes;
  }

  /** Gives each group to some nodes, two at least, and starts all nodes. */
  void begin() {
    List<String> ids = world.scenario().nodeIds();
    for (String group : world.scenario().groupIds()) {
      List<String> members = new ArrayList<>(ids);
      Collections.shuffle(members, random);
      members = members.subList(0, 2 + random.nextInt(ids.size() - 1));
      initialMembers.put(group, members);
      for (String member : members) {
        record(member, ReplicaSetSetup.together(group, members));
      }
    }
    world.nodes().forEach(SimulatedNode::start);
  }

  private void record(String node, ReplicaSetSetup setup) {
    world
        .node(node)
        .replicas()
        .put(setup.id(), new SimulatedNode.Replica(setup, new MapMachine.Store()));
  }

  /** The node is down; it comes back after a while. */
  void restartLater(SimulatedNode node) {
    long longest = random.nextInt(3) == 0 ? 5 * VirtualTime.SECONDS : VirtualTime.SECONDS / 2;
    long wait = world.isCalm() ? VirtualTime.MILLIS : (long) (random.nextDouble() * longest);
    world.time().after(wait, node::start);
  }

  /** The process has said that it is of no use any more. */
  void stopFailed(SimulatedProcess process) {
    if (process.isAlive()) {
      process.node().crash(true);
    }
  }

  /** Returns whose replica holds leadership, or null. */
  SimulatedProcess leader(String group) {
    for (SimulatedNode node : world.nodes()) {
      ReplicaSet replica = node.process() == null ? null : node.process().group(group);
      if (replica != null && !node.isBlocked() && replica.leadership() != null) {
        return node.process();
      }
    }
    return null;
  }

  private void change(SimulatedProcess process, String group, String node, MemberChange change) {
    ReplicaSet leader = process.group(group);
    Change begun = new Change(process, group, node);
    changes.add(begun);
    world.count("changes of members");
    process.run(
        () -> {
          world.trace().note(process.node().id(), "change", group + " " + change + " " + node);
          var _ =
              leader
                  .changeMembers(node, change)
                  .whenComplete(
                      (_, failure) -> {
                        changes.remove(begun);
                        String end = change + " " + node + " " + count(change.toString(), failure);
                        world.trace().note(process.node().id(), "changed", group + " " + end);
                        if (failure == null && change == MemberChange.REMOVE) {
                          removed(process, leader, node);
                        }
                      });
        });
  }

  private String count(String what, Throwable failure) {
    String end =
        failure == null
            ? "done"
            : (failure.getCause() == null ? failure : failure.getCause())
                .getClass()
                .getSimpleName();
    outcomes.merge(what + " " + end, 1, Integer::sum);
    return end;
  }

  /** Tells whether somebody may yet carry out a change of this member. */
  private boolean isChanging(String group, String node) {
    changes.removeIf(change -> !change.process().isAlive());
    return changes.stream()
        .anyMatch(change -> change.group().equals(group) && change.node().equals(node));
  }

  /** The removal is committed: its replica may go, if the leader has not added it again. */
  private void removed(SimulatedProcess process, ReplicaSet leader, String node) {
    if (process.isAlive() && leader.leadership() != null && !isMember(leader, node)) {
      world.time().at(process.node().localNow(), () -> drop(node, leader.id()));
    }
  }

  private static boolean isMember(ReplicaSet group, String node) {
    return group.members().stream().anyMatch(member -> member.nodeId().equals(node));
  }

  private void drop(String node, String group) {
    SimulatedNode host = world.node(node);
    if (host.replicas().remove(group) == null) {
      return;
    }
    world.trace().note(node, "drop", group);
    SimulatedProcess process = host.process();
    if (process != null) {
      process.run(() -> process.removeReplicaSet(group));
    }
  }

  /** Adds a node that is no member. */
  void add(String group) {
    SimulatedProcess leader = leader(group);
    if (leader == null) {
      return;
    }
    List<SimulatedNode> others = new ArrayList<>();
    for (SimulatedNode node : world.nodes()) {
      if (!isMember(leader.group(group), node.id()) && node.process() != null) {
        others.add(node);
      }
    }
    if (others.isEmpty()) {
      return;
    }
    SimulatedNode node = others.get(random.nextInt(others.size()));
    ReplicaSet stale = node.process().group(group);
    if (node.replicas().get(group) == null) {
      join(node, group);
      change(leader, group, node.id(), MemberChange.ADD_LEARNER);
    } else if (stale != null && stale.isRemoved()) {
      drop(node.id(), group);
    } else if (stale != null && !isMember(stale, node.id())) {
      change(leader, group, node.id(), MemberChange.ADD_LEARNER); // an earlier step came to nothing
    } // else it does not know yet that it was removed, and must not come back before it does
  }

  private void join(SimulatedNode node, String group) {
    List<String> first = new ArrayList<>(initialMembers.get(group));
    first.remove(node.id());
    ReplicaSetSetup setup =
        ReplicaSetSetup.join(group, first).withLogName(group + "#" + ++generation);
    world.trace().note(node.id(), "join", setup.logName());
    record(node.id(), setup);
    SimulatedProcess process = node.process();
    MapMachine.Store store = node.replicas().get(group).store();
    if (process.replication() != null) {
      process.run(() -> process.startReplicaSet(setup, store));
    } // else it starts all replicas once its log is open
  }

  /** Lets a learner vote, mostly one that has caught up. */
  void promote(String group) {
    SimulatedProcess leader = leader(group);
    if (leader == null) {
      return;
    }
    boolean hasty = random.nextInt(8) == 0;
    Map<String, MemberProgress> progress = leader.group(group).progress();
    for (Member member : leader.group(group).members()) {
      MemberProgress known = progress.get(member.nodeId());
      boolean caughtUp =
          known != null && known.matchIndex() + 10 >= leader.group(group).lastApplied();
      if (!member.voter() && (caughtUp || hasty)) {
        change(leader, group, member.nodeId(), MemberChange.ADD_OR_PROMOTE_VOTER);
        return;
      }
    }
  }

  /**
   * Removes members that have learned of an earlier removal too late, after they were added again,
   * or whose replica was given up before they were added after all: they have to begin anew.
   */
  void expel(String group) {
    SimulatedProcess leader = leader(group);
    if (leader == null) {
      return;
    }
    for (Member member : leader.group(group).members()) {
      SimulatedNode node = world.node(member.nodeId());
      ReplicaSet replica = node.process() == null ? null : node.process().group(group);
      boolean lost = !node.replicas().containsKey(group) && !isChanging(group, node.id());
      if (lost || (replica != null && replica.isRemoved())) {
        change(leader, group, member.nodeId(), MemberChange.REMOVE);
      }
    }
  }

  /** Removes a member, but never the last voter. */
  void remove(String group) {
    SimulatedProcess leader = leader(group);
    if (leader == null) {
      return;
    }
    List<Member> members = leader.group(group).members();
    Member chosen = members.get(random.nextInt(members.size()));
    long voters = members.stream().filter(Member::voter).count();
    if (chosen.nodeId().equals(leader.node().id())) {
      transfer(group); // a leader cannot remove itself
    } else if (!chosen.voter() || voters > 1) {
      change(leader, group, chosen.nodeId(), MemberChange.REMOVE);
    }
  }

  /** Asks the leader to hand over. */
  void transfer(String group) {
    SimulatedProcess leader = leader(group);
    if (leader == null) {
      return;
    }
    List<Member> members = leader.group(group).members();
    String target = members.get(random.nextInt(members.size())).nodeId();
    leader.run(
        () -> {
          world.trace().note(leader.node().id(), "transfer", group + " to " + target);
          var _ =
              leader
                  .group(group)
                  .transfer(target)
                  .whenComplete((_, failure) -> count("TRANSFER", failure));
        });
  }

  /** Takes away replicas that the group's leader does not count as members. */
  void tidy(String group) {
    SimulatedProcess leader = leader(group);
    if (leader == null) {
      return;
    }
    for (SimulatedNode node : world.nodes()) {
      if (node.replicas().containsKey(group)
          && !isMember(leader.group(group), node.id())
          && !isChanging(group, node.id())) {
        drop(node.id(), group);
      }
    }
  }
}
