// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.Applied;
import io.cairn.cluster.OverloadedException;
import io.cairn.cluster.ReplicationException;
import io.cairn.cluster.ReplicationOptions;
import io.cairn.cluster.raft.message.EngineCommand;
import io.microraft.RaftNode;
import io.microraft.RaftNodeStatus;
import io.microraft.exception.IndeterminateStateException;
import io.microraft.impl.RaftNodeImpl;
import io.microraft.impl.state.RaftState;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Hands commands to the engine and bounds what is in flight in a group: what this node was given
 * and has not answered, and what the log holds uncommitted, be it from earlier leaders. While the
 * state machine is crowded, a leader's commands wait here, in their order. Safe for all threads.
 */
final class Proposals {

  /**
   * Uncommitted entries for which the engine has room beyond the commands. Each leader begins with
   * an entry of its own, and if it is lost before that is committed, the next one adds another; a
   * leader whose first entry finds no room can commit nothing, for ever.
   */
  static final int RESERVED_ENTRIES = 1000;

  /** Between two looks whether the state machine is crowded still. */
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** For so long somebody waits to hear what the next leader does with a command. */
  private static final long DOUBT_NANOS = TimeUnit.SECONDS.toNanos(3);

  private final ReplicaSetContext parts;
  private final RaftNode node;
  private final EngineFailures failures;
  private final int maxCount;
  private final long maxBytes;
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  private volatile @Nullable Throwable stopped;

  /** What the state machine is too crowded for; on the replica set's thread. */
  private final Queue<Runnable> waiting = new ArrayDeque<>();

  private boolean looking;

  Proposals(
      ReplicaSetContext parts, RaftNode node, EngineFailures failures, ReplicationOptions options) {
    this.parts = parts;
    this.node = node;
    this.failures = failures;
    this.maxCount = options.maxInFlight();
    this.maxBytes = options.maxInFlightBytes();
  }

  /** From now on failures tell that the replica set is stopped. */
  void stopped(Throwable reason) {
    stopped = reason;
    parts.execute(this::goOn); // nobody waits for room any more
  }

  CompletableFuture<Applied> propose(byte[] content, @Nullable Object attachment) {
    if (!admit(content.length)) {
      return CompletableFuture.failedFuture(overloaded());
    }
    CompletableFuture<Applied> outcome = new CompletableFuture<>();
    EngineCommand command = new EngineCommand(content, attachment);
    parts.execute(() -> take(() -> replicate(command, content.length, outcome)));
    return outcome;
  }

  private void take(Runnable proposal) {
    if (waiting.isEmpty() && !isCrowded()) {
      proposal.run();
      return;
    }
    waiting.add(proposal);
    lookLater();
  }

  private void lookLater() {
    if (!looking) {
      looking = true;
      parts.later(this::look, PAUSE_NANOS);
    }
  }

  private void look() {
    looking = false;
    goOn();
  }

  private void goOn() {
    while (!waiting.isEmpty() && !isCrowded()) {
      waiting.remove().run();
    }
    if (!waiting.isEmpty()) {
      lookLater();
    }
  }

  /**
   * Whether what is committed would wait in the state machine; one that does not lead refuses at
   * once.
   */
  private boolean isCrowded() {
    return stopped == null
        && !RaftNodeStatus.isTerminal(node.getStatus())
        && ((RaftNodeImpl) node).state().leaderState() != null
        && parts.machine().stateMachine().isCrowded();
  }

  /**
   * On the replica set's thread: nothing comes between the look at the log and the engine's append.
   */
  private void replicate(EngineCommand command, int size, CompletableFuture<Applied> outcome) {
    if (isLogFull()) {
      settled(size);
      outcome.completeExceptionally(overloaded());
      return;
    }
    parts.executor().inline(() -> handOver(command, size, outcome));
  }

  private void handOver(EngineCommand command, int size, CompletableFuture<Applied> outcome) {
    var _ =
        node.replicate(command)
            .whenComplete(
                (result, failure) -> {
                  settled(size);
                  if (result != null) {
                    outcome.complete(new Applied(result.getCommitIndex(), result.getResult()));
                  } else {
                    failed(
                        command, outcome, failures.translate(failure, command.isTaken(), stopped));
                  }
                });
  }

  /** One that only lost its leader has an outcome that this node may still see. */
  private void failed(
      EngineCommand command, CompletableFuture<Applied> outcome, ReplicationException failure) {
    if (stopped == null
        && command.isTaken()
        && failure.getCause() instanceof IndeterminateStateException
        && !RaftNodeStatus.isTerminal(node.getStatus())) {
      Doubts doubts = parts.machine().doubts();
      doubts.add(command, outcome, failure);
      parts.later(() -> doubts.late(command), DOUBT_NANOS);
    } else {
      outcome.completeExceptionally(failure);
    }
  }

  /** A leader keeps the engine's reserve for other entries than commands. */
  private boolean isLogFull() {
    RaftState state = ((RaftNodeImpl) node).state();
    return state.leaderState() != null
        && state.log().lastLogOrSnapshotIndex() - state.commitIndex() >= maxCount;
  }

  private OverloadedException overloaded() {
    return new OverloadedException(
        "group " + parts.id() + " has too many proposals in flight", null);
  }

  /** How many commands have no outcome yet. */
  int inFlight() {
    return count.get();
  }

  private boolean admit(int size) {
    if (count.incrementAndGet() <= maxCount) {
      if (bytes.addAndGet(size) <= maxBytes) {
        return true;
      }
      bytes.addAndGet(-size);
    }
    count.decrementAndGet();
    return false;
  }

  private void settled(int size) {
    count.decrementAndGet();
    bytes.addAndGet(-size);
  }
}
