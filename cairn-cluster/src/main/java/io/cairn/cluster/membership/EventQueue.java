// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings events to one listener, one at a time and in order, in a thread that waits for nobody
 * else. A listener that falls too far behind loses events, which is counted, and logged as an error
 * once until it has caught up. The queue is guarded by this object's lock.
 */
final class EventQueue {

  private static final Logger LOG = LoggerFactory.getLogger(EventQueue.class);

  static final int CAPACITY = 16_384;

  private final MembershipListener listener;
  private final Executor executor;
  private final LongAdder lost;
  private final ArrayDeque<MembershipEvent> events = new ArrayDeque<>();
  private boolean running;
  private boolean behind;

  EventQueue(MembershipListener listener, Executor executor, LongAdder lost) {
    this.listener = listener;
    this.executor = executor;
    this.lost = lost;
  }

  void offer(MembershipEvent event) {
    synchronized (this) {
      if (events.size() >= CAPACITY) {
        lost.increment();
        if (!behind) {
          behind = true;
          LOG.error(
              "Listener {} is {} events behind and misses {} and maybe more",
              listener,
              CAPACITY,
              event);
        }
        return;
      }
      events.add(event);
      if (running) {
        return;
      }
      running = true;
    }
    try {
      executor.execute(this::drain);
    } catch (RejectedExecutionException closing) {
      LOG.debug("Nobody delivers {} any more", event, closing);
    }
  }

  private void drain() {
    for (MembershipEvent event = next(); event != null; event = next()) {
      try {
        listener.onEvent(event);
      } catch (Throwable t) {
        LOG.error("Listener {} failed at {}", listener, event, t);
      }
    }
  }

  private synchronized @Nullable MembershipEvent next() {
    MembershipEvent event = events.poll();
    running = event != null;
    behind &= running;
    return event;
  }
}
