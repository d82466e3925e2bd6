// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Finds what may be deleted, and moves a quiet replica set's last entries out of the way. */
final class LogCleaner {

  /** What is carried forward at most: it is copied while all appenders wait. */
  private static final int CARRIED_BYTES = 1 << 20;

  private final LogState state;

  private final int carriedBytes;

  LogCleaner(LogState state, int segmentBytes) {
    this.state = state;
    this.carriedBytes = Math.min(CARRIED_BYTES, segmentBytes / 4);
  }

  /**
   * Takes the segments nobody needs out of the log, oldest first, and puts them into {@code free}.
   * Each later segment holds all definitions, so that the log can be read from there. The lock is
   * held.
   *
   * @param kept the sequence number of a segment to keep, with all after it
   * @return the replica sets that need the oldest segment left, if it is not the only one
   */
  List<LogPart> detachReleased(long kept, List<Segment> free) {
    while (state.segments.firstKey() < kept) {
      Segment oldest = state.segments.firstEntry().getValue();
      List<LogPart> pinning = pinning(oldest);
      if (!pinning.isEmpty()) {
        return pinning;
      }
      free.add(oldest);
      state.segments.remove(oldest.sequence);
      state.parts().forEach(part -> part.isOnlyIn(state.segments));
    }
    return List.of();
  }

  private List<LogPart> pinning(Segment segment) {
    List<LogPart> pinning = new ArrayList<>();
    for (LogPart part : state.parts()) {
      if (segment.lastIndexes.getOrDefault(part.number, 0L) > part.released()) {
        pinning.add(part);
      }
    }
    return pinning;
  }

  /** Writes the replica set's live entries again, as one record. The lock is held. */
  boolean carryForward(LogPart part, LogAppender appender) throws IOException {
    long from = part.released() + 1;
    long last = part.lastIndexLocked();
    if (part.forgotten || from > last || part.entries.first() > from) {
      return false;
    }
    byte[] moved = collect(part, from, last);
    if (moved == null) {
      return false;
    }
    try {
      appender.tryMakeRoom(LogRecord.HEADER + moved.length, false);
    } catch (NoRoomException later) {
      return false;
    }
    if (part.forgotten || part.lastIndexLocked() != last) {
      return false; // not so quiet: it changed while room was made
    }
    seal(moved, appender.current().seed);
    LogRecord carry = part.carryRecord(from);
    int offset = appender.put(carry, moved);
    Segment segment = appender.current();
    String wrong = part.note(carry, segment, LogState.place(segment, offset), moved);
    if (wrong != null) {
      throw new IllegalStateException(wrong);
    }
    return true;
  }

  /** Returns the records as they lie in the log, or null if they are too many. */
  private byte @Nullable [] collect(LogPart part, long from, long last) throws IOException {
    ByteBuffer moved = ByteBuffer.allocate(carriedBytes);
    LogRecord record = new LogRecord();
    for (long index = from; index <= last; index++) {
      long place = part.entries.place(index);
      Segment segment = state.segments.get(place >>> 32);
      if (segment == null || moved.remaining() < LogRecord.HEADER) {
        return null;
      }
      int start = moved.position();
      moved.limit(start + LogRecord.HEADER);
      segment.file.read(moved, LogState.offset(place));
      moved.limit(carriedBytes);
      if (!record.parse(moved, start, moved.remaining())) {
        return null;
      }
      moved.limit(start + LogRecord.HEADER + record.length);
      segment.file.read(moved, LogState.offset(place) + LogRecord.HEADER);
      if (!record.isIntact(moved.duplicate().clear(), start, segment.seed, new CRC32C())) {
        throw new LogCorruptedException(
            segment.name, LogState.offset(place), "a record is damaged");
      }
      moved.limit(carriedBytes);
    }
    byte[] bytes = new byte[moved.flip().remaining()];
    moved.get(bytes);
    return bytes;
  }

  /** Gives the records inside the checksums of the segment they move to. */
  private static void seal(byte[] records, int seed) {
    ByteBuffer buffer = ByteBuffer.wrap(records);
    LogRecord record = new LogRecord();
    for (int at = 0; at < records.length; at = (int) record.end(at)) {
      record.parse(buffer, at, records.length - at - LogRecord.HEADER);
      record.seal(buffer, at, seed, new CRC32C());
    }
  }
}
