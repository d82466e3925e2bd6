// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import java.util.List;

/**
 * A selector and the partitions it has.
 *
 * @param spec how it spreads documents
 * @param partitions all its partitions by number; their count never changes
 */
record SelectorRecord(SelectorSpec spec, List<PartitionRecord> partitions) {

  SelectorRecord {
    partitions = List.copyOf(partitions);
  }

  /** Returns the same on one node, which begins all partitions. */
  SelectorRecord alone(String nodeId) {
    return new SelectorRecord(
        spec, partitions.stream().map(partition -> partition.alone(nodeId)).toList());
  }
}
