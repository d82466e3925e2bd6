// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import java.util.ArrayDeque;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The work that waits for one instance. Guarded by the table's lock for the instance's link: no
 * method is called outside of it.
 */
final class Mailbox {

  enum Admission {
    /** The instance was idle: the caller sets it to work. */
    START,
    /** The work waits for its turn. */
    QUEUED,
    /** The mailbox is full. */
    REFUSED
  }

  private final boolean lastInFirstOut;
  private final IntSupplier limit;
  private boolean busy;
  private @Nullable ArrayDeque<Work> waiting;

  Mailbox(IntSupplier limit, boolean lastInFirstOut) {
    this.limit = limit;
    this.lastInFirstOut = lastInFirstOut;
  }

  Admission offer(Work work) {
    if (!busy) {
      busy = true;
      return Admission.START;
    }
    ArrayDeque<Work> queue = waiting;
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

  /** The next work, or null: then the instance is idle. */
  @Nullable Work poll() {
    Work next = waiting == null ? null : waiting.pollFirst();
    if (next == null) {
      busy = false;
      waiting = null;
    }
    return next;
  }

  int limit() {
    return limit.getAsInt();
  }
}
