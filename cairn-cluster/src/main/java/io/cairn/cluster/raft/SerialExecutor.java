// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.ReplicationTimer;
import io.microraft.executor.RaftNodeExecutor;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Runs one group's tasks one after the other on a shared pool. Its queue is bounded by what may be
 * put into it: proposals in flight are, timers and messages are few.
 */
final class SerialExecutor implements RaftNodeExecutor {

  /** Tasks run before the thread is given to others. */
  private static final int TURN = 4096;

  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final Executor pool;
  private final ReplicationTimer timer;
  private final int clockFactor;
  private final Consumer<Throwable> onFailure;

  SerialExecutor(
      Executor pool,
      ReplicationTimer timer,
      int clockFactor,
      Consumer<Throwable> onFailure) {
    this.pool = pool;
    this.timer = timer;
    this.clockFactor = clockFactor;
    this.onFailure = onFailure;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    wake();
  }

  @Override
  public void submit(Runnable task) {
    execute(task);
  }

  @Override
  public void schedule(Runnable task, long delay, TimeUnit unit) {
    long nanos = unit.toNanos(delay) / clockFactor;
    timer.schedule(() -> execute(task), nanos);
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
      try {
        task.run();
      } catch (Throwable t) {
        onFailure.accept(t);
      }
    }
    scheduled.set(false);
    if (!tasks.isEmpty()) {
      wake();
    }
  }
}
