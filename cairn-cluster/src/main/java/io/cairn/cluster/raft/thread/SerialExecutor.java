// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft.thread;

import io.cairn.cluster.ReplicaDivergedException;
import io.microraft.executor.RaftNodeExecutor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Runs one replica set's tasks one after the other, in the turns of its shard. All but {@link
 * #execute} and {@link #schedule} is for the shard's thread.
 */
public final class SerialExecutor implements RaftNodeExecutor, Executor {

  /** A task that the engine has scheduled after some seconds of its clock. */
  private record Repeated(Runnable task, long seconds) {}

  /** What a replica set does at the end of the turns in which it has had tasks. */
  public interface TurnEnd {

    /** Writes the messages that may leave now. */
    void leave();

    /** What was written to the log before is durable. */
    void durable();

    /** The log has failed: nothing that waits for it may leave any more. */
    void failed();
  }

  private final Shard shard;
  private final Ticks ticks;
  private final Consumer<Throwable> onFailure;
  private final List<Runnable> waiting = new ArrayList<>();

  /** What came while an fsync on another thread is waited for. */
  private final Queue<Runnable> kept = new ArrayDeque<>();

  private @Nullable TurnEnd end;
  private boolean active;
  private boolean wanting;
  private boolean held;
  private boolean beating;
  private LongUnaryOperator untilLook = LongUnaryOperator.identity();
  private LongSupplier restraint = () -> 0;
  private BooleanSupplier resting = () -> false;

  /** What the engine does again and again, and need not do while the replica set is at rest. */
  private final List<Repeated> atRest = new ArrayList<>();

  private volatile @Nullable Thread capturing;
  private @Nullable Runnable captured;

  /**
   * Creates it.
   *
   * @param shard runs the tasks
   * @param ticks the engine's timers, which run tasks on the shard's thread
   * @param onFailure told of what a task throws, except {@link ReplicaDivergedException}
   */
  public SerialExecutor(Shard shard, Ticks ticks, Consumer<Throwable> onFailure) {
    this.shard = shard;
    this.ticks = ticks;
    this.onFailure = onFailure;
  }

  /** Sets what ends the turns; before the first task. */
  public void turnEnd(TurnEnd ending) {
    end = ending;
  }

  /**
   * Sets what moves the looks for a leader.
   *
   * @param look given how long it is to the next beat, when to look
   * @param restrained when the time has come, for how long to put it off
   */
  public void untilLook(LongUnaryOperator look, LongSupplier restrained) {
    untilLook = look;
    restraint = restrained;
  }

  /**
   * Sets what tells that the engine has nobody to send heartbeats to, and nobody to listen for.
   * While it is so, what it does again and again is kept for {@link #stir}.
   */
  public void restWhile(BooleanSupplier isAtRest) {
    resting = isAtRest;
  }

  /** Within a turn: the engine beats again, unless it is still at rest. */
  public void stir() {
    if (!atRest.isEmpty() && !resting.getAsBoolean()) {
      List<Repeated> tasks = List.copyOf(atRest);
      atRest.clear();
      tasks.forEach(one -> schedule(one.task(), one.seconds(), TimeUnit.SECONDS));
    }
  }

  @Override
  public void execute(Runnable task) {
    if (Thread.currentThread().equals(capturing) && captured == null) {
      captured = task;
      return;
    }
    shard.execute(this, task);
  }

  /**
   * Runs one of the engine's flush tasks, which are all that it submits, once the log is durable:
   * it has nothing to do then but to take that into account.
   */
  @Override
  public void submit(Runnable task) {
    afterDisk(task);
  }

  /** Within a turn: runs a task once what is written up to now is durable, unless the log fails. */
  public void afterDisk(Runnable task) {
    waiting.add(task);
    wantDisk();
  }

  /** Within a turn: the log shall be durable at its end. */
  public void wantDisk() {
    if (!wanting) {
      wanting = true;
      shard.wantDisk(this);
    }
  }

  /** Tells whether the task that runs is the engine's periodic one: it sends heartbeats. */
  public boolean isBeating() {
    return beating;
  }

  /** Whole seconds stand between what the engine does again and again, and there alone. */
  @Override
  public void schedule(Runnable task, long delay, TimeUnit unit) {
    if (unit == TimeUnit.SECONDS && resting.getAsBoolean()) {
      atRest.add(new Repeated(task, delay));
    } else if (Ticks.isBeat(delay, unit)) {
      ticks
          .timer()
          .schedule(() -> execute(() -> look(task)), untilLook.applyAsLong(ticks.untilBeat()));
    } else {
      ticks.schedule(() -> execute(task), delay, unit);
    }
  }

  private void look(Runnable task) {
    long wait = restraint.getAsLong();
    if (wait > 0) {
      ticks.timer().schedule(() -> execute(() -> look(task)), wait);
      return;
    }
    beating = true;
    try {
      task.run();
    } finally {
      beating = false;
    }
  }

  /**
   * From a task of this group: the first task that {@code call} hands to {@link #execute} runs
   * before this returns, so that nothing comes between.
   */
  public void inline(Runnable call) {
    capturing = Thread.currentThread();
    try {
      call.run();
    } finally {
      capturing = null;
    }
    Runnable task = captured;
    captured = null;
    if (task != null) {
      task.run();
    }
  }

  /** A task of this replica set is about to run; returns whether it is the first of the turn. */
  boolean activate() {
    boolean first = !active;
    active = true;
    return first;
  }

  /** The turn is over. */
  void passive() {
    active = false;
  }

  /** Another thread waits for the disk: tasks are kept until {@link #release}. */
  void hold() {
    held = true;
  }

  /** Keeps a task for later if it must wait; returns whether it does. */
  boolean keeps(Runnable task) {
    return held && kept.add(task);
  }

  /** Runs what was kept. */
  void release() {
    held = false;
    for (Runnable task = kept.poll(); task != null; task = kept.poll()) {
      Runnable next = task;
      shard.guarded(() -> run(next));
    }
  }

  void leave() {
    TurnEnd ending = end;
    if (ending != null) {
      run(ending::leave);
    }
  }

  void afterDisk(boolean durable) {
    wanting = false;
    TurnEnd ending = end;
    if (ending != null) {
      run(durable ? ending::durable : ending::failed);
    }
    List<Runnable> tasks = List.copyOf(waiting);
    waiting.clear();
    if (durable) {
      tasks.forEach(this::run);
    }
  }

  void run(Runnable task) {
    try {
      task.run();
    } catch (ReplicaDivergedException told) {
      // The replica was stopped; the node's others go on.
    } catch (Throwable t) {
      onFailure.accept(t);
    }
  }
}
