// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.OutcomeUnknownException;
import io.cairn.cluster.StateMachine;
import io.cairn.cluster.log.GroupLog;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Drives the group's state machine for the engine. Runs on the group's thread. */
final class GroupMachine implements io.microraft.statemachine.StateMachine {

  private final StateMachine machine;
  private final GroupLog log;
  private final long snapshotBytes;
  private final Consumer<Throwable> onFailure;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private volatile long lastApplied;
  private long bytesSinceSnapshot;
  private Runnable snapshotTrigger = () -> {};

  /**
   * Creates the driver.
   *
   * @param lastApplied the index up to which the state machine stands already
   */
  GroupMachine(
      StateMachine machine,
      GroupLog log,
      long lastApplied,
      long snapshotBytes,
      Consumer<Throwable> onFailure) {
    this.machine = machine;
    this.log = log;
    this.lastApplied = lastApplied;
    this.snapshotBytes = snapshotBytes;
    this.onFailure = onFailure;
  }

  void snapshotTrigger(Runnable trigger) {
    snapshotTrigger = trigger;
  }

  /** Completes when a leader's first entry of its term was applied since the start. */
  CompletableFuture<Void> ready() {
    return ready;
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
      return null;
    }
    Object result = null;
    if (operation instanceof Command command) {
      result = apply(index, command);
    }
    lastApplied = Math.max(lastApplied, index);
    if (operation == Marker.NEW_TERM) {
      ready.complete(null);
    }
    return result;
  }

  private @Nullable Object apply(long index, Command command) {
    if (index <= lastApplied) {
      command.drop();
      return null;
    }
    try {
      byte[] bytes = command.bytes(log, index);
      Object result = machine.apply(index, bytes, command.attachment());
      command.drop();
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
      onFailure.accept(reason);
      // Committed, but whether it took effect here only the thrower knows.
      throw new OutcomeUnknownException("group " + log.name() + " has failed", reason);
    }
  }

  @Override
  public void takeSnapshot(long index, Consumer<Object> chunks) {
    bytesSinceSnapshot = 0;
    chunks.accept(machine.snapshotReference(index));
  }

  @Override
  public void installSnapshot(long index, List<Object> chunks) {
    if (index > lastApplied) {
      machine.installReference(index, (byte[]) chunks.getFirst());
      lastApplied = index;
    }
  }

  @Override
  public Object getNewTermOperation() {
    return Marker.NEW_TERM;
  }
}
