// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft.thread;

import io.cairn.cluster.ReplicationTimer;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The engine's timers, which count whole seconds, on a clock that runs faster. Its heartbeats are
 * put on the same beat for all replica sets of a node, so that those for one peer share a frame.
 *
 * @param timer runs what is due
 * @param nanos the clock
 * @param clockFactor how much faster the engine's clock runs
 */
public record Ticks(ReplicationTimer timer, LongSupplier nanos, int clockFactor) {

  /** The engine's heartbeat period, in seconds of its clock. */
  public static final int HEARTBEAT_SECONDS = 1;

  /** After so many seconds of its clock without a heartbeat the leader is taken for dead. */
  public static final int TIMEOUT_SECONDS = 3;

  public long heartbeatNanos() {
    return TimeUnit.SECONDS.toNanos(HEARTBEAT_SECONDS) / clockFactor;
  }

  public long timeoutNanos() {
    return TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS) / clockFactor;
  }

  /** How long an election may take at least, in milliseconds of the engine's clock. */
  public static final int ELECTION_MILLIS = 1000;

  public long electionNanos() {
    return TimeUnit.MILLISECONDS.toNanos(ELECTION_MILLIS) / clockFactor;
  }

  /** The engine adds up to 100 ms of its clock, by chance. */
  private static final int ELECTION_JITTER_MILLIS = 100;

  /** Chance must part candidates by more than an election takes. */
  private static final int JITTER_STRETCH = 10;

  /** Tells whether a delay is that between heartbeats, or looks for them. */
  static boolean isBeat(long delay, TimeUnit unit) {
    return unit.toMillis(delay) == TimeUnit.SECONDS.toMillis(HEARTBEAT_SECONDS)
        && unit == TimeUnit.SECONDS;
  }

  /** Runs a task after a delay of the engine's clock; if that is whole seconds, on a beat. */
  public void schedule(Runnable task, long delay, TimeUnit unit) {
    if (unit == TimeUnit.SECONDS) {
      timer.schedule(task, untilBeat() + (delay - HEARTBEAT_SECONDS) * heartbeatNanos());
      return;
    }
    long scaled = unit.toNanos(delay);
    long jitter = unit == TimeUnit.MILLISECONDS ? delay - ELECTION_MILLIS : -1;
    if (jitter >= 0 && jitter < ELECTION_JITTER_MILLIS) {
      scaled += TimeUnit.MILLISECONDS.toNanos(jitter * (JITTER_STRETCH - 1));
    }
    timer.schedule(task, scaled / clockFactor);
  }

  /** Returns how long it is until the next beat, in nanoseconds. */
  long untilBeat() {
    long period = heartbeatNanos();
    long left = period - Math.floorMod(nanos.getAsLong(), period);
    return left < period / 2 ? left + period : left;
  }
}
