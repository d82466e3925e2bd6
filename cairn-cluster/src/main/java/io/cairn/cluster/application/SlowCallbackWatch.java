// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Looks for callbacks that take too long, on a thread of its own: now and then while callbacks are
 * made, and not at all otherwise. Thread-safe.
 */
final class SlowCallbackWatch implements AutoCloseable {

  private static final int LOOKS_PER_LIMIT = 4;
  private static final long SHORTEST_MILLIS = 50;
  private static final long LONGEST_MILLIS = 1_000;

  private final long intervalMillis;
  private final AtomicBoolean planned = new AtomicBoolean();
  private volatile Supplier<? extends Collection<Subscriber>> subscribers = List::of;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("cairn-slow-callbacks").factory());

  SlowCallbackWatch(Duration limit) {
    this.intervalMillis =
        Math.clamp(limit.toMillis() / LOOKS_PER_LIMIT, SHORTEST_MILLIS, LONGEST_MILLIS);
  }

  /** Says whose callbacks to look at. */
  void start(Supplier<? extends Collection<Subscriber>> value) {
    subscribers = value;
    stir();
  }

  /** Callbacks are made, one or some: looks how long they take. Cheap while a look is planned. */
  void stir() {
    if (!planned.get() && planned.compareAndSet(false, true)) {
      try {
        var _ = timer.schedule(this::lookAgain, intervalMillis, TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException _) {
        // Closed: nobody looks any more.
      }
    }
  }

  private void lookAgain() {
    planned.set(false);
    if (look()) {
      stir();
    }
  }

  /** Looks once; says whether a callback is being made. */
  boolean look() {
    boolean busy = false;
    for (Subscriber subscriber : subscribers.get()) {
      busy |= subscriber.lookForSlowCallback();
    }
    return busy;
  }

  /** Whether another look is planned. */
  boolean isPlanned() {
    return planned.get();
  }

  @Override
  public void close() {
    var _ = timer.shutdownNow();
  }
}
