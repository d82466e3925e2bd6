// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import java.util.Map;

/**
 * What happened to another member; never to this node itself. For each launch of a node the order
 * is: joined, then any number of suspected, recovered and updated, then left. A node that starts
 * anew is first reported as left under its old launch id, then as joined under the new one.
 */
public sealed interface MembershipEvent {

  /** Returns the member as it is after the event (after {@link Left}: as it was last). */
  ClusterMember member();

  /** A node is there. */
  record Joined(ClusterMember member) implements MembershipEvent {}

  /** Somebody got no answer from the member; unless it answers in time, it is given up. */
  record Suspected(ClusterMember member) implements MembershipEvent {}

  /** A suspected member answered. */
  record Recovered(ClusterMember member) implements MembershipEvent {}

  /**
   * The member says something else about itself.
   *
   * @param previous its metadata until now
   */
  record Updated(ClusterMember member, Map<String, String> previous) implements MembershipEvent {}

  /**
   * The member is gone.
   *
   * @param reason whether it said good-bye
   */
  record Left(ClusterMember member, Reason reason) implements MembershipEvent {

    /** Why a member is gone. */
    public enum Reason {
      /** It said good-bye. */
      LEAVE,
      /** It no longer answers, or its node was started anew. */
      CRASH
    }
  }

  /**
   * A second node claims the id of a member that is alive at another address. It is not taken in as
   * a member while the first one lives. If this node has that id itself, it is one of the two.
   *
   * @param member the member that was there first, which stays
   * @param intruder the node that claims the same id
   */
  record Conflicted(ClusterMember member, ClusterMember intruder) implements MembershipEvent {}
}
