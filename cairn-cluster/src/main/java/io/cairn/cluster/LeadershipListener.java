// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

import org.jspecify.annotations.Nullable;

/**
 * Told of changes of a replica set's leader, in their order, on the replica set's thread: it must
 * be short and must not block.
 */
public interface LeadershipListener {

  /** This node leads, and has applied everything that was committed before its term. */
  default void gained(Leadership leadership) {}

  /** This node, which had gained leadership in {@code term}, leads no more. */
  default void lost(long term) {}

  /**
   * Another node leads, or nobody to this node's knowledge.
   *
   * @param leader the node, which may be this one (not ready yet, possibly); null if unknown
   * @param term the term
   */
  default void leaderChanged(@Nullable String leader, long term) {}
}
