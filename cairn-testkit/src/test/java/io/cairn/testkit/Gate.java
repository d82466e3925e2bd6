// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a test sees of the handlers of its services, and how it holds them up: who runs, what ran,
 * how many objects were made.
 */
final class Gate {

  private static final long LIMIT_SECONDS = 60;

  final AtomicInteger constructed = new AtomicInteger();
  final AtomicInteger started = new AtomicInteger();
  final AtomicInteger inside = new AtomicInteger();

  /** The most handlers that ever ran at once for any one document. */
  final AtomicInteger mostAtOnce = new AtomicInteger();

  /** The marks that reached a handler, in order. */
  final Queue<String> executed = new ConcurrentLinkedQueue<>();

  private final ConcurrentMap<String, AtomicInteger> running = new ConcurrentHashMap<>();
  private final CountDownLatch opened = new CountDownLatch(1);

  void enter(String link) {
    inside.incrementAndGet();
    int now = running.computeIfAbsent(link, any -> new AtomicInteger()).incrementAndGet();
    mostAtOnce.accumulateAndGet(now, Math::max);
  }

  void leave(String link) {
    running.computeIfAbsent(link, any -> new AtomicInteger()).decrementAndGet();
    inside.decrementAndGet();
  }

  /** Holds the calling handler until {@link #open}. */
  void pass() {
    try {
      if (!opened.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the test never opened the gate");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  void open() {
    opened.countDown();
  }
}
