// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.netty.util.concurrent.RejectedExecutionHandlers;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an event loop of {@link EventLoops} does between two looks at its connections: it reads
 * them, runs its tasks, and lets out what both have produced. Whatever it hands to another loop
 * meanwhile goes there together at the end, which wakes that loop once. The static methods are for
 * all threads and are about the turn of the caller; the rest belongs to its loop.
 */
public final class LoopTurn {
  private static final Logger LOG = LoggerFactory.getLogger(LoopTurn.class);
  private static final FastThreadLocal<@Nullable LoopTurn> CURRENT = new FastThreadLocal<>();

  private final Queue<Runnable> due = new ArrayDeque<>();
  private final List<Parcel> parcels = new ArrayList<>();

  private LoopTurn() {}

  /**
   * Has a task run at the end of the turn, or when the loop is about to wait for a disk.
   *
   * @return whether it will; not if the calling thread is no event loop
   */
  public static boolean atEnd(Runnable task) {
    LoopTurn turn = current();
    return turn != null && turn.due.add(task);
  }

  /**
   * Lets out what the turn has produced so far. A loop that may wait for the disk calls it before
   * it does. Has no effect on a thread that is no event loop.
   */
  public static void letOut() {
    LoopTurn turn = current();
    if (turn != null) {
      turn.end();
    }
  }

  private static @Nullable LoopTurn current() {
    return Thread.currentThread() instanceof FastThreadLocalThread ? CURRENT.getIfExists() : null;
  }

  private void end() {
    do {
      for (Runnable task = due.poll(); task != null; task = due.poll()) {
        run(task);
      }
      for (Parcel parcel : parcels) {
        due.addAll(parcel.leave());
      }
    } while (!due.isEmpty());
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RejectedExecutionException e) { // the host stops
      LOG.debug("A task needs an event loop that has ended", e);
    } catch (RuntimeException | Error e) { // as an event loop does: the others run all the same
      LOG.warn("A task failed on an event loop", e);
    }
  }

  private void add(Loop to, Runnable task) {
    for (Parcel parcel : parcels) {
      if (parcel.to == to) {
        parcel.tasks.add(task);
        return;
      }
    }
    Parcel parcel = new Parcel(to);
    parcel.tasks.add(task);
    parcels.add(parcel);
  }

  /** What this loop hands to one other. */
  private static final class Parcel {
    private final Loop to;
    private List<Runnable> tasks = new ArrayList<>();

    private Parcel(Loop to) {
      this.to = to;
    }

    /**
     * Hands over what is in it.
     *
     * @return what the other loop does not take, for it has ended meanwhile: whoever gave it was
     *     not told, so it runs here
     */
    private List<Runnable> leave() {
      List<Runnable> packed = tasks;
      if (packed.isEmpty()) {
        return packed;
      }
      tasks = new ArrayList<>();
      try {
        to.take(packed.size() == 1 ? packed.getFirst() : () -> packed.forEach(LoopTurn::run));
        return List.of();
      } catch (RejectedExecutionException e) {
        LOG.debug("An event loop has ended before it was handed {} tasks", packed.size(), e);
        return packed;
      }
    }
  }

  /** An event loop with turns. */
  static final class Loop extends SingleThreadIoEventLoop {

    private final LoopTurn turn = new LoopTurn();

    /**
     * Makes one, which runs when it is given its first task.
     *
     * @param putOffMillis for so long it does what it has put off; then it looks at its connections
     */
    Loop(IoEventLoopGroup group, Executor thread, IoHandlerFactory io, long putOffMillis) {
      super(group, thread, io, Integer.MAX_VALUE, RejectedExecutionHandlers.reject(), putOffMillis);
    }

    @Override
    protected void run() {
      CURRENT.set(turn);
      super.run();
    }

    @Override
    protected void afterRunningAllTasks() {
      super.afterRunningAllTasks();
      turn.end();
    }

    @Override
    public void execute(Runnable task) {
      LoopTurn caller = current();
      if (caller == null || caller == turn || isShuttingDown()) {
        super.execute(task);
      } else {
        caller.add(this, task);
      }
    }

    private void take(Runnable tasks) {
      super.execute(tasks);
    }

    @Override
    protected long deadlineNanos() {
      return nextScheduledTaskDeadlineNanos(); // Otherwise it wakes each second for nothing.
    }
  }
}
