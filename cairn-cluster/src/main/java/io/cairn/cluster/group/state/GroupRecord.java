// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.state;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code groups.json} says about one group name.
 *
 * @param name the group's name
 * @param active the membership that serves; null if there is none yet
 * @param joining the membership that is to take its place; null if there is none
 * @param retired memberships that were given up, and whose logs and stores are to be deleted
 */
public record GroupRecord(
    String name,
    @Nullable GroupMembership active,
    @Nullable GroupMembership joining,
    List<GroupMembership> retired) {

  public GroupRecord {
    retired = List.copyOf(retired);
  }

  static GroupRecord none(String name) {
    return new GroupRecord(name, null, null, List.of());
  }

  /**
   * One membership of this node in one group.
   *
   * @param uid the group; empty in a join that was not accepted yet
   * @param generation rises when this node begins anew in the same group
   * @param token made by this node when it joined
   * @param founders the nodes that the system partition began with; empty likewise
   * @param founded whether this node made the group; if not, its replicas begin as learners
   * @param role what this node does there
   * @param target where to ask for admission; empty if this node made the group
   * @param addresses where members are, as far as is known
   * @param left partitions ({@code selector/number}) whose replica was given up here, which must
   *     not begin anew as a voter
   */
  public record GroupMembership(
      String uid,
      int generation,
      String token,
      List<String> founders,
      boolean founded,
      NodeRole role,
      String target,
      Map<String, String> addresses,
      List<String> left) {

    public GroupMembership {
      founders = List.copyOf(founders);
      addresses = Map.copyOf(addresses);
      left = List.copyOf(left);
    }

    /** Tells whether the group has taken this node in. */
    public boolean accepted() {
      return !uid.isEmpty();
    }

    public GroupMembership accepted(SystemState state, int localGeneration) {
      return new GroupMembership(
          state.uid(),
          localGeneration,
          token,
          state.founders(),
          false,
          role,
          target,
          addresses(state),
          List.of());
    }

    /** Returns the same for a node whose replica of the system partition begins as a learner. */
    public GroupMembership learning(SystemState state) {
      return new GroupMembership(
          uid, generation, token, founders, false, role, target, addresses(state), left);
    }

    /** Tells whether it says where the members are as a state does. */
    public boolean knows(SystemState state) {
      return addresses.equals(addresses(state));
    }

    /** Returns the same with the members of a state. */
    public GroupMembership knowing(SystemState state) {
      return new GroupMembership(
          uid, generation, token, founders, founded, role, target, addresses(state), left);
    }

    /** Returns the members other than a node, as far as was known. */
    public List<String> others(String self) {
      return addresses.keySet().stream().filter(id -> !id.equals(self)).sorted().toList();
    }

    private static Map<String, String> addresses(SystemState state) {
      Map<String, String> known = new java.util.TreeMap<>();
      state.nodes().values().forEach(node -> known.put(node.id(), node.address().toString()));
      return known;
    }

    public GroupMembership leaving(String partition) {
      if (left.contains(partition)) {
        return this;
      }
      List<String> all = new ArrayList<>(left);
      all.add(partition);
      return new GroupMembership(
          uid, generation, token, founders, founded, role, target, addresses, all);
    }

    /** Returns what the names of its groups in this node's log begin with. */
    public String logPrefix(String group) {
      return group + "@" + uid + (generation == 0 ? "" : "." + generation) + "/";
    }

    public boolean sameAs(GroupMembership other) {
      return uid.equals(other.uid) && generation == other.generation;
    }
  }

  public GroupRecord withActive(@Nullable GroupMembership membership) {
    return new GroupRecord(name, membership, joining, retired);
  }

  public GroupRecord withJoining(@Nullable GroupMembership membership) {
    return new GroupRecord(name, active, membership, retired);
  }

  /** Returns the generation with which this node would begin anew in a group. */
  public int nextGeneration(String uid) {
    int next = 0;
    List<@Nullable GroupMembership> all = new ArrayList<>(retired);
    all.add(active);
    all.add(joining);
    for (GroupMembership membership : all) {
      if (membership != null && membership.uid().equals(uid)) {
        next = Math.max(next, membership.generation() + 1);
      }
    }
    return next;
  }

  /** Returns the record after the joining membership has taken the active one's place. */
  public GroupRecord flipped(Collection<String> partitions) {
    return new GroupRecord(name, joining, null, retiredWith(active, partitions));
  }

  /** Returns the record after the active membership was lost, with a new one to be sought. */
  public GroupRecord lost(GroupMembership again, Collection<String> partitions) {
    return new GroupRecord(name, null, again, retiredWith(active, partitions));
  }

  public GroupRecord withoutRetired(GroupMembership gone) {
    return new GroupRecord(
        name, active, joining, retired.stream().filter(other -> !other.sameAs(gone)).toList());
  }

  private List<GroupMembership> retiredWith(
      @Nullable GroupMembership other, Collection<String> partitions) {
    List<GroupMembership> all = new ArrayList<>(retired);
    if (other != null && other.accepted()) {
      GroupMembership leaving = other;
      for (String partition : partitions) {
        leaving = leaving.leaving(partition);
      }
      all.add(leaving);
    }
    return all;
  }
}
