// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.microraft.MembershipChangeMode;
import io.microraft.RaftEndpoint;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/** A node as the consensus core names it. */
record NodeEndpoint(String id) implements RaftEndpoint {

  /**
   * A voter that is never there. The engine lets half of an even number of voters commit, since
   * more than half must elect; but a leader deposed with a change of members under way may have
   * another number in mind, and the two need not meet. With this voter the number is odd, and both
   * need a majority of those who are there.
   */
  static final NodeEndpoint ABSENT = new NodeEndpoint("~");

  /** Returns the voters, with the absent one if there would be an even number above two. */
  static Set<RaftEndpoint> madeOdd(Collection<? extends RaftEndpoint> voters) {
    Set<RaftEndpoint> odd = new LinkedHashSet<>(voters);
    odd.remove(ABSENT);
    if (odd.size() > 2 && odd.size() % 2 == 0) {
      odd.add(ABSENT);
    }
    return odd;
  }

  @Override
  public Object getId() {
    return id;
  }

  static String idOf(RaftEndpoint endpoint) {
    return endpoint.getId().toString();
  }

  /**
   * Returns the mode under which this node reads a change of members that another node, or an
   * earlier life of this one, has written. The engine ends when it applies its own node's removal;
   * but who reads such an entry was added again since: a member being removed is not sent it.
   */
  MembershipChangeMode modeFor(RaftEndpoint changed, MembershipChangeMode written) {
    return written == MembershipChangeMode.REMOVE_MEMBER && equals(changed)
        ? MembershipChangeMode.ADD_LEARNER
        : written;
  }
}
