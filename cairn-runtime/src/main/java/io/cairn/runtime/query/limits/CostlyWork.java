// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query.limits;

import io.cairn.document.ServiceErrorResponse;
import io.cairn.service.Operation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * The share of a host's processors that listings and queries of clients have. What is over it waits
 * in a line of its own, so that other requests do not wait for these; what is over the line is
 * refused. What services of this host ask is done at once: whoever waits for it may hold a place
 * already. Thread-safe; guarded by this.
 */
public final class CostlyWork {

  /** How many wait at most. */
  static final int LINE = 256;

  private final int places;
  private final int line;
  private final Executor threads;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private int busy;

  private record Waiting(Operation op, Runnable work) {}

  private enum Admission {
    NOW,
    LATER,
    REFUSED
  }

  public CostlyWork(int places, int line, Executor threads) {
    this.places = places;
    this.line = line;
    this.threads = threads;
  }

  /**
   * Half of the processors.
   *
   * @param threads runs what has waited
   */
  public static CostlyWork of(int processors, Executor threads) {
    return new CostlyWork(Math.max(1, processors / 2), LINE, threads);
  }

  /**
   * Does the work that answers an operation, now or when there is a place; not at all if nobody
   * waits for the answer by then.
   */
  public void run(Operation op, Runnable work) {
    if (!op.isRemote()) {
      work.run();
      return;
    }
    switch (admit(op, work)) {
      case NOW -> perform(op, work);
      case LATER -> {}
      case REFUSED ->
          Operation.failLimitExceeded(
              op,
              ServiceErrorResponse.ERROR_CODE_SERVICE_QUEUE_LIMIT_EXCEEDED,
              line + " listings and queries wait on this host; send this request again later");
    }
  }

  /** How many wait for their turn. */
  public synchronized int waitingCount() {
    return waiting.size();
  }

  private Admission admit(Operation op, Runnable work) {
    List<Operation> gone = new ArrayList<>();
    Admission admission = Admission.LATER;
    synchronized (this) {
      if (busy < places) {
        busy++;
        return Admission.NOW;
      }
      if (waiting.size() >= line) {
        dropCancelled(gone);
      }
      if (waiting.size() >= line) {
        admission = Admission.REFUSED;
      } else {
        waiting.add(new Waiting(op, work));
      }
    }
    gone.forEach(Operation::failCancelled);
    return admission;
  }

  private void dropCancelled(List<Operation> gone) {
    waiting.removeIf(
        each -> {
          boolean cancelled = each.op().isCancelled();
          if (cancelled) {
            gone.add(each.op());
          }
          return cancelled;
        });
  }

  private void perform(Operation op, Runnable work) {
    try {
      if (op.isCancelled()) {
        op.failCancelled();
      } else {
        work.run();
      }
    } finally {
      next();
    }
  }

  /** Gives this place to whoever has waited longest. */
  private void next() {
    Waiting next;
    List<Operation> gone = new ArrayList<>();
    synchronized (this) {
      next = waiting.poll();
      while (next != null && next.op().isCancelled()) {
        gone.add(next.op());
        next = waiting.poll();
      }
      if (next == null) {
        busy--;
      }
    }
    gone.forEach(Operation::failCancelled);
    if (next != null) {
      Waiting turn = next;
      threads.execute(() -> perform(turn.op(), turn.work()));
    }
  }
}
