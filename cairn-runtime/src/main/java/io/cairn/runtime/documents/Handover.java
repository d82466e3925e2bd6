// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import io.cairn.cluster.NotLeaderException;
import io.cairn.cluster.ReplicaSet;
import io.cairn.cluster.group.partition.Partition;
import io.cairn.cluster.group.partition.PartitionSet;
import io.cairn.runtime.peers.PeerRequests;
import io.cairn.runtime.peers.Peers;
import io.cairn.store.index.DocumentVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Proposes every document of one set of partitions to another set, with all versions that are
 * retained. Merging is idempotent, so whatever is in doubt is proposed again. Thread-safe.
 */
public final class Handover {

  private static final Logger log = LoggerFactory.getLogger(Handover.class);
  private static final int IN_FLIGHT = 256;
  private static final int COMMAND_BYTES = 1 << 20;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration PROPOSAL_PATIENCE = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final Proposer proposer;
  private final Executor executor;
  private final LongSupplier nanoTime;

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
   * @param executor runs each task on a thread of its own, which may block
   * @param nanoTime says when patience is at its end
   */
  public Handover(Proposer proposer, Executor executor, LongSupplier nanoTime) {
    this.proposer = proposer;
    this.executor = executor;
    this.nanoTime = nanoTime;
  }

  CompletionStage<Void> run(PartitionSet from, PartitionSet to) {
    return CompletableFuture.runAsync(() -> new Run(to).all(from), executor);
  }

  /** One hand-over; its limit is how many proposals are under way. */
  private final class Run {
    private final PartitionSet to;
    private final Semaphore slots = new Semaphore(IN_FLIGHT);
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private long count;

    Run(PartitionSet to) {
      this.to = to;
    }

    void all(PartitionSet from) {
      for (Partition partition : from.partitions()) {
        if (!(partition.machine() instanceof PartitionMachine machine)) {
          throw new NotServedException(
              "This node holds no replica of " + partition.id().groupName());
        }
        machine.store().forEachDocument(this::document);
      }
      slots.acquireUninterruptibly(IN_FLIGHT);
      Throwable failed = failure.get();
      if (failed != null) {
        throw new CompletionException(failed);
      }
      if (count > 0) {
        log.info("Handed {} documents over to {}", count, to.partitions().getFirst().id().uid());
      }
    }

    private void document(List<DocumentVersion> versions) {
      Throwable failed = failure.get();
      if (failed != null) {
        throw new CompletionException(failed);
      }
      String link = versions.getFirst().link();
      Partition partition = PartitionedStorage.partition(to, link);
      count++;
      int from = 0;
      int bytes = 0;
      for (int i = 0; i < versions.size(); i++) {
        bytes += versions.get(i).json().length;
        if (bytes > COMMAND_BYTES || i == versions.size() - 1) {
          propose(partition, link, versions.subList(from, i + 1));
          from = i + 1;
          bytes = 0;
        }
      }
    }

    private void propose(Partition partition, String link, List<DocumentVersion> versions) {
      byte[] command =
          DocumentCommandCodec.encode(new DocumentCommand.Merge(link, new ArrayList<>(versions)));
      slots.acquireUninterruptibly();
      attempt(partition, command, nanoTime.getAsLong() + PATIENCE.toNanos());
    }

    private void attempt(Partition partition, byte[] command, long deadline) {
      proposer
          .propose(partition, command)
          .whenComplete(
              (done, failed) -> {
                if (failed == null) {
                  slots.release();
                } else if (nanoTime.getAsLong() - deadline > 0) {
                  failure.compareAndSet(null, failed);
                  slots.release();
                } else {
                  CompletableFuture.delayedExecutor(
                          PAUSE.toMillis(), TimeUnit.MILLISECONDS, executor)
                      .execute(() -> attempt(partition, command, deadline));
                }
              });
    }
  }
}
