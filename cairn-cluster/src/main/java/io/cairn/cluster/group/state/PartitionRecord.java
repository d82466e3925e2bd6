// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.state;

import java.util.List;

/**
 * Where a partition's replicas are to be.
 *
 * @param founders the nodes its consensus group began with, in that order; never changes
 * @param createdVersion the version of the state that made it
 * @param holders the nodes that are to hold it, in no order of rank; empty if all nodes are
 */
public record PartitionRecord(List<String> founders, long createdVersion, List<String> holders) {

  public PartitionRecord {
    founders = List.copyOf(founders);
    holders = List.copyOf(holders);
  }

  PartitionRecord alone(String nodeId) {
    List<String> self = List.of(nodeId);
    return new PartitionRecord(self, createdVersion, holders.isEmpty() ? holders : self);
  }

  public PartitionRecord heldBy(List<String> others) {
    return new PartitionRecord(founders, createdVersion, others);
  }
}
