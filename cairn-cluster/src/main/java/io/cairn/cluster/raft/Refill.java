// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.ReplicaDamagedException;
import io.cairn.cluster.StateMachine;
import io.cairn.cluster.log.LogPart;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills a state machine with another member's copy, before its group starts: one that has lost its
 * data, or one that has not kept a snapshot that its log begins at. The group's log stays: what it
 * has acknowledged, and whom it has voted for, is not forgotten, so the replica is the same member
 * afterwards. The copy counts like a snapshot that was installed: it may be newer than what the log
 * holds.
 */
final class Refill {

  private static final Logger LOG = LoggerFactory.getLogger(Refill.class);
  private static final byte[] WHATEVER_IT_HAS = {};

  private final LogPart log;
  private final StateMachine machine;
  private final Copy copy;
  private final Executor executor;
  private final CompletableFuture<Void> done = new CompletableFuture<>();

  /**
   * What to fetch.
   *
   * @param nodes who is asked, in this order
   * @param index where the state machine must stand at least
   * @param reference what stands for the state there
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Copy(List<String> nodes, long index, byte[] reference) {

    /** Whatever the first of some nodes has that has something. */
    static Copy ofAny(List<String> nodes) {
      return new Copy(nodes, 0, WHATEVER_IT_HAS);
    }
  }

  private Refill(LogPart log, StateMachine machine, Copy copy, Executor executor) {
    this.log = log;
    this.machine = machine;
    this.copy = copy;
    this.executor = executor;
  }

  /**
   * Fetches from the first of the nodes that can give it.
   *
   * @return completes when the state machine holds the copy; fails if no node could give one
   */
  static CompletableFuture<Void> run(
      LogPart log, StateMachine machine, Copy copy, Executor executor) {
    Refill refill = new Refill(log, machine, copy, executor);
    refill.from(0, null);
    return refill.done;
  }

  private void from(int at, @Nullable Throwable last) {
    List<String> nodes = copy.nodes();
    if (at == nodes.size()) {
      done.completeExceptionally(
          new ReplicaDamagedException(
              "no copy could be had from " + String.join(", ", nodes) + ": " + last, last));
      return;
    }
    String node = nodes.get(at);
    CompletionStage<Void> prepared;
    try {
      prepared = machine.prepareInstall(node, copy.index(), copy.reference());
    } catch (RuntimeException e) {
      prepared = CompletableFuture.failedFuture(e);
    }
    var _ =
        prepared.whenComplete((_, failure) -> executor.execute(() -> prepared(at, node, failure)));
  }

  private void prepared(int at, String node, @Nullable Throwable failure) {
    Throwable reason = failure;
    if (reason == null) {
      try {
        log.putState(EngineStore.INSTALLED_FROM, node.getBytes(StandardCharsets.UTF_8));
        machine.installReference(copy.index(), copy.reference());
        EngineStore.noteInstalled(log, machine.durableIndex());
        done.complete(null);
        return;
      } catch (IOException | RuntimeException e) {
        reason = e;
      }
    }
    LOG.warn("Group {}: {} could not give its copy: {}", log.name(), node, reason.toString());
    from(at + 1, reason);
  }
}
