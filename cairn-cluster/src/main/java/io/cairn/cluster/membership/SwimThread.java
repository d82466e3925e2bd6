// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import io.cairn.net.NetClock;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A real thread with the real clock. A task that fails is logged and harms no other. */
final class SwimThread implements SwimTimers {

  private static final Logger LOG = LoggerFactory.getLogger(SwimThread.class);

  private final ScheduledThreadPoolExecutor executor;

  SwimThread(String name) {
    executor =
        new ScheduledThreadPoolExecutor(
            1, task -> Thread.ofPlatform().daemon().name(name).unstarted(task));
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public long nanoTime() {
    return NetClock.nanoTime();
  }

  @Override
  public void after(Duration delay, Runnable task) {
    try {
      var _ = executor.schedule(() -> run(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException closing) {
      LOG.debug("The protocol has ended", closing);
    }
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.error("A task of membership failed", e);
    } catch (Error e) {
      LOG.error("A task of membership failed", e); // who scheduled it does not look
      throw e;
    }
  }

  @Override
  public void close() {
    executor.shutdown();
  }
}
