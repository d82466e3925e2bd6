// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import io.cairn.cluster.group.context.GroupContext;
import io.cairn.cluster.group.partition.PartitionSet;
import io.cairn.cluster.group.replica.PartitionReplicas;
import io.cairn.cluster.group.replica.Replica;
import io.cairn.cluster.group.state.SelectorRecord;
import io.cairn.cluster.group.state.SystemState;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the documents of the group that a node leaves into the one that it joins.
 *
 * @param context what all groups of the node share
 * @param from gives the membership that the node leaves, or null if it has none; asked only once
 *     the other has caught up, which may take long
 * @param coming the one that takes its place
 */
record GroupHandover(
    GroupContext context, Supplier<@Nullable GroupInstance> from, GroupInstance coming) {

  private static final Logger LOG = LoggerFactory.getLogger(GroupHandover.class);

  /** Does what can be done now, and tells whether the new membership may serve. Blocks. */
  boolean isDone() throws InterruptedException {
    if (!caughtUp()) {
      return false;
    }
    GroupInstance here = from.get();
    return here == null || handOver(here);
  }

  private boolean caughtUp() throws InterruptedException {
    try {
      return coming.caughtUp().get();
    } catch (ExecutionException e) {
      return false;
    }
  }

  private boolean handOver(GroupInstance here) throws InterruptedException {
    SystemState old = here.state();
    if (old == null) {
      return false;
    }
    try {
      Map<PartitionSet, PartitionSet> moves = new LinkedHashMap<>();
      for (SelectorRecord selector : old.selectors().values()) {
        PartitionReplicas source = here.partitions(selector.spec().name());
        PartitionSet to = coming.establish(selector.spec()).get();
        if (source == null
            || !source.replicas().stream().allMatch(r -> r.stage() == Replica.Stage.RUNNING)
            || !to.partitions().stream().allMatch(partition -> partition.owner() != null)) {
          return false;
        }
        moves.put(source, to);
      }
      here.freeze(true);
      for (Map.Entry<PartitionSet, PartitionSet> move : moves.entrySet()) {
        context
            .environment()
            .machines()
            .handOver(move.getKey(), move.getValue())
            .toCompletableFuture()
            .get();
      }
      return true;
    } catch (ExecutionException e) {
      here.freeze(false);
      LOG.warn("The documents of group {} were not handed over, will try again", here.uid(), e);
      context.pause(context.timings().check());
      return false;
    }
  }
}
