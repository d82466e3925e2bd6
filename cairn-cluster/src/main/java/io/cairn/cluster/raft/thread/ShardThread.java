// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft.thread;

import io.cairn.cluster.ReplicationTimer;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that runs tasks in their order, and those that are due later, with no other thread
 * between: it sleeps until there is something to do. Safe for all threads.
 */
final class ShardThread implements Executor, ReplicationTimer {

  private static final Logger LOG = LoggerFactory.getLogger(ShardThread.class);

  private record Due(long at, long sequence, Runnable task) {}

  private final LongSupplier nanos;
  private final Thread thread;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

  /** What is due later; of the thread alone. */
  private final PriorityQueue<Due> later =
      new PriorityQueue<>(Comparator.comparingLong(Due::at).thenComparingLong(Due::sequence));

  private long sequence;

  /** Whether the thread sleeps, or is about to: who makes that false wakes it. */
  private final AtomicBoolean asleep = new AtomicBoolean();

  private volatile boolean closing;
  private volatile boolean over;

  ShardThread(String name, LongSupplier nanos) {
    this.nanos = nanos;
    this.thread = Thread.ofPlatform().name(name).unstarted(this::work);
  }

  ShardThread started() {
    thread.start();
    return this;
  }

  @Override
  public void execute(Runnable task) {
    if (closing) {
      throw new RejectedExecutionException(thread.getName() + " is closing");
    }
    tasks.add(task);
    wake();
    if (over && tasks.remove(task)) {
      throw new RejectedExecutionException(thread.getName() + " has ended");
    }
  }

  @Override
  public void schedule(Runnable task, long delayNanos) {
    long at = nanos.getAsLong() + delayNanos;
    if (Thread.currentThread().equals(thread)) {
      later.add(new Due(at, sequence++, task));
    } else if (!closing) {
      tasks.add(() -> later.add(new Due(at, sequence++, task)));
      wake();
    }
  }

  private void wake() {
    if (asleep.get() && asleep.compareAndSet(true, false)) {
      LockSupport.unpark(thread);
    }
  }

  /** Runs what was given before, and takes nothing more. */
  void close() {
    closing = true;
    wake();
  }

  private void work() {
    do {
      runAll();
      sleep();
    } while (!closing || !tasks.isEmpty());
    over = true;
    runAll(); // what came between: who gives more from here on sees that it is over
  }

  private void runAll() {
    boolean some = true;
    while (some) {
      some = false;
      for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
        run(task);
        some = true;
      }
      while (!later.isEmpty() && later.peek().at() - nanos.getAsLong() <= 0) {
        run(later.remove().task());
        some = true;
      }
    }
  }

  /** As an event loop does: the replica sets of the shard go on. */
  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      LOG.warn("A task failed on the thread of a shard", e);
    }
  }

  private void sleep() {
    asleep.set(true);
    if (tasks.isEmpty() && !closing) {
      Due next = later.peek();
      if (next == null) {
        LockSupport.park(this);
      } else {
        LockSupport.parkNanos(this, Math.max(1, next.at() - nanos.getAsLong()));
      }
    }
    asleep.set(false);
  }
}
