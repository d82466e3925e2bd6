// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import java.util.List;

/**
 * What the default group says about how many nodes are needed. Asked under a lock: it answers at
 * once from what is known. Whoever provides it calls {@link ClusterRuntime#quorumChanged} after a
 * change.
 */
public interface QuorumView {

  /**
   * Returns how many nodes must be live, at least 1: the configured quorum, or a majority of the
   * group's voters if that is more; before a group is known, this node's own setting.
   */
  int required();

  /** Returns how many nodes the group has as voters; 0 before a group is known. */
  int voters();

  /**
   * Tells whether a live node counts towards what is required; before a group is known, each does.
   */
  default boolean counts(String nodeId) {
    return true;
  }

  /** Returns what keeps this node from serving, a sentence each; empty if nothing does. */
  List<String> obstacles();

  /** Returns what operators should look at although this node may be ready, a sentence each. */
  default List<String> remarks() {
    return List.of();
  }
}
