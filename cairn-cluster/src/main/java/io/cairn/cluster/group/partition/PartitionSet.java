// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.partition;

import io.cairn.cluster.group.state.SelectorSpec;
import java.util.List;

/**
 * The partitions of one selector in one group. Their number never changes; when this node's group
 * dissolves into another, another set takes this one's place.
 */
public interface PartitionSet {

  /** Returns the selector. */
  SelectorSpec selector();

  /** Returns all partitions, by number. */
  List<Partition> partitions();

  /** Tells whether new writes must wait, because the documents are being handed over. */
  boolean isFrozen();

  /** Returns what this node can do with the group's partitions now. Costs a volatile read. */
  Condition condition();
}
