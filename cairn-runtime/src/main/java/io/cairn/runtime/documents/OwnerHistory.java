// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import io.cairn.cluster.group.partition.PartitionId;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What this node has seen of the ownership of partitions, so that each look tells what has changed
 * since the last one. For one thread at a time.
 */
public final class OwnerHistory {

  /** Owned last, after this node has ceased to and before another one was seen. */
  private static final String NOBODY = "";

  private final String self;
  private final Map<PartitionId, Long> tenures = new HashMap<>();

  /** Who owned last: another node that led, or this one once it had a tenure. */
  private final Map<PartitionId, String> owners = new HashMap<>();

  /**
   * What has become of a partition since the last look.
   *
   * @param ended whether a period of this node's ownership is over
   * @param gained whether another one has begun
   * @param takenOver whether it has begun, and the partition was another node's before, or this
   *     one's until it lost it: who was told of a loss is told of the gain too
   */
  public record Change(boolean ended, boolean gained, boolean takenOver) {}

  public OwnerHistory(String self) {
    this.self = self;
  }

  /**
   * Takes in one look at a partition.
   *
   * @param tenure the period in which this node owns the partition, or {@code NOT_HERE}
   * @param leader who leads; a node does so for a while before it has a tenure
   */
  public Change look(PartitionId id, long tenure, @Nullable String leader) {
    Long before = tenures.put(id, tenure);
    boolean changed = before == null || before != tenure;
    boolean here = tenure != Documents.NOT_HERE;
    boolean ended = changed && before != null && before != Documents.NOT_HERE;
    String previous = ended ? NOBODY : owners.get(id);
    if (here) {
      owners.put(id, self);
    } else if (leader != null && !leader.equals(self)) {
      owners.put(id, leader);
    } else if (ended) {
      owners.put(id, NOBODY);
    }
    return new Change(
        ended, changed && here, changed && here && previous != null && !previous.equals(self));
  }
}
