// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.replica;

import io.cairn.cluster.group.partition.Condition;
import io.cairn.cluster.group.partition.Partition;
import io.cairn.cluster.group.partition.PartitionSet;
import io.cairn.cluster.group.state.SelectorSpec;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The partitions of a selector in one membership. */
public record PartitionReplicas(
    SelectorSpec selector,
    List<Replica> replicas,
    BooleanSupplier frozen,
    Supplier<Condition> conditions)
    implements PartitionSet {

  public PartitionReplicas {
    replicas = List.copyOf(replicas);
  }

  @Override
  public List<Partition> partitions() {
    return List.copyOf(replicas);
  }

  @Override
  public boolean isFrozen() {
    return frozen.getAsBoolean();
  }

  @Override
  public Condition condition() {
    return conditions.get();
  }
}
