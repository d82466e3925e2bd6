// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The partitions of a selector in one membership. */
record PartitionReplicas(
    SelectorSpec selector,
    List<Replica> replicas,
    BooleanSupplier frozen,
    Supplier<Condition> conditions)
    implements PartitionSet {

  PartitionReplicas {
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
