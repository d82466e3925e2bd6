// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft.thread;

import io.cairn.net.DurationHistogram;
import io.cairn.net.DurationHistogram.Durations;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Tells whether the log's disk is slow, by how long the shards have waited for it: then they had
 * better not wait for it themselves. Safe for all threads.
 */
public final class DiskPace {

  /** A wait that is longer is slow: some fsyncs of a hard disk, and far below a heartbeat. */
  private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** For so long after a slow wait the disk is not trusted again. */
  private static final long DISTRUST_NANOS = TimeUnit.SECONDS.toNanos(10);

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

  /**
   * Creates it for a disk that is quick as far as is known.
   *
   * @param nanos a clock that only goes forward, in nanoseconds
   */
  public DiskPace(LongSupplier nanos) {
    this.nanos = nanos;
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
