// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import java.util.ArrayDeque;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The work that waits for one instance. Guarded by the table's lock for the instance's link: no
 * method is called outside of it.
 */
final class Mailbox {

  /** How many updates of one document are on their way at once at most. */
  private static final int MOST_PROPOSED = 128;

  enum Admission {
    /** The instance was idle: the caller sets it to work. */
    START,
    /**
     * Updates before this one are not committed yet: the caller sets it to work from the newest.
     */
    AHEAD,
    /** The work waits for its turn. */
    QUEUED,
    /** The mailbox is full. */
    REFUSED
  }

  private final boolean lastInFirstOut;
  private final IntSupplier limit;
  private final Predicate<Work> isPrompt;
  private boolean running;
  private int proposed;
  private @Nullable ArrayDeque<Work> waiting;

  /**
   * Creates an empty one.
   *
   * @param limit how much work may wait
   * @param lastInFirstOut whether the work that came last is done first
   * @param isPrompt whether work may begin from an update that is not committed yet
   */
  Mailbox(IntSupplier limit, boolean lastInFirstOut, Predicate<Work> isPrompt) {
    this.limit = limit;
    this.lastInFirstOut = lastInFirstOut;
    this.isPrompt = isPrompt;
  }

  Admission offer(Work work) {
    ArrayDeque<Work> queue = waiting;
    if (isIdle() || (queue == null && mayBegin(work))) {
      running = true;
      return proposed == 0 ? Admission.START : Admission.AHEAD;
    }
    if (queue == null) {
      queue = new ArrayDeque<>(4);
      waiting = queue;
    }
    if (queue.size() >= limit.getAsInt()) {
      return Admission.REFUSED;
    }
    if (lastInFirstOut) {
      queue.addFirst(work);
    } else {
      queue.addLast(work);
    }
    return Admission.QUEUED;
  }

  /** The work at hand has come to its end. */
  void ended() {
    running = false;
  }

  /** The work at hand has proposed a change, and needs not be alone any longer. */
  void proposed() {
    running = false;
    proposed++;
  }

  /** A change that was proposed has come to its end. */
  void settled() {
    proposed--;
  }

  /** The next work, which may begin now, or null: then the instance may be idle. */
  @Nullable Work poll() {
    ArrayDeque<Work> queue = waiting;
    Work next = queue == null ? null : queue.peekFirst();
    if (queue == null || next == null || !mayBegin(next)) {
      return null;
    }
    queue.pollFirst();
    if (queue.isEmpty()) {
      waiting = null;
    }
    running = true;
    return next;
  }

  private boolean mayBegin(Work work) {
    return !running && (proposed == 0 || (proposed < MOST_PROPOSED && isPrompt.test(work)));
  }

  /** Whether the work that begins now begins from an update that is not committed yet. */
  boolean isAhead() {
    return proposed > 0;
  }

  /** Whether nothing runs, waits or is on its way. */
  boolean isIdle() {
    return !running && proposed == 0 && waiting == null;
  }

  int limit() {
    return limit.getAsInt();
  }
}
