// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import io.cairn.net.HttpLimits;
import io.cairn.net.OncePerMinute;
import io.cairn.net.server.stream.ServerBodyStream;
import io.cairn.net.server.stream.ServerEventStream;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The memory that answers hold until their clients have read them, and the places that there are
 * for event streams, which may never end. Thread-safe.
 *
 * <p>When there is no room for another, that one is refused, and those that were given time enough
 * to be read even over a slow line lose what they have not read: whoever asks and does not read
 * keeps nobody else from being answered. A lone answer is let in whatever its size.
 */
final class UnreadAnswers {
  /** Bytes of a body that are not worth counting: small answers cost nothing here. */
  static final int UNCOUNTED = 8 << 10;

  private static final Logger LOG = LoggerFactory.getLogger(UnreadAnswers.class);
  private static final int SHARE_OF_HEAP = 8;

  /** What every reader is given before the pace counts. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** The pace that is asked of readers while others are refused. */
  private static final long BYTES_PER_SECOND = 1 << 20;

  private final long limit;
  private final int maxEventStreams;
  private final LongSupplier nanoTime;
  private final OncePerMinute warnings;
  private final AtomicLong held = new AtomicLong();
  private final AtomicInteger eventStreams = new AtomicInteger();
  private final Set<Unread> unread = ConcurrentHashMap.newKeySet();

  UnreadAnswers(long limit, int maxEventStreams, LongSupplier nanoTime) {
    this.limit = limit;
    this.maxEventStreams = maxEventStreams;
    this.nanoTime = nanoTime;
    this.warnings = new OncePerMinute(nanoTime);
  }

  /** Returns the memory that the limits grant. */
  static UnreadAnswers of(HttpLimits limits, LongSupplier nanoTime) {
    long asked = limits.unreadAnswerBudget();
    return new UnreadAnswers(
        asked > 0 ? asked : Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP,
        limits.maxEventStreams(),
        nanoTime);
  }

  /** Returns how many bytes are held. */
  long held() {
    return held.get();
  }

  /**
   * Counts an answer in until it has left or is lost.
   *
   * @param drop gives it up, later; any thread
   */
  Unread admit(int bytes, Runnable drop) throws RequestRefusedException {
    long now = held.addAndGet(bytes);
    if (now > limit && now != bytes) {
      held.addAndGet(-bytes);
      makeRoom();
      throw new RequestRefusedException(
          503,
          "Answers that their clients have not read fill the memory that there is for them, "
              + limit
              + " bytes: send this request again later, or ask for less");
    }
    return admitted(bytes, drop, false);
  }

  /**
   * Counts an event stream in, whose events are counted as they wait, until it has left or is lost.
   *
   * @param drop gives it up, later; any thread
   */
  Unread admitEvents(Runnable drop) throws RequestRefusedException {
    if (eventStreams.incrementAndGet() > maxEventStreams) {
      eventStreams.decrementAndGet();
      throw new RequestRefusedException(
          503,
          "As many event streams are open as this server keeps, "
              + maxEventStreams
              + " (maxEventStreams): close those that nobody reads, or ask again later");
    }
    return admitted(0, drop, true);
  }

  private Unread admitted(int bytes, Runnable drop, boolean events) {
    Unread counted = new Unread(bytes, drop, events);
    unread.add(counted);
    return counted;
  }

  /** Returns how many event streams have places. */
  int eventStreams() {
    return eventStreams.get();
  }

  private void makeRoom() {
    long now = nanoTime.getAsLong();
    for (Unread each : unread) {
      if (each.bytes > 0 && now - each.since > each.patienceNanos()) {
        each.drop.run();
      }
    }
    if (warnings.isDue()) {
      LOG.warn(
          "Clients ask for large answers or events and do not read them: {} bytes wait, as many as"
              + " this server keeps. Further large answers are refused with 503, further events"
              + " dropped, and the slowest readers lose theirs. Give the process more heap if these"
              + " clients are honest",
          held.get());
    }
  }

  /** One answer that is not read yet. Its lock guards what changes its size. */
  final class Unread implements ServerEventStream.Room {
    private final Runnable drop;
    private final boolean events;
    private volatile int bytes;
    private volatile long since = nanoTime.getAsLong();
    private int read;

    private Unread(int bytes, Runnable drop, boolean events) {
      this.bytes = bytes;
      this.drop = drop;
      this.events = events;
    }

    @Override
    public synchronized boolean change(int difference) {
      if (!unread.contains(this)) {
        return true; // it has left, and nothing of it counts any more
      }
      long now = held.addAndGet(difference);
      if (difference > 0 && now > limit && now != bytes + difference) {
        held.addAndGet(-difference);
        makeRoom();
        return false;
      }
      read -= Math.min(0, difference);
      if (bytes == 0 || read >= ServerBodyStream.WINDOW) {
        read = 0;
        readOn();
      }
      bytes += difference;
      return true;
    }

    private long patienceNanos() {
      return PATIENCE_NANOS + TimeUnit.SECONDS.toNanos(1) * bytes / BYTES_PER_SECOND;
    }

    /** The client has read on, and is given its time again. */
    void readOn() {
      since = nanoTime.getAsLong();
    }

    /** Counts it out; may be called again. */
    synchronized void left() {
      if (unread.remove(this)) {
        held.addAndGet(-bytes);
        if (events) {
          eventStreams.decrementAndGet();
        }
      }
    }
  }
}
