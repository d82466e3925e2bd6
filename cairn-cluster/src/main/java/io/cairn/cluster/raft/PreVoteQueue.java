// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import java.util.concurrent.TimeUnit;

/**
 * The members that ask whether they would be elected.
 *
 * <p>Members hear the last heartbeat of a leader at different times. One that takes it for dead
 * asks others that must still wait for it, and the engine lets them refuse: that attempt fails, and
 * the next one comes an election's time later. So a question that is only a little early is kept
 * until this member's own promise to the leader has ended, and answered then: as before, if the
 * leader was heard of meanwhile.
 *
 * <p>A member that has agreed to another stays back for an election's time. Its own attempt would
 * take the votes of the first from it, when an election takes longer than the pause between two
 * members' attempts, as on a busy machine.
 *
 * <p>If both ask at the same moment, both agree and both would stand. So one that has agreed to a
 * member that comes before it does not stand, although it may.
 *
 * <p>Used on the replica set's thread.
 */
final class PreVoteQueue {

  /** Heartbeats that were sent together are heard within so much of each other. */
  private static final long LONGEST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(150);

  /** The engine's clock counts milliseconds, at both ends. */
  private static final long GRAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(3);

  /** More are answered at once, as the engine would. */
  private static final int MOST_WAITING = 16;

  private final ReplicaSetContext parts;
  private int waiting;
  private boolean agreed;
  private long agreedAt;
  private boolean yielded;
  private long yieldedAt;

  PreVoteQueue(ReplicaSetContext parts) {
    this.parts = parts;
  }

  /**
   * Answers a question now or, if it is a little early, when this member is free to.
   *
   * @param bound how long this member's promise still holds; not positive if it is free
   */
  void ask(long bound, Runnable answer) {
    if (bound <= 0 || bound > LONGEST_WAIT_NANOS || waiting >= MOST_WAITING) {
      answer.run();
      return;
    }
    waiting++;
    parts.later(
        () -> {
          waiting--;
          answer.run();
        },
        bound + GRAIN_NANOS);
  }

  /**
   * This member has agreed to another.
   *
   * @param before whether that one comes before it in the order
   */
  void agreed(boolean before) {
    agreed = true;
    agreedAt = parts.now();
    if (before) {
      yielded = true;
      yieldedAt = agreedAt;
    }
  }

  /** Tells whether this member leaves it to another to stand. */
  boolean yields() {
    return yielded && yieldedAt + parts.ticks().electionNanos() - parts.now() > 0;
  }

  /** Returns for how long this member stays back; not positive if it may try to lead. */
  long patience() {
    return agreed ? agreedAt + parts.ticks().electionNanos() - parts.now() : 0;
  }
}
