// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.partition;

import io.cairn.cluster.ReplicaSet;
import io.cairn.cluster.StateMachine;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One partition of a selector's documents, as seen from this node. Safe for all threads. */
public interface Partition {

  /** Returns which replica this is, or would be if this node held one. */
  PartitionId id();

  /** Returns this node's replica, or null if it holds none or has not started it yet. */
  @Nullable ReplicaSet replica();

  /** Returns the state machine behind {@link #replica()}; null if there is none that can serve. */
  @Nullable StateMachine machine();

  /**
   * Returns what keeps this node's replica from serving, and what is done about it; empty if it
   * serves, is being started, or is not to be here.
   */
  default String trouble() {
    return "";
  }

  /** Returns the node that leads, to this node's knowledge; null while nobody is known to. */
  @Nullable String owner();

  /**
   * Tells whether the partition was made a moment ago, and has not served here yet: it is expected
   * to soon. Nothing is in it unless this node is late to hear of its leader.
   */
  default boolean isNew() {
    return false;
  }

  /** Returns the nodes that are to hold replicas. */
  List<String> holders();
}
