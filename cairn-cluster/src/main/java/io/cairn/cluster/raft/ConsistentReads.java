// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.OverloadedException;
import io.cairn.cluster.ReplicaSetStoppedException;
import io.cairn.cluster.ReplicationOptions;
import io.cairn.cluster.ReplicationTimeoutException;
import io.cairn.cluster.raft.message.Marker;
import io.cairn.cluster.raft.message.MemberMessage.ReadRequest;
import io.cairn.cluster.raft.message.MemberMessage.ReadResponse;
import io.cairn.cluster.raft.message.NodeEndpoint;
import io.microraft.Ordered;
import io.microraft.QueryPolicy;
import io.microraft.RaftEndpoint;
import io.microraft.RaftNode;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Says from where on a replica may be read, so that whoever asks sees every write that was
 * acknowledged before (read index, section 6.4 of the Raft thesis): the leader knows by its lease
 * or asks a majority, the others ask the leader.
 */
final class ConsistentReads {

  private final ReplicaSetContext parts;
  private final EnginePort port;
  private final RaftNode node;
  private final RaftReplicaSet group;
  private final ReplicationOptions options;
  private final ReadIndexes indexes;
  private final ReadBarriers barriers = new ReadBarriers(this::queryEngine);
  private final AtomicInteger waits = new AtomicInteger();

  ConsistentReads(
      ReplicaSetContext parts,
      EnginePort port,
      RaftNode node,
      RaftReplicaSet group,
      ReplicationOptions options) {
    this.parts = parts;
    this.port = port;
    this.node = node;
    this.group = group;
    this.options = options;
    this.indexes =
        new ReadIndexes(
            parts,
            this::askLeader,
            new ReadIndexes.Limits(options.maxInFlight(), options.readTimeoutMillis()));
  }

  /** Nobody will answer any more; on the replica set's thread. */
  void stop(ReplicaSetStoppedException reason) {
    indexes.stop(reason);
  }

  /** See {@link io.cairn.cluster.ReplicaSet#readIndex}. Any thread. */
  CompletableFuture<Long> index() {
    if (group.leadership() != null) { // before the look at the index: it may be gained in between
      return CompletableFuture.completedFuture(parts.machine().lastApplied());
    }
    CompletableFuture<Long> result = new CompletableFuture<>();
    parts.execute(
        () -> {
          if (group.isOver()) {
            result.completeExceptionally(group.stoppedException());
          } else {
            indexes.add(result);
          }
        });
    return result;
  }

  /** On the replica set's thread. */
  private @Nullable String askLeader(long readId) {
    RaftEndpoint leader = node.getTerm().getLeaderEndpoint();
    if (leader == null) {
      return null;
    } else if (leader.equals(parts.local())) {
      var _ = localReadIndex().thenAccept(index -> indexes.answered(readId, index));
    } else {
      port.post(NodeEndpoint.idOf(leader), new ReadRequest(readId));
    }
    return NodeEndpoint.nodeIdOf(leader);
  }

  /** A peer asks; on the replica set's thread. */
  void serve(String from, long readId) {
    var _ = localReadIndex().thenAccept(index -> port.post(from, new ReadResponse(readId, index)));
  }

  /** The leader has answered; on the replica set's thread. */
  void answered(long readId, long index) {
    indexes.answered(readId, index);
  }

  /**
   * Completes, on the replica set's thread, with the index, or with -1 if this node cannot tell.
   */
  private CompletableFuture<Long> localReadIndex() {
    if (group.leadership() != null) {
      return CompletableFuture.completedFuture(parts.machine().lastApplied());
    } else if (!group.isLeader()) {
      return CompletableFuture.completedFuture(-1L);
    }
    return barriers.pass();
  }

  private CompletableFuture<Long> queryEngine() {
    CompletableFuture<Ordered<Object>> query =
        node.query(
            Marker.READ_BARRIER, QueryPolicy.LINEARIZABLE, Optional.empty(), Optional.empty());
    return query.thenApply(result -> (Long) result.getResult());
  }

  /** See {@link io.cairn.cluster.ReplicaSet#awaitApplied}. Any thread. */
  CompletableFuture<Void> awaitApplied(long index) {
    CompletableFuture<Void> result = new CompletableFuture<>();
    if (parts.machine().lastApplied() >= index) {
      result.complete(null);
      return result;
    }
    if (waits.incrementAndGet() > options.maxInFlight()) {
      waits.decrementAndGet();
      return CompletableFuture.failedFuture(
          new OverloadedException("too many reads wait for group " + parts.id(), null));
    }
    parts.execute(() -> await(index, result));
    return result;
  }

  private void await(long index, CompletableFuture<Void> result) {
    var _ = result.whenComplete((_, _) -> waits.decrementAndGet());
    if (group.isOver()) {
      result.completeExceptionally(group.stoppedException());
      return;
    }
    parts.machine().await(index, result);
    if (!result.isDone()) {
      parts.later(
          () -> giveUp(index, result), TimeUnit.MILLISECONDS.toNanos(options.readTimeoutMillis()));
    }
  }

  private void giveUp(long index, CompletableFuture<Void> result) {
    if (!result.isDone()) {
      parts.machine().forget(result);
      result.completeExceptionally(
          new ReplicationTimeoutException(
              "group " + parts.id() + " has not applied entry " + index + " in time", null));
    }
  }
}
