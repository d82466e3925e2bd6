// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Looks from time to time, on a thread of its own, for callbacks that take too long. */
final class SlowCallbackWatch implements AutoCloseable {

  private static final int LOOKS_PER_LIMIT = 4;
  private static final long SHORTEST_MILLIS = 50;
  private static final long LONGEST_MILLIS = 1_000;

  private final Subscribers subscribers;
  private final long intervalMillis;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("cairn-slow-callbacks").factory());

  SlowCallbackWatch(Subscribers subscribers, Duration limit) {
    this.subscribers = subscribers;
    this.intervalMillis =
        Math.clamp(limit.toMillis() / LOOKS_PER_LIMIT, SHORTEST_MILLIS, LONGEST_MILLIS);
  }

  void start() {
    var _ =
        timer.scheduleWithFixedDelay(
            this::look, intervalMillis, intervalMillis, TimeUnit.MILLISECONDS);
  }

  void look() {
    subscribers.all().forEach(Subscriber::lookForSlowCallback);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
