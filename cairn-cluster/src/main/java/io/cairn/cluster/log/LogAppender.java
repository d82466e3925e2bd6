// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes records: appending fills one of two buffers; the first who needs its records on disk
 * writes and fsyncs the buffer for all, while the others fill the second and wait.
 *
 * <p>After a failed write or fsync nobody knows what is on disk, so the first failure is final.
 */
final class LogAppender {

  private static final Logger LOG = LoggerFactory.getLogger(LogAppender.class);

  /** The largest buffer; no buffer needs to be larger than a segment. */
  private static final int MAX_BUFFER = 4 << 20;

  /** Room left at a segment's end so that a clean shutdown never needs a new segment. */
  private static final int RESERVE = 2 * LogRecord.HEADER;

  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private static final byte[] EMPTY = new byte[0];

  private final WriteAheadLog log;
  private final SegmentSupply supply;
  private final Consumer<Throwable> onFailure;
  private final boolean patient;
  final ReentrantLock lock = new ReentrantLock();
  private final Condition flushed = lock.newCondition();
  private final CRC32C crc = new CRC32C();

  private Segment current;
  private final int bufferBytes;
  private ByteBuffer active;
  private ByteBuffer spare;

  /** Where the active buffer's first byte goes. */
  private int activeStart;

  /** What the current segment holds durably. */
  private int durableOffset;

  /** Bytes appended and made durable since the start, to compare; written with the lock held. */
  private volatile long appended;

  private volatile long durable;
  private boolean flushing;

  /** Whether somebody was made to wait because the disk has no room. */
  private boolean waiting;

  /** Why nothing more is taken; set with the lock held. */
  private volatile @Nullable Throwable failure;

  LogAppender(
      WriteAheadLog log,
      SegmentSupply supply,
      Segment current,
      int end,
      Consumer<Throwable> onFailure) {
    this.log = log;
    this.supply = supply;
    this.current = current;
    this.activeStart = end;
    this.durableOffset = end;
    this.onFailure = onFailure;
    this.patient = log.isPatient();
    this.bufferBytes = Math.min(MAX_BUFFER, supply.segmentBytes());
    this.active = ByteBuffer.allocateDirect(bufferBytes);
    this.spare = ByteBuffer.allocateDirect(bufferBytes);
  }

  Segment current() {
    return current;
  }

  /**
   * With the lock held, puts a record that was given room and returns its offset in {@link
   * #current()}.
   */
  @SuppressWarnings("NonAtomicVolatileUpdate") // written with the lock held only
  int put(LogRecord record, byte[] payload) {
    int offset = activeStart + active.position();
    LogRecord.write(active, current.seed, record, payload, crc);
    appended += LogRecord.HEADER + payload.length;
    return offset;
  }

  /** Returns how many bytes were appended since the start. */
  long appended() {
    return appended;
  }

  /** Returns how many of them are durable. */
  long durable() {
    return durable;
  }

  /** Tells whether a record may not be in its file yet. */
  boolean isPending(Segment segment, int offset) {
    lock.lock();
    try {
      return segment == current && offset >= durableOffset;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Makes room for an ordinary or essential record; waits while the disk has none. May give the
   * lock away meanwhile. The lock is held.
   *
   * @param essential whether the spare segment may be taken for it
   */
  void makeRoom(int bytes, boolean essential) throws IOException {
    while (true) {
      try {
        tryMakeRoom(bytes, essential);
        if (waiting) {
          waiting = false;
          LOG.info("The log in {} has room again and goes on", log.directory());
        }
        return;
      } catch (NoRoomException full) {
        awaitRoom(full);
      }
    }
  }

  /**
   * Waits a little. Who proposes is refused before it comes to this, unless something else fills
   * the disk meanwhile. The lock is held.
   */
  @SuppressWarnings({"WaitNotInLoop", "ResultOfMethodCallIgnored"}) // makeRoom loops
  private void awaitRoom(NoRoomException full) throws IOException {
    if (!patient) {
      fail(full);
      throw full;
    }
    if (!waiting) {
      waiting = true;
      LOG.warn("The log has no room and waits, and so do updates: {}", full.getMessage());
    }
    try {
      var _ = flushed.awaitNanos(RETRY_NANOS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LogFailedException("interrupted while the log had no room", full);
    }
  }

  /**
   * Makes room in the buffer; may give the lock away meanwhile. The lock is held.
   *
   * @throws NoRoomException if the disk has none now; nothing has failed
   */
  void tryMakeRoom(int bytes, boolean essential) throws IOException {
    while (true) {
      ensureUsable();
      boolean fresh = active.position() == 0;
      int needed = bytes + (fresh ? LogRecord.HEADER : 0);
      if ((current.spare && !essential)
          || (long) activeStart + active.position() + needed + RESERVE > current.size) {
        roll(bytes, essential);
      } else if (active.remaining() < needed && fresh) {
        active = ByteBuffer.allocateDirect(needed);
      } else if (active.remaining() < needed) {
        flushOnce();
      } else {
        if (fresh) {
          put(batchMark(), EMPTY);
        }
        return;
      }
    }
  }

  private LogRecord batchMark() {
    LogRecord mark = new LogRecord();
    mark.type = LogRecord.BATCH;
    mark.index = durableOffset;
    return mark;
  }

  /** Waits until everything appended before the call is durable. */
  void flush() throws IOException {
    lock.lock();
    try {
      long target = appended;
      while (durable < target) {
        ensureUsable();
        flushOnce();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Writes the active buffer out, or waits for the one being written. The lock is held. */
  @SuppressWarnings("WaitNotInLoop") // the callers loop, each until its own condition holds
  private void flushOnce() throws IOException {
    if (flushing) {
      flushed.awaitUninterruptibly();
      return;
    }
    flushing = true;
    ByteBuffer full = active;
    int start = activeStart;
    Segment segment = current;
    long upTo = appended;
    active = spare;
    int writtenBytes = full.position();
    activeStart = start + writtenBytes;
    lock.unlock();
    Throwable failed = null;
    try {
      write(segment, full, start);
    } catch (Throwable t) {
      failed = t;
    } finally {
      lock.lock();
    }
    flushing = false;
    spare = full.capacity() == bufferBytes ? full.clear() : ByteBuffer.allocateDirect(bufferBytes);
    if (failed == null && activeStart > current.size / 2) {
      supply.prepare();
    }
    if (failed == null) {
      durable = upTo;
      durableOffset = start + writtenBytes;
    } else {
      fail(failed);
    }
    flushed.signalAll();
    ensureUsable();
  }

  /** Writes a buffer at a segment's end, durably. For one thread at a time. */
  private static void write(Segment segment, ByteBuffer bytes, int start) throws IOException {
    segment.file.write(bytes.flip(), start);
    segment.file.force();
    segment.sum.update(bytes.rewind());
    segment.end = start + bytes.limit();
  }

  /** Goes on in a new segment that begins with all replica sets' definitions. The lock is held. */
  @SuppressWarnings("WaitNotInLoop") // makeRoom loops, and may find that another has rolled
  private void roll(int bytes, boolean essential) throws IOException {
    if (flushing) {
      flushed.awaitUninterruptibly();
      return;
    }
    try {
      if (active.position() > 0) {
        int end = activeStart + active.position();
        write(current, active, activeStart);
        active.clear();
        activeStart = end;
        durableOffset = end;
      }
      durable = appended;
      int needed = Segment.HEADER + log.definitionsBytes() + LogRecord.HEADER + bytes + RESERVE;
      current = supply.take(current.sequence + 1, activeStart, needed, essential);
      activeStart = Segment.HEADER;
      durableOffset = Segment.HEADER;
      log.rolled(current);
    } catch (NoRoomException full) {
      throw full; // nothing was lost, and nothing is in doubt
    } catch (Throwable t) {
      fail(t);
      throw t;
    } finally {
      flushed.signalAll();
    }
    log.writeDefinitions();
    supply.prepareSpare();
  }

  /** Ends the log for good. The lock is held. */
  void fail(Throwable cause) {
    if (failure == null) {
      failure = cause;
      onFailure.accept(cause);
    }
    flushed.signalAll();
  }

  boolean isUsable() {
    return failure == null;
  }

  private void ensureUsable() throws LogFailedException {
    if (failure != null) {
      throw new LogFailedException("the log takes nothing more: " + failure, failure);
    }
  }

  /**
   * Makes everything durable, notes that, and refuses all further use.
   *
   * @return whether all that was appended is durable, and this call the one that saw to it
   */
  boolean close() throws IOException {
    lock.lock();
    try {
      boolean closes = failure == null;
      if (closes) {
        flush();
        // Marks all before it as durable, so that damage to the last write is told from a torn one.
        put(batchMark(), EMPTY);
        flush();
        failure = new LogFailedException("the log is closed", null);
      }
      while (flushing) {
        flushed.awaitUninterruptibly();
      }
      flushed.signalAll();
      return closes;
    } finally {
      lock.unlock();
    }
  }
}
