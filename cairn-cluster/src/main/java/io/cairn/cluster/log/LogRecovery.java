// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a log back, verifying every record, and cuts a torn tail.
 *
 * <p>A tail is torn if the bad record can be the rest of a write that was never followed by an
 * fsync: nothing intact lies behind it, or only records of the same write while the bad one has a
 * hole of unwritten (zero) sectors, as a power failure leaves it. Everything else is damage to what
 * was acknowledged, and refused.
 */
final class LogRecovery {

  private static final Logger LOG = LoggerFactory.getLogger(LogRecovery.class);
  private static final int SECTOR = 512;
  private static final int ZEROS = 1 << 16;

  /** The bytes of a record that hold its length. */
  private static final int LENGTH = 4;

  private static final int WINDOW = 1 << 20;
  private static final byte[] EMPTY = new byte[0];

  private final WriteAheadLog log;
  private final LogState state;
  private final int maxPayload;

  LogRecovery(WriteAheadLog log, LogState state, int maxPayload) {
    this.log = log;
    this.state = state;
    this.maxPayload = maxPayload;
  }

  /**
   * Reads all segments.
   *
   * @param note what the last stop has left, if it was a clean one
   * @return where the last segment's records end; 0 if there is no segment
   */
  int recover(Path directory, LogFileSystem files, ClosingNote note) throws IOException {
    try {
      openSegments(directory, files);
      if (state.segments.isEmpty()) {
        return 0;
      }
      int end = note.read(log, state);
      return end < 0 ? scanAll() : end;
    } catch (IOException | RuntimeException e) {
      for (Segment segment : state.segments.values()) {
        segment.file.close();
      }
      throw e;
    }
  }

  private int scanAll() throws IOException {
    int end = 0;
    for (Segment segment : state.segments.values()) {
      end = scan(segment);
      segment.end = end;
    }
    return end;
  }

  private void openSegments(Path directory, LogFileSystem files) throws IOException {
    List<String> names = new ArrayList<>(files.list(directory));
    names.removeIf(name -> Segment.sequenceOf(name) < 0);
    names.sort(null);
    for (String name : names) {
      Segment segment =
          Segment.open(name, Segment.sequenceOf(name), files.open(directory.resolve(name)));
      if (!state.segments.isEmpty() && state.segments.lastKey() + 1 != segment.sequence) {
        segment.file.close();
        throw new LogCorruptedException(
            name,
            -1,
            "the segment before it, " + Segment.nameOf(segment.sequence - 1) + ", is missing");
      }
      state.segments.put(segment.sequence, segment);
    }
  }

  private int scan(Segment segment) throws IOException {
    SegmentReader reader = new SegmentReader(segment, maxPayload, segment.size, WINDOW);
    long offset = Segment.HEADER;
    segment.sum.reset();
    while (reader.standOn(offset)) {
      reader.addTo(segment.sum);
      byte[] payload = reader.record.type == LogRecord.ENTRY ? EMPTY : reader.payload();
      String wrong = state.note(log, reader.record, segment, offset, payload);
      if (wrong != null) {
        throw new LogCorruptedException(segment.name, offset, wrong);
      }
      offset = reader.record.end(offset);
    }
    Segment next = state.segments.get(segment.sequence + 1);
    if (next == null) {
      if (!isBlankBehind(segment, offset)) { // it nearly always is
        checkTail(segment, offset);
        clearBehind(segment, (int) offset);
      }
    } else if (next.previousEnd != offset) {
      throw new LogCorruptedException(
          segment.name, offset, "a record is damaged, although later segments follow");
    }
    return (int) offset;
  }

  private static boolean isBlankBehind(Segment segment, long end) throws IOException {
    ByteBuffer window = ByteBuffer.allocate(ZEROS);
    for (long at = end; at < segment.size; at += window.capacity()) {
      window.clear().limit((int) Math.min(window.capacity(), segment.size - at));
      segment.file.read(window, at);
      if (window.hasRemaining() || firstNonZero(window.flip()) != null) {
        return false;
      }
    }
    return true;
  }

  private void checkTail(Segment segment, long bad) throws IOException {
    SegmentReader reader = new SegmentReader(segment, maxPayload, segment.size, WINDOW);
    long nextIntact = -1;
    long at = bad + 1;
    while (at <= segment.size - LogRecord.HEADER) {
      byte type = reader.byteAt(at + 12);
      if (type < LogRecord.ENTRY || type > LogRecord.LAST_TYPE || !reader.standOn(at)) {
        at++;
        continue;
      }
      nextIntact = nextIntact < 0 ? at : nextIntact;
      if (reader.record.type == LogRecord.BATCH && reader.record.index > bad) {
        throw damaged(segment, bad);
      }
      at = reader.record.end(at);
    }
    if (nextIntact >= 0 && !hasUnwrittenSector(reader, bad, nextIntact)) {
      throw damaged(segment, bad);
    }
  }

  private static LogCorruptedException damaged(Segment segment, long offset) {
    return new LogCorruptedException(
        segment.name, offset, "a record is damaged, although intact records follow it");
  }

  private boolean hasUnwrittenSector(SegmentReader reader, long bad, long nextIntact)
      throws IOException {
    long end = nextIntact;
    if (reader.standOnUnverified(bad)) {
      end = Math.max(end, reader.record.end(bad));
    }
    for (long from = bad; from < end; from = (from / SECTOR + 1) * SECTOR) {
      long to = Math.min(end, (from / SECTOR + 1) * SECTOR);
      boolean zero = to - from >= telling(bad, nextIntact);
      for (long at = from; at < to && zero; at++) {
        zero = reader.byteAt(at) == 0;
      }
      if (zero) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns how many zeros tell of an unwritten sector. The first of them may be the length of an
   * empty record, and mean nothing; a byte of the checksum is hardly ever zero.
   */
  private static int telling(long bad, long nextIntact) {
    return nextIntact == bad + LogRecord.HEADER ? LENGTH + 1 : LENGTH;
  }

  /** Nothing that lies behind the end may ever be read as a record, or look like one. */
  private static void clearBehind(Segment segment, int end) throws IOException {
    long written = segment.file.size();
    ByteBuffer chunk = ByteBuffer.allocate(ZEROS);
    boolean cut = false;
    for (long at = end; at < segment.size; at += chunk.capacity()) {
      chunk.clear().limit((int) Math.min(chunk.capacity(), segment.size - at));
      int size = chunk.limit();
      segment.file.read(chunk, at);
      if (at + size > written || firstNonZero(chunk.flip()) != null) {
        cut = true;
        segment.file.write(ByteBuffer.allocate(size), at);
      }
    }
    if (cut) {
      LOG.warn("Cut an unfinished write at the end of the log: {}, offset {}", segment.name, end);
      segment.file.force();
    }
  }

  private static @Nullable Integer firstNonZero(ByteBuffer bytes) {
    int mismatch = bytes.mismatch(ByteBuffer.allocate(bytes.limit()));
    return mismatch < 0 ? null : mismatch;
  }
}
