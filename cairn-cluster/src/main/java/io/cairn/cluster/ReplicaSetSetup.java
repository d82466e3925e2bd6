// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

import java.util.List;
import java.util.Objects;

/**
 * How a group starts on a node. Once the log holds the group, the log says who its members are, and
 * {@code initialMembers} and {@code joining} count no more.
 *
 * @param id the group's name, the same on all members
 * @param logName its name in this node's log; differs from the id when the node has been a member
 *     before, was removed, and begins anew without its old votes
 * @param initialMembers the nodes the group began with, the same on all members, in the same order;
 *     for a joiner without itself
 * @param joining whether this node waits as a learner until the group's leader adds it; it is a
 *     member of its own then, and none of the configurations in which it was one before
 * @param refillFrom nodes of which the first that can fills the state machine with its copy before
 *     the group starts; empty if what the state machine has is right
 */
public record ReplicaSetSetup(
    String id,
    String logName,
    List<String> initialMembers,
    boolean joining,
    List<String> refillFrom) {

  /** Checks that everything is named. */
  public ReplicaSetSetup {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(logName, "logName");
    initialMembers = List.copyOf(initialMembers);
    refillFrom = List.copyOf(refillFrom);
    if (id.isEmpty() || logName.isEmpty()) {
      throw new IllegalArgumentException("a group needs a name");
    }
    if (initialMembers.isEmpty()) {
      throw new IllegalArgumentException("initialMembers of group " + id + " must not be empty");
    }
  }

  /** How a group starts whose state machine has what it should. */
  public ReplicaSetSetup(String id, String logName, List<String> initialMembers, boolean joining) {
    this(id, logName, initialMembers, joining, List.of());
  }

  /** Returns how a node begins a group by itself. */
  public static ReplicaSetSetup alone(String id, String nodeId) {
    return new ReplicaSetSetup(id, id, List.of(nodeId), false);
  }

  /** Returns how several nodes begin a group together; each of them is in the list. */
  public static ReplicaSetSetup together(String id, List<String> members) {
    return new ReplicaSetSetup(id, id, members, false);
  }

  /** Returns how a node joins a group that began with {@code initialMembers}. */
  public static ReplicaSetSetup join(String id, List<String> initialMembers) {
    return new ReplicaSetSetup(id, id, initialMembers, true);
  }

  /** Returns a copy with another name in the node's log. */
  public ReplicaSetSetup withLogName(String name) {
    return new ReplicaSetSetup(id, name, initialMembers, joining, refillFrom);
  }

  /** Returns a copy that begins with another node's copy of the state machine's data. */
  public ReplicaSetSetup refilledFrom(List<String> nodes) {
    return new ReplicaSetSetup(id, logName, initialMembers, joining, nodes);
  }
}
