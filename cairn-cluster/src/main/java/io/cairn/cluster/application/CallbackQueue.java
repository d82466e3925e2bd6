// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import io.cairn.cluster.application.MessagingSettings.Overflow;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Calls that wait for one receiver: made one at a time, in the order in which they were queued, on
 * its executor. Events and messages are bounded separately. Thread-safe: guarded by this, and no
 * call is made under the lock. What is queued is not run before {@link #kick}, so that it can be
 * queued under another lock.
 */
final class CallbackQueue {

  /** How an offer went. */
  enum Offer {
    TAKEN,
    /** Taken, and the oldest message was dropped for it. */
    TAKEN_FOR_OLDEST,
    FULL,
    ENDED
  }

  /** Hears how calls went. */
  interface Report {

    /** Calls are being made, one or some. */
    void busy();

    /** A call threw. */
    void failed(String callback, Throwable failure);

    /** A call that was reported as slow has returned. */
    void returned(String callback, Duration after);

    /** The executor refused: nothing is called any more. */
    void stranded(RuntimeException refusal);
  }

  /**
   * How much may wait.
   *
   * @param events how many events
   * @param messages how many messages
   * @param overflow what happens to messages beyond
   */
  record Bounds(int events, int messages, Overflow overflow) {}

  /** Calls that are made before the executor's thread is given to others. */
  private static final int TURN = 256;

  private record Waiting(long order, Callback callback) {}

  private static final class Running {
    private final Thread thread = Thread.currentThread();
    private final String callback;
    private final Instant since;
    private volatile boolean reported;

    Running(String callback, Instant since) {
      this.callback = callback;
      this.since = since;
    }
  }

  private final Executor executor;
  private final Bounds bounds;
  private final InstantSource clock;
  private final Report report;
  private final CompletableFuture<Void> over = new CompletableFuture<>();
  private final Queue<Waiting> events = new ArrayDeque<>();
  private final Queue<Waiting> messages = new ArrayDeque<>();
  private @Nullable Callback last;
  private long order;
  private boolean ended;
  private boolean scheduled;
  private volatile @Nullable Running running;

  /**
   * Makes one.
   *
   * @param last the call that is made when the queue has ended
   */
  CallbackQueue(
      Executor executor, Bounds bounds, InstantSource clock, Callback last, Report report) {
    this.executor = executor;
    this.bounds = bounds;
    this.clock = clock;
    this.last = last;
    this.report = report;
  }

  /** Queues an event. */
  synchronized Offer event(Callback callback) {
    if (ended) {
      return Offer.ENDED;
    }
    if (events.size() >= bounds.events()) {
      return Offer.FULL;
    }
    events.add(new Waiting(order++, callback));
    return Offer.TAKEN;
  }

  /** Queues a message. */
  synchronized Offer message(Callback callback) {
    if (ended) {
      return Offer.ENDED;
    }
    Waiting dropped = null;
    if (messages.size() >= bounds.messages()) {
      if (bounds.overflow() == Overflow.REJECT) {
        return Offer.FULL;
      }
      dropped = messages.poll();
    }
    messages.add(new Waiting(order++, callback));
    if (dropped == null) {
      return Offer.TAKEN;
    }
    discard(List.of(dropped));
    return Offer.TAKEN_FOR_OLDEST;
  }

  /** Takes nothing any more: what waits is called, then the last. */
  synchronized void endAfterRest() {
    ended = true;
  }

  /** Takes nothing any more and drops what waits: only the last is called yet. */
  synchronized void endNow() {
    ended = true;
    discard(messages);
    messages.clear();
    events.clear();
  }

  /** On a thread of its own, for the lock may be held. */
  private static void discard(Collection<Waiting> dropped) {
    if (dropped.isEmpty()) {
      return;
    }
    List<Runnable> tasks = dropped.stream().map(waiting -> waiting.callback().discarded()).toList();
    Thread.ofVirtual().name("cairn-discarded-messages").start(() -> tasks.forEach(Runnable::run));
  }

  /** Complete when the last call has returned, or none is made any more. */
  CompletableFuture<Void> over() {
    return over;
  }

  /** Whether the thread is just making a call of this queue. */
  boolean runsOn(Thread thread) {
    Running now = running;
    return now != null && now.thread.equals(thread);
  }

  /** Whether calls are being made, or will be. */
  synchronized boolean isBusy() {
    return scheduled;
  }

  /** Returns the call that takes longer than it should, the first time that it is asked for. */
  @Nullable String slowCallback(Duration limit) {
    Running now = running;
    if (now == null
        || now.reported
        || Duration.between(now.since, clock.instant()).compareTo(limit) < 0) {
      return null;
    }
    now.reported = true;
    return now.callback;
  }

  /** Has what waits be called, if that is not under way. No lock may be held. */
  void kick() {
    synchronized (this) {
      if (scheduled || (events.isEmpty() && messages.isEmpty() && (!ended || last == null))) {
        return;
      }
      scheduled = true;
    }
    schedule();
  }

  private void schedule() {
    try {
      executor.execute(this::drain);
    } catch (RuntimeException refusal) {
      synchronized (this) {
        last = null;
        endNow();
      }
      over.complete(null);
      report.stranded(refusal);
    }
  }

  private void drain() {
    report.busy();
    boolean more = true;
    try {
      for (int i = 0; i < TURN; i++) {
        Callback next = next();
        if (next == null) {
          more = false;
          return;
        }
        call(next);
      }
    } finally {
      if (more) {
        schedule();
      }
    }
  }

  private synchronized @Nullable Callback next() {
    Waiting event = events.peek();
    Waiting message = messages.peek();
    if (event != null && (message == null || event.order() < message.order())) {
      return events.remove().callback();
    }
    if (message != null) {
      return messages.remove().callback();
    }
    Callback end = ended ? last : null;
    if (end != null) {
      last = null;
      return end;
    }
    scheduled = false;
    if (ended) {
      over.completeAsync(() -> null, task -> Thread.ofVirtual().start(task));
    }
    return null;
  }

  private void call(Callback callback) {
    Running now = new Running(callback.name(), clock.instant());
    running = now;
    try {
      callback.action().run();
    } catch (Throwable failure) {
      report.failed(callback.name(), failure);
      if (isFatal(failure)) {
        throw failure;
      }
    } finally {
      running = null;
      var _ = Thread.interrupted(); // What interrupted this call is not meant for the next.
    }
    if (now.reported) {
      report.returned(callback.name(), Duration.between(now.since, clock.instant()));
    }
  }

  /** A stack that overflows is the callback's own fault; the others are the machine's. */
  private static boolean isFatal(Throwable failure) {
    return failure instanceof VirtualMachineError && !(failure instanceof StackOverflowError);
  }
}
