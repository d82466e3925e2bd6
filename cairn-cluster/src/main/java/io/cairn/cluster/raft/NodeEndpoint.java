// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.microraft.MembershipChangeMode;
import io.microraft.RaftEndpoint;

/** A node as the consensus core names it. */
record NodeEndpoint(String id) implements RaftEndpoint {

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
