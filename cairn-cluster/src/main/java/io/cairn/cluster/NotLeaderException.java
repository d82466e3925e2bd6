// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

import org.jspecify.annotations.Nullable;

/** This node does not lead the replica set; nothing was accepted. */
public final class NotLeaderException extends ReplicationException {

  private static final long serialVersionUID = 1L;

  private final @Nullable String leader;

  /**
   * Creates the exception.
   *
   * @param groupId the replica set, or "of" and a link
   * @param leader the node that leads to this node's knowledge, if any
   */
  public NotLeaderException(String groupId, @Nullable String leader) {
    super(
        "this node does not lead the replica set "
            + groupId
            + (leader == null ? "; no leader is known" : "; the leader is " + leader),
        null);
    this.leader = leader;
  }

  /** Returns the node that leads, if known. */
  public @Nullable String leader() {
    return leader;
  }
}
