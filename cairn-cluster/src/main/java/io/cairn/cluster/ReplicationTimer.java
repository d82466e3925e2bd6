// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

/** Runs tasks later. Safe for all threads. */
@FunctionalInterface
public interface ReplicationTimer {

  /**
   * Runs a short task after a delay, on any thread. Never throws; a timer that was shut down
   * forgets the task.
   *
   * @param task what to run
   * @param delayNanos how much later, in nanoseconds of the environment's clock
   */
  void schedule(Runnable task, long delayNanos);
}
