// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs short tasks later, on one thread that sleeps until the first of them is due: with nothing
 * planned it never wakes. What is cancelled is forgotten at once. Thread-safe.
 */
final class DueTimer {
  private static final Logger LOG = LoggerFactory.getLogger(DueTimer.class);

  private final ScheduledThreadPoolExecutor executor;

  DueTimer() {
    executor =
        new ScheduledThreadPoolExecutor(
            1, task -> Thread.ofPlatform().daemon().name("cairn-peer-timer").unstarted(task));
    executor.setRemoveOnCancelPolicy(true);
  }

  /**
   * Runs a task once.
   *
   * @return cancels it
   * @throws RejectedExecutionException if the timer was stopped
   */
  Future<?> after(long nanos, Runnable task) {
    return executor.schedule(() -> run(task), nanos, TimeUnit.NANOSECONDS);
  }

  /** A failure is no reason to end what others have planned, and nobody looks at the future. */
  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.warn("A task of the peer channel failed", e);
    }
  }

  /** How many tasks are planned. */
  int planned() {
    return executor.getQueue().size();
  }

  /** Forgets what is planned, and takes nothing any more. */
  void stop() {
    var _ = executor.shutdownNow();
  }
}
