// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.routing;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait until somebody owns their document. They go on when the leader of their partition
 * changes. Because that is not all that may keep them, and this node need not hear of it, they look
 * again now and then, too; one timer, which runs only while somebody waits, serves all of them.
 * Thread-safe.
 */
final class OwnerWaits {

  /** More do not wait. */
  static final int LIMIT = 10_000;

  private static final long TICK_MILLIS = 10;

  private final ScheduledExecutorService timer;
  private final Executor handlers;
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicLong news = new AtomicLong();
  private final AtomicLong ticks = new AtomicLong();
  private final AtomicBoolean ticking = new AtomicBoolean();
  private final Map<Waiting, Place> waiting = new ConcurrentHashMap<>();

  /** Somebody who waits. */
  interface Waiting {

    /** Looks again; on a thread that may block. */
    void again();

    /** Nobody will look again, because this host stops. */
    void stopped();
  }

  /**
   * Where one waits.
   *
   * @param partition the partition whose leader matters; null if it is not known
   * @param dueTick when it looks again at the latest
   */
  private record Place(@Nullable String partition, long dueTick) {}

  /**
   * Creates it.
   *
   * @param timer runs what is due
   * @param handlers runs those who go on
   */
  OwnerWaits(ScheduledExecutorService timer, Executor handlers) {
    this.timer = timer;
    this.handlers = handlers;
  }

  /** Counts the changes of leaders; who looks for an owner asks before it does so. */
  long news() {
    return news.get();
  }

  /**
   * Lets one wait.
   *
   * @param partition the name of the partition that it waits for; null if it is not known
   * @param seen what {@link #news} said before it last looked: if a leader has changed since, it
   *     looks again at once
   * @param millis after how long it looks again at the latest
   * @return false if too many wait already
   */
  boolean add(Waiting one, @Nullable String partition, long seen, long millis) {
    if (count.incrementAndGet() > LIMIT) {
      count.decrementAndGet();
      return false;
    }
    // One tick more, because the present one may be about to end.
    waiting.put(one, new Place(partition, ticks.get() + 1 + millis / TICK_MILLIS));
    if (news.get() != seen) {
      goOn(one);
    } else {
      tickLater();
    }
    return true;
  }

  /** The leader of a partition has changed, or is ready. Short, and does not block. */
  void changed(String partition) {
    news.incrementAndGet(); // before the look at who waits
    if (!waiting.isEmpty()) {
      handlers.execute(() -> wake(partition));
    }
  }

  private void wake(String partition) {
    waiting.forEach(
        (one, place) -> {
          if (place.partition() == null || partition.equals(place.partition())) {
            goOn(one);
          }
        });
  }

  private void tickLater() {
    if (!waiting.isEmpty() && ticking.compareAndSet(false, true)) {
      try {
        var _ = timer.schedule(this::tick, TICK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException e) {
        ticking.set(false);
        waiting.keySet().forEach(this::stop);
      }
    }
  }

  private void tick() {
    long now = ticks.incrementAndGet();
    waiting.forEach(
        (one, place) -> {
          if (place.dueTick() <= now) {
            goOn(one);
          }
        });
    ticking.set(false);
    tickLater();
  }

  private void goOn(Waiting one) {
    if (leave(one)) {
      handlers.execute(one::again);
    }
  }

  private void stop(Waiting one) {
    if (leave(one)) {
      one.stopped();
    }
  }

  private boolean leave(Waiting one) {
    boolean left = Objects.nonNull(waiting.remove(one));
    if (left) {
      count.decrementAndGet();
    }
    return left;
  }
}
