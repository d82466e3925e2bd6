// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import java.time.Duration;
import java.util.function.LongConsumer;

/**
 * How well this node itself is: Lifeguard's local health multiplier (section IV-A). A node that has
 * reason to think that it is slow itself probes less often and waits longer for answers. Confined
 * to the protocol's thread.
 */
final class LocalHealth {

  /** The paper's S. */
  private static final int MOST = 8;

  private final SwimTimers timers;
  private final Duration patience;
  private int score;

  /**
   * Makes the health of a node that is well.
   *
   * @param patience timers that fire later than this say that the node stood still
   */
  LocalHealth(SwimTimers timers, Duration patience) {
    this.timers = timers;
    this.patience = patience;
  }

  /** A probe was answered. */
  void better() {
    score = Math.max(0, score - 1);
  }

  /** A probe failed without others being seen to be well, or this node was suspected. */
  void worse() {
    score = Math.min(MOST, score + 1);
  }

  /** Returns a time of the settings as long as it is at present. */
  Duration stretch(Duration normal) {
    return normal.multipliedBy(score + 1L);
  }

  /**
   * Runs something at a time, after all messages that came before it and still wait: on a node that
   * stood still they are answers which a judgement must not overtake.
   *
   * @param timer is told the time
   */
  void whenDue(long dueNanos, LongConsumer timer) {
    timers.after(
        Duration.ofNanos(Math.max(0, dueNanos - timers.nanoTime())),
        () -> timers.after(Duration.ZERO, () -> timer.accept(dueNanos)));
  }

  /**
   * Whether this node stood still when a timer should have fired, which counts against it. Answers
   * that came meanwhile still wait behind the timer. The paper infers this from missing answers
   * only; a late timer is the same evidence, earlier and certain.
   */
  boolean stoodStill(long dueNanos) {
    boolean late = timers.nanoTime() - dueNanos > stretch(patience).toNanos();
    if (late) {
      worse();
    }
    return late;
  }
}
