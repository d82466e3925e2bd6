// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

import java.util.Objects;

/**
 * A node in its role in one replica set.
 *
 * @param nodeId the node
 * @param voter true if it votes and counts for the majority, false if it only learns
 */
public record Member(String nodeId, boolean voter) {
  /** Checks that the node is named. */
  public Member {
    Objects.requireNonNull(nodeId, "nodeId");
  }
}
