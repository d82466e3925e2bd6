// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.OutcomeUnknownException;
import io.cairn.cluster.ReplicaDivergedException;
import io.cairn.cluster.StateMachine;
import io.cairn.cluster.log.LogPart;
import io.cairn.cluster.raft.message.EngineCommand;
import io.cairn.cluster.raft.message.Marker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Drives the replica set's state machine for the engine. Runs on the replica set's thread. */
final class MachineDriver implements io.microraft.statemachine.StateMachine {

  private static final Logger LOG = LoggerFactory.getLogger(MachineDriver.class);

  private final StateMachine machine;
  private final LogPart log;
  private final long snapshotBytes;
  private final Consumer<Throwable> onFailure;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private final RecentCommands recent = new RecentCommands();
  private final Doubts doubts = new Doubts();
  private final PriorityQueue<Awaited> awaited =
      new PriorityQueue<>(Comparator.comparingLong(Awaited::index));
  private volatile long lastApplied;
  private volatile int readyTerm;
  private long termIndex;
  private int newestTerm;
  private long bytesSinceSnapshot;
  private Runnable snapshotTrigger = () -> {};
  private Consumer<Throwable> onReplicaFailure = reason -> {};

  /** The last entry of this log that is committed for sure: what was installed may lie beyond. */
  private long agreed;

  private Runnable onReady = () -> {};
  private BeforeApply beforeApply = index -> {};

  private record Awaited(long index, CompletableFuture<Void> future) {}

  /**
   * Creates the driver.
   *
   * @param lastApplied the index up to which the state machine stands already
   */
  MachineDriver(
      StateMachine machine,
      LogPart log,
      long lastApplied,
      long snapshotBytes,
      Consumer<Throwable> onFailure) {
    this.machine = machine;
    this.log = log;
    this.lastApplied = lastApplied;
    this.snapshotBytes = snapshotBytes;
    this.onFailure = onFailure;
  }

  /** Sets what runs when an entry that begins a term was applied. */
  void onReady(Runnable task) {
    onReady = task;
  }

  /** Makes an entry durable before it is applied. */
  interface BeforeApply {
    void makeDurable(long index) throws IOException;
  }

  void beforeApply(BeforeApply check) {
    beforeApply = check;
  }

  /** The log has taken the entry that begins a term. */
  void termBegins(long index, int term) {
    termIndex = index;
    newestTerm = term;
  }

  /** Returns the latest term whose first entry was logged and applied since the start. */
  int readyTerm() {
    return readyTerm;
  }

  RecentCommands recent() {
    return recent;
  }

  Doubts doubts() {
    return doubts;
  }

  /** Completes a future once everything up to an index is applied. */
  void await(long index, CompletableFuture<Void> future) {
    if (index <= lastApplied) {
      future.complete(null);
    } else {
      awaited.add(new Awaited(index, future));
    }
  }

  /** Forgets a future that was given to {@link #await}. */
  @SuppressWarnings("ReferenceEquality") // this very future
  void forget(CompletableFuture<Void> future) {
    awaited.removeIf(one -> one.future() == future);
  }

  /** Nothing more is applied: nobody need wait. */
  void stop(RuntimeException reason) {
    while (!awaited.isEmpty()) {
      awaited.remove().future().completeExceptionally(reason);
    }
    doubts.giveUp();
  }

  private void advance(long index) {
    if (index > lastApplied) {
      lastApplied = index;
      while (!awaited.isEmpty() && awaited.peek().index() <= index) {
        awaited.remove().future().complete(null);
      }
    }
  }

  /** Sets who is told when the replica can go on no more, although the node can. */
  void onReplicaFailure(Consumer<Throwable> listener) {
    onReplicaFailure = listener;
  }

  /** Everything up to an entry of this log was applied before the start. */
  void agreedBefore(long index) {
    agreed = index;
  }

  /**
   * Refuses to un-apply: a leader's log that lacks what this replica has applied is another
   * history.
   *
   * @param index the first entry that a leader would cut
   */
  void requireUnapplied(long index) {
    if (index <= agreed) {
      ReplicaDivergedException reason =
          new ReplicaDivergedException(
              "a leader of group "
                  + log.name()
                  + " would cut its entries from "
                  + index
                  + " on, but they were applied here up to "
                  + agreed);
      onReplicaFailure.accept(reason);
      throw reason;
    }
  }

  void snapshotTrigger(Runnable trigger) {
    snapshotTrigger = trigger;
  }

  /** Completes when a leader's first entry of its term was applied since the start. */
  CompletableFuture<Void> ready() {
    return ready;
  }

  StateMachine stateMachine() {
    return machine;
  }

  long durableIndex() {
    return machine.durableIndex();
  }

  void makeDurable(long index) {
    machine.makeDurable(index);
  }

  long lastApplied() {
    return lastApplied;
  }

  @Override
  public @Nullable Object runOperation(long index, Object operation) {
    if (operation == Marker.READ_BARRIER) {
      return lastApplied;
    }
    Object result = null;
    agreed = Math.max(agreed, index);
    if (operation instanceof EngineCommand command) {
      result = apply(index, command);
    }
    advance(index);
    if (!doubts.isEmpty() && operation instanceof EngineCommand command) {
      doubts.applied(command, index, result);
    }
    if (operation == Marker.NEW_TERM && index == termIndex) {
      readyTerm = newestTerm;
      ready.complete(null);
      onReady.run();
    }
    return result;
  }

  private @Nullable Object timed(long index, byte[] bytes, @Nullable Object attachment) {
    ApplyEvent event = new ApplyEvent();
    event.begin();
    Object result = machine.apply(index, bytes, attachment);
    if (event.isEnabled()) {
      event.replicaSet = log.name();
      event.index = index;
      event.bytes = bytes.length;
      event.commit();
    }
    return result;
  }

  private @Nullable Object apply(long index, EngineCommand command) {
    if (index <= lastApplied) {
      command.drop();
      return null;
    }
    requireDurable(index);
    try {
      byte[] bytes = command.bytes(log, index);
      Object result = timed(index, bytes, command.attachment());
      recent.applied(index, command, bytes.length);
      bytesSinceSnapshot += bytes.length;
      if (bytesSinceSnapshot >= snapshotBytes) {
        bytesSinceSnapshot = 0;
        snapshotTrigger.run();
      }
      return result;
    } catch (IOException | RuntimeException | Error e) {
      IllegalStateException reason =
          new IllegalStateException(
              "the state machine of group " + log.name() + " failed at entry " + index, e);
      Throwable own = machine.failure();
      if (own == null) {
        onFailure.accept(reason);
      } else {
        onReplicaFailure.accept(own);
      }
      // Committed, but whether it took effect here only the thrower knows.
      throw new OutcomeUnknownException("group " + log.name() + " has failed", reason);
    }
  }

  /**
   * The state machine must not hold an entry durably before the log does: after a restart its store
   * would be ahead of the log. As a rule it is durable by now; the engine also goes on with entries
   * that it could not flush.
   */
  private void requireDurable(long index) {
    try {
      beforeApply.makeDurable(index);
    } catch (IOException e) {
      LOG.debug("The log has failed, and says so itself", e);
    }
    if (!log.isUsable()) {
      throw new OutcomeUnknownException("the log under group " + log.name() + " has failed", null);
    }
  }

  @Override
  public void takeSnapshot(long index, Consumer<Object> chunks) {
    bytesSinceSnapshot = 0;
    agreed = Math.max(agreed, index);
    advance(index); // changes of members are applied too, but by the engine alone
    chunks.accept(machine.snapshotReference(index));
  }

  @Override
  public void installSnapshot(long index, List<Object> chunks) {
    if (index > lastApplied) {
      try {
        machine.installReference(index, (byte[]) chunks.getFirst());
        EngineStore.noteInstalled(log, machine.durableIndex());
      } catch (IOException e) {
        throw new UncheckedIOException(e); // the log has failed, and says so itself
      } catch (RuntimeException | Error e) {
        Throwable own = machine.failure();
        if (own == null) {
          onFailure.accept(
              new IllegalStateException(
                  "the state machine of group " + log.name() + " failed to install " + index, e));
        } else {
          onReplicaFailure.accept(own);
        }
        throw e;
      }
      agreed = Math.max(agreed, index);
      // What was fetched may be newer than the reference.
      advance(Math.max(index, machine.durableIndex()));
      doubts.installed(lastApplied);
    }
  }

  @Override
  public Object getNewTermOperation() {
    return Marker.NEW_TERM;
  }
}
