// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query.limits;

import io.cairn.document.ServiceErrorResponse;
import io.cairn.service.Operation;
import io.cairn.service.failure.LimitExceeded;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * The share of a host's processors that listings and queries of clients have. What is over it waits
 * in a line of its own, so that other requests do not wait for these; what is over the line is
 * refused. Who asks much waits for those who ask little: places are given to one of each party in
 * turns, and the line to those who have least in it. What services of this host ask is done at
 * once: whoever waits for it may hold a place already. Thread-safe; guarded by this.
 */
public final class CostlyWork {

  /** How many wait at most. */
  static final int LINE = 256;

  private final int places;
  private final int line;
  private final Executor threads;
  private final Parties parties;
  private final FairLine<Waiting> waiting;
  private int busy;

  /**
   * Something that is asked.
   *
   * @param end is run when it has ended
   */
  private record Waiting(Operation op, Runnable work, Runnable end) {}

  /** Who asks, as far as fairness goes. */
  public interface Parties {

    /** All of the same party share one turn. */
    String of(Operation op);

    /**
     * Takes up something that is asked.
     *
     * @return is run when it has ended, whatever became of it
     * @throws LimitExceeded if the party has as much under way as it may
     */
    Runnable begin(Operation op);

    /** Everybody is one. */
    Parties ONE =
        new Parties() {
          @Override
          public String of(Operation op) {
            return "";
          }

          @Override
          public Runnable begin(Operation op) {
            return () -> {};
          }
        };
  }

  public CostlyWork(int places, int line, Executor threads, Parties parties) {
    this.places = places;
    this.line = line;
    this.threads = threads;
    this.parties = parties;
    this.waiting = new FairLine<>(line);
  }

  /**
   * Half of the processors.
   *
   * @param threads runs what has waited
   */
  public static CostlyWork of(int processors, Executor threads, Parties parties) {
    return new CostlyWork(Math.max(1, processors / 2), LINE, threads, parties);
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
    Runnable end;
    try {
      end = parties.begin(op);
    } catch (LimitExceeded refusal) {
      op.fail(refusal);
      return;
    }
    if (takesPlace()) {
      perform(op, work, end);
    } else {
      line(new Waiting(op, work, end));
    }
  }

  /** How many wait for their turn. */
  public synchronized int waitingCount() {
    return waiting.size();
  }

  private synchronized boolean takesPlace() {
    boolean free = busy < places;
    if (free) {
      busy++;
    }
    return free;
  }

  private void refuse(Waiting wanted) {
    wanted.end().run();
    Operation.failLimitExceeded(
        wanted.op(),
        ServiceErrorResponse.ERROR_CODE_SERVICE_QUEUE_LIMIT_EXCEEDED,
        line + " listings and queries wait on this host; send this request again later");
  }

  private void line(Waiting wanted) {
    List<Waiting> cancelled = List.of();
    Waiting displaced = null;
    boolean now;
    synchronized (this) {
      now = takesPlace(); // one may have become free meanwhile
      if (!now) {
        if (waiting.isFull()) {
          cancelled = waiting.removeIf(each -> each.op().isCancelled());
        }
        displaced = waiting.add(parties.of(wanted.op()), wanted);
      }
    }
    cancelled.forEach(CostlyWork::giveUp);
    if (displaced != null) {
      refuse(displaced);
    }
    if (now) {
      perform(wanted.op(), wanted.work(), wanted.end());
    }
  }

  private static void giveUp(Waiting gone) {
    gone.end().run();
    gone.op().failCancelled();
  }

  private void perform(Operation op, Runnable work, Runnable end) {
    try {
      if (op.isCancelled()) {
        op.failCancelled();
      } else {
        work.run();
      }
    } finally {
      end.run();
      next();
    }
  }

  /** Gives this place to whoever is next. */
  private void next() {
    Waiting next;
    List<Waiting> gone = new ArrayList<>();
    synchronized (this) {
      next = waiting.poll();
      while (next != null && next.op().isCancelled()) {
        gone.add(next);
        next = waiting.poll();
      }
      if (next == null) {
        busy--;
      }
    }
    gone.forEach(CostlyWork::giveUp);
    if (next != null) {
      Waiting turn = next;
      threads.execute(() -> perform(turn.op(), turn.work(), turn.end()));
    }
  }
}
