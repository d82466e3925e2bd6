// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.state;

import java.util.List;

/**
 * A selector and the partitions it has.
 *
 * @param spec how it spreads documents
 * @param partitions all its partitions by number; their count never changes
 */
public record SelectorRecord(SelectorSpec spec, List<PartitionRecord> partitions) {

  public SelectorRecord {
    partitions = List.copyOf(partitions);
  }

  /** Returns the same on one node, which begins all partitions. */
  public SelectorRecord alone(String nodeId) {
    return new SelectorRecord(
        spec, partitions.stream().map(partition -> partition.alone(nodeId)).toList());
  }
}
