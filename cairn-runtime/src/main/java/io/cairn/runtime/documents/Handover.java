// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import io.cairn.cluster.NotLeaderException;
import io.cairn.cluster.ReplicaSet;
import io.cairn.cluster.group.partition.Partition;
import io.cairn.cluster.group.partition.PartitionSet;
import io.cairn.runtime.peers.PeerRequests;
import io.cairn.runtime.peers.Peers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Proposes every document of one set of partitions to another set, with all versions that are
 * retained. Merging is idempotent, so whatever is in doubt is proposed again. Thread-safe.
 */
public final class Handover {

  private static final Logger log = LoggerFactory.getLogger(Handover.class);
  private static final Duration PROPOSAL_PATIENCE = Duration.ofSeconds(10);

  private final DocumentLoad.Surroundings surroundings;

  /** Proposes a command by the leader of a partition, wherever that is. */
  public interface Proposer {

    /** Completes when the command is committed. */
    CompletionStage<?> propose(Partition partition, byte[] command);

    /** Returns one that asks the leaders on other nodes. */
    static Proposer over(Peers peers) {
      return (partition, command) -> {
        ReplicaSet replica = partition.replica();
        if (replica != null && replica.isLeader()) {
          return replica.propose(command, null);
        }
        String owner = partition.owner();
        String group = partition.id().groupName();
        return owner == null
            ? CompletableFuture.failedFuture(new NotLeaderException(group, null))
            : peers.request(owner, group, PeerRequests.proposal(group, command), PROPOSAL_PATIENCE);
      };
    }
  }

  /**
   * Creates it.
   *
   * @param surroundings its executor runs each task on a thread of its own, which may block
   */
  public Handover(DocumentLoad.Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  CompletionStage<Void> run(PartitionSet from, PartitionSet to) {
    DocumentLoad load = new DocumentLoad(to, surroundings);
    return CompletableFuture.runAsync(() -> run(from, load), surroundings.executor());
  }

  private void run(PartitionSet from, DocumentLoad load) {
    for (Partition partition : from.partitions()) {
      if (!(partition.machine() instanceof PartitionMachine machine)) {
        throw new NotServedException("This node holds no replica of " + partition.id().groupName());
      }
      machine.store().forEachDocument(load::add);
    }
    long count = load.finish();
    if (count > 0) {
      log.info("Handed {} documents over", count);
    }
  }
}
