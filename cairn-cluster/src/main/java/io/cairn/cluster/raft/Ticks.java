// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.ReplicationTimer;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The engine's timers, which count whole seconds, on a clock that runs faster. Its heartbeats are
 * put on the same beat for all groups of a node, so that those for one peer share a frame.
 *
 * @param timer runs what is due
 * @param nanos the clock
 * @param clockFactor how much faster the engine's clock runs
 */
record Ticks(ReplicationTimer timer, LongSupplier nanos, int clockFactor) {

  /** The engine's heartbeat period, in seconds of its clock. */
  static final int HEARTBEAT_SECONDS = 1;

  /** After so many seconds of its clock without a heartbeat the leader is taken for dead. */
  static final int TIMEOUT_SECONDS = 3;

  long heartbeatNanos() {
    return TimeUnit.SECONDS.toNanos(HEARTBEAT_SECONDS) / clockFactor;
  }

  long timeoutNanos() {
    return TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS) / clockFactor;
  }

  /** Runs a task after a delay of the engine's clock. */
  void schedule(Runnable task, long delay, TimeUnit unit) {
    long wanted = unit.toNanos(delay) / clockFactor;
    timer.schedule(task, wanted == heartbeatNanos() ? untilBeat() : wanted);
  }

  private long untilBeat() {
    long period = heartbeatNanos();
    long left = period - Math.floorMod(nanos.getAsLong(), period);
    return left < period / 2 ? left + period : left;
  }
}
