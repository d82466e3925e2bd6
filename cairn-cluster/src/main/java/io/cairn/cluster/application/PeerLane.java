// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Hands messages to one launch of a node over to the network, one after the other in the order in
 * which they were given, so that they are numbered as they are sent. The thread that finds nobody
 * handing over does so for all, and no lock is held meanwhile. Thread-safe.
 */
final class PeerLane {

  private final String launchId;
  private final int capacity;
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicInteger given = new AtomicInteger();
  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

  /**
   * Makes one.
   *
   * @param capacity how many messages without an answer there may be
   */
  PeerLane(String launchId, int capacity) {
    this.launchId = launchId;
    this.capacity = capacity;
  }

  String launchId() {
    return launchId;
  }

  /** Takes a place for a message; says whether there was one. */
  boolean enter() {
    if (underWay.incrementAndGet() <= capacity) {
      return true;
    }
    underWay.decrementAndGet();
    return false;
  }

  /** The message has its answer. */
  void leave() {
    underWay.decrementAndGet();
  }

  /** Has a message be handed over, by this thread or another. The action does not throw. */
  void handOver(Runnable action) {
    waiting.add(action);
    if (given.getAndIncrement() > 0) {
      return;
    }
    do {
      Runnable next = waiting.poll();
      if (next != null) {
        next.run();
      }
    } while (given.decrementAndGet() > 0);
  }
}
