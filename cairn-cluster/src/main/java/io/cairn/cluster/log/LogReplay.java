// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.log;

import java.io.IOException;
import java.util.Collection;
import java.util.List;

/**
 * Streams one group's entries out of the segments. It goes from place to place where the log
 * remembers them, so that each group reads its own entries and not those of all; below, it walks
 * over the records and leaves out those that became void.
 */
final class LogReplay {

  /** Small, because entries of other groups lie between two of one group. */
  private static final int WINDOW = 1 << 14;

  private final LogPart part;
  private final List<LogPart.Reset> resets;
  private final LogEntryVisitor visitor;
  private final LogOptions options;
  private long next;

  LogReplay(LogPart part, List<LogPart.Reset> resets, LogEntryVisitor visitor, LogOptions options) {
    this.part = part;
    this.resets = resets;
    this.visitor = visitor;
    this.options = options;
  }

  void replay(Collection<Segment> segments, long from, long to) throws IOException {
    next = from;
    for (Segment segment : segments) {
      if (next <= to && part.lastIndexIn(segment) >= from) {
        replay(segment, to);
      }
    }
    if (next <= to) {
      throw new LogCorruptedException(
          part.name(), -1, "entries " + next + " to " + to + " of the group are missing");
    }
  }

  private void replay(Segment segment, long to) throws IOException {
    SegmentReader reader = new SegmentReader(segment, options.segmentBytes(), segment.size, WINDOW);
    long offset = Segment.HEADER;
    while (next <= to) {
      long place = part.place(next);
      if (place >= 0 && place >>> 32 != segment.sequence) {
        return; // it is in another segment
      }
      boolean isKnown = place >= 0;
      offset = isKnown ? LogState.offset(place) : offset;
      if (!reader.standOnUnverified(offset)) {
        if (!isKnown) {
          return; // the segment ends
        }
        reader.forget();
        requireKnown(segment, offset, reader.standOnUnverified(offset));
      }
      if (isNext(segment, reader.record, offset)) {
        byte[] payload = reader.payload();
        visitor.visit(next++, new StoredEntry(reader.record.kind, reader.record.term, payload));
      } else {
        requireKnown(segment, offset, !isKnown);
      }
      offset = following(reader.record, offset);
    }
  }

  private void requireKnown(Segment segment, long offset, boolean isThere) throws IOException {
    if (!isThere) {
      throw new LogCorruptedException(
          segment.name, offset, "entry " + next + " of the group is not where it was");
    }
  }

  private boolean isNext(Segment segment, LogRecord record, long offset) {
    return record.type == LogRecord.ENTRY
        && record.part == part.number
        && record.index == next
        && !isVoid(record.index, LogState.place(segment, offset));
  }

  private long following(LogRecord record, long offset) {
    boolean descend = record.type == LogRecord.CARRY && record.part == part.number;
    return descend ? offset + LogRecord.HEADER : record.end(offset);
  }

  private boolean isVoid(long index, long place) {
    for (LogPart.Reset reset : resets) {
      if (reset.place() > place && reset.from() <= index) {
        return true;
      }
    }
    return false;
  }
}
