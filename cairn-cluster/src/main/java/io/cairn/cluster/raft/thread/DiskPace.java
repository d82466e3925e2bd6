// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft.thread;

import io.cairn.cluster.DiskWaits;
import io.cairn.net.DurationHistogram;
import io.cairn.net.DurationHistogram.Durations;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether the log's disk is slow, by how long the shards have waited for it: then they had
 * better not wait for it themselves. Safe for all threads.
 */
public final class DiskPace {

  /** A wait that is longer is slow: some fsyncs of a hard disk, and far below a heartbeat. */
  private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** For so long after a slow wait the disk is not trusted again. */
  private static final long DISTRUST_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** Something that waits for the disk. */
  public interface Wait {

    /** Returns when the disk has done it. */
    void run() throws IOException;
  }

  private final LongSupplier nanos;
  private final DurationHistogram waits = new DurationHistogram();

  /** Since when who waits. */
  private final Map<Thread, Long> waiting = new ConcurrentHashMap<>();

  private volatile boolean wasSlow;
  private volatile long lastSlow;

  /** The minute that has begun, and the one before. */
  private Minute present;

  private @Nullable Minute last;

  /** What the waits of one minute came to. */
  private static final class Minute {
    private final long begin;
    private long waits;
    private long slow;
    private long longestNanos;

    Minute(long begin) {
      this.begin = begin;
    }
  }

  /**
   * Creates it for a disk that is quick as far as is known.
   *
   * @param nanos a clock that only goes forward, in nanoseconds
   */
  public DiskPace(LongSupplier nanos) {
    this.nanos = nanos;
    this.present = new Minute(nanos.getAsLong());
  }

  /** Waits for the disk, and takes note of how long that takes. */
  public void measure(Wait wait) throws IOException {
    long begin = nanos.getAsLong();
    waiting.put(Thread.currentThread(), begin);
    LogFlushEvent event = new LogFlushEvent();
    event.begin();
    try {
      wait.run();
    } finally {
      event.commit();
      waiting.remove(Thread.currentThread());
      long end = nanos.getAsLong();
      waits.note(end - begin);
      if (end - begin > SLOW_NANOS) {
        lastSlow = end;
        wasSlow = true;
      }
      count(end, end - begin);
    }
  }

  private synchronized void count(long now, long took) {
    Minute minute = minute(now);
    minute.waits++;
    minute.slow += took > SLOW_NANOS ? 1 : 0;
    minute.longestNanos = Math.max(minute.longestNanos, took);
  }

  private Minute minute(long now) {
    if (now - present.begin >= MINUTE_NANOS) {
      last = now - present.begin < 2 * MINUTE_NANOS ? present : null;
      present = new Minute(now);
    }
    return present;
  }

  /** Returns how the waits of the last one to two minutes were, those that go on among them. */
  public DiskWaits recent() {
    long now = nanos.getAsLong();
    long longest = 0;
    for (long begin : waiting.values()) {
      longest = Math.max(longest, now - begin);
    }
    long slow = longest > SLOW_NANOS ? 1 : 0;
    synchronized (this) {
      Minute minute = minute(now);
      Minute before = last == null ? new Minute(now) : last;
      return new DiskWaits(
          minute.waits + before.waits,
          minute.slow + before.slow + slow,
          Duration.ofNanos(Math.max(longest, Math.max(minute.longestNanos, before.longestNanos))));
    }
  }

  /** Returns how long the waits took. */
  public Durations waits() {
    return waits.durations();
  }

  /** Tells whether a wait was slow a short time ago, or is slow already. */
  public boolean isSlow() {
    long now = nanos.getAsLong();
    if (wasSlow && now - lastSlow < DISTRUST_NANOS) {
      return true;
    }
    for (long begin : waiting.values()) {
      if (now - begin > SLOW_NANOS) {
        return true;
      }
    }
    return false;
  }
}
