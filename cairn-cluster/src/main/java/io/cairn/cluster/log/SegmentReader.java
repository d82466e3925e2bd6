// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Walks over the records of one segment through a sliding window. For one thread. */
final class SegmentReader {

  private final Segment segment;
  private final int maxPayload;
  private final long limit;
  private final int windowBytes;
  private final CRC32C crc = new CRC32C();
  private ByteBuffer window;
  private long windowStart;

  final LogRecord record = new LogRecord();
  long offset;

  /**
   * Creates a reader.
   *
   * @param segment the segment
   * @param maxPayload the largest payload to believe in
   * @param limit where to stop, in bytes from the file's start
   * @param windowBytes how much to read at a time: much to read all, little to leap
   */
  SegmentReader(Segment segment, int maxPayload, long limit, int windowBytes) {
    this.segment = segment;
    this.maxPayload = maxPayload;
    this.limit = limit;
    this.windowBytes = windowBytes;
    this.window = ByteBuffer.allocate((int) Math.min(windowBytes, limit)).limit(0);
  }

  /** Tells whether an intact record begins at {@code at}, and stands on it then. */
  boolean standOn(long at) throws IOException {
    return standOnUnverified(at)
        && load(at, LogRecord.HEADER + record.length)
        && record.isIntact(window, (int) (at - windowStart), segment.seed, crc);
  }

  /**
   * As {@link #standOn} for a place known to hold an intact record, without reading its payload.
   */
  boolean standOnUnverified(long at) throws IOException {
    offset = at;
    return load(at, LogRecord.HEADER)
        && record.parse(
            window, (int) (at - windowStart), Math.min(maxPayload, limit - at - LogRecord.HEADER));
  }

  /** Drops what has been read ahead: it may have been written since. */
  void forget() {
    window.clear().limit(0);
  }

  byte[] payload() throws IOException {
    byte[] bytes = new byte[record.length];
    if (!load(offset, LogRecord.HEADER + record.length)) {
      throw new LogCorruptedException(segment.name, offset, "the file ends within a record");
    }
    window.get((int) (offset - windowStart) + LogRecord.HEADER, bytes);
    return bytes;
  }

  /** Adds the bytes of the record that {@link #standOn} stands on to a sum. */
  void addTo(CRC32C sum) {
    int begin = (int) (offset - windowStart);
    sum.update(window.duplicate().limit(begin + LogRecord.HEADER + record.length).position(begin));
  }

  /** Returns the byte at {@code at}, or 0 beyond the end. */
  byte byteAt(long at) throws IOException {
    return load(at, 1) ? window.get((int) (at - windowStart)) : 0;
  }

  private boolean load(long from, int count) throws IOException {
    if (from + count > limit) {
      return false;
    }
    if (from >= windowStart && from + count <= windowStart + window.limit()) {
      return true;
    }
    if (count > window.capacity()) {
      window = ByteBuffer.allocate(count + windowBytes);
    }
    window.clear().limit((int) Math.min(window.capacity(), limit - from));
    int read = segment.file.read(window, from);
    windowStart = from;
    window.position(0).limit(Math.max(read, 0));
    return count <= window.limit();
  }
}
