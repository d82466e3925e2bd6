// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import io.cairn.runtime.model.HostClock;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The clock and the threads of a host.
 *
 * @param handlers runs each task on a thread of its own, which may block
 * @param changes runs what changes of documents cause elsewhere, one after the other
 * @param timer runs short tasks later
 */
record HostThreads(
    HostClock clock,
    ExecutorService handlers,
    ExecutorService changes,
    ScheduledExecutorService timer) {

  private static final Logger log = LoggerFactory.getLogger(HostThreads.class);

  /** Starts them. */
  static HostThreads start() {
    return new HostThreads(
        HostClock.system(),
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("cairn-handler-", 0).factory()),
        Executors.newSingleThreadExecutor(Thread.ofVirtual().name("cairn-changes").factory()),
        newTimer());
  }

  /**
   * Forgets what is planned when it is shut down, and does not interrupt what is being done. Its
   * thread keeps the process alive while the host runs, also when its main method has returned.
   */
  private static ScheduledExecutorService newTimer() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name("cairn-timer").factory());
    timer.setRemoveOnCancelPolicy(true);
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    timer.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
    return timer;
  }

  /**
   * Ends the timer. An interrupt would close the files of a store that the sweep is just reading.
   */
  void stopTimer(Duration limit) {
    timer.shutdown();
    try {
      if (!timer.awaitTermination(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("The timer is still busy after {}", limit);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes no more tasks; those that were taken are done. */
  void stop() {
    timer.shutdown();
    changes.shutdown();
    handlers.shutdown();
  }
}
