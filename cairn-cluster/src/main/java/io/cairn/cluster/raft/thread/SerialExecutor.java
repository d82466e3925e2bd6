// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft.thread;

import io.cairn.cluster.ReplicaDivergedException;
import io.microraft.executor.RaftNodeExecutor;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Runs one group's tasks one after the other on a shared pool. Its queue is bounded by what may be
 * put into it: proposals in flight are, timers and messages are few.
 */
public final class SerialExecutor implements RaftNodeExecutor, Executor {

  /** Tasks run before the thread is given to others. */
  private static final int TURN = 4096;

  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final Executor pool;
  private final Ticks ticks;
  private final Consumer<Throwable> onFailure;
  private Runnable afterTurn = () -> {};
  private LongUnaryOperator untilLook = LongUnaryOperator.identity();
  private LongSupplier restraint = () -> 0;
  private volatile @Nullable Thread capturing;
  private @Nullable Runnable captured;

  public SerialExecutor(Executor pool, Ticks ticks, Consumer<Throwable> onFailure) {
    this.pool = pool;
    this.ticks = ticks;
    this.onFailure = onFailure;
  }

  /** Sets what runs, on the group's thread, after its tasks of a turn; before the first task. */
  public void afterTurn(Runnable task) {
    afterTurn = task;
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

  @Override
  public void execute(Runnable task) {
    if (Thread.currentThread().equals(capturing) && captured == null) {
      captured = task;
      return;
    }
    tasks.add(task);
    wake();
  }

  @Override
  public void submit(Runnable task) {
    execute(task);
  }

  @Override
  public void schedule(Runnable task, long delay, TimeUnit unit) {
    if (Ticks.isBeat(delay, unit)) {
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
    } else {
      task.run();
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

  private void wake() {
    if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
      try {
        pool.execute(this::drain);
      } catch (RejectedExecutionException closing) {
        drain(); // the engine has ended: its tasks only still answer those who wait
      }
    }
  }

  private void drain() {
    for (int i = 0; i < TURN; i++) {
      Runnable task = tasks.poll();
      if (task == null) {
        break;
      }
      run(task);
    }
    run(afterTurn);
    scheduled.set(false);
    if (!tasks.isEmpty()) {
      wake();
    }
  }

  private void run(Runnable task) {
    try {
      task.run();
    } catch (ReplicaDivergedException told) {
      // The replica was stopped; the node's others go on.
    } catch (Throwable t) {
      onFailure.accept(t);
    }
  }
}
