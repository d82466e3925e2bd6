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
}
