// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import io.cairn.net.Shards;
import io.cairn.runtime.model.HostClock;
import io.cairn.service.HostRuntime;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The clocks and the threads of a host.
 *
 * @param clock what documents expire by, and whatever else a test may want to see pass
 * @param machine the machine's clock, the same unless a test moves the other: what requests time
 *     out by, and what consensus and membership live by
 * @param handlers runs each task on a thread of its own, which may block
 * @param changes runs what changes of documents cause elsewhere, one after the other
 * @param timer runs short tasks later
 * @param shards run replica sets, and read and write what is about them
 */
record HostThreads(
    HostClock clock,
    HostClock machine,
    ExecutorService handlers,
    ExecutorService changes,
    ScheduledExecutorService timer,
    Shards shards) {

  private static final Logger log = LoggerFactory.getLogger(HostThreads.class);

  /**
   * Starts them.
   *
   * @param surroundings what a test gave the host; null for none
   */
  static HostThreads start(HostRuntime.@Nullable Surroundings surroundings) {
    HostClock machine = HostClock.system();
    return new HostThreads(
        surroundings == null ? machine : machine.ahead(surroundings::aheadMicros),
        machine,
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("cairn-handler").factory()),
        Executors.newSingleThreadExecutor(Thread.ofVirtual().name("cairn-changes").factory()),
        newTimer(surroundings),
        Shards.forThisMachine());
  }

  /**
   * Forgets what is planned when it is shut down, and does not interrupt what is being done. Its
   * thread keeps the process alive while the host runs, also when its main method has returned.
   */
  private static ScheduledExecutorService newTimer(
      HostRuntime.@Nullable Surroundings surroundings) {
    ThreadFactory threads = Thread.ofPlatform().name("cairn-timer").factory();
    ScheduledThreadPoolExecutor timer =
        surroundings == null
            ? new ScheduledThreadPoolExecutor(1, threads)
            : surroundings.newTimer(threads);
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
    shards.close();
  }
}
