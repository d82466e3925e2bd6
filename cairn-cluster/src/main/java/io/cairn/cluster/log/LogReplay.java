// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.log;

import java.io.IOException;
import java.util.Collection;
import java.util.List;

/** Streams one group's entries out of the segments, leaving out those that became void. */
final class LogReplay {

  private final GroupLog group;
  private final List<GroupLog.Reset> resets;
  private final LogEntryVisitor visitor;
  private final LogOptions options;
  private long next;

  LogReplay(
      GroupLog group,
      List<GroupLog.Reset> resets,
      LogEntryVisitor visitor,
      LogOptions options) {
    this.group = group;
    this.resets = resets;
    this.visitor = visitor;
    this.options = options;
  }

  void replay(Collection<Segment> segments, long from, long to) throws IOException {
    next = from;
    for (Segment segment : segments) {
      if (next <= to && segment.lastIndexes.getOrDefault(group.number, 0L) >= from) {
        replay(segment, to);
      }
    }
    if (next <= to) {
      throw new LogCorruptedException(
          group.name(), -1, "entries " + next + " to " + to + " of the group are missing");
    }
  }

  private void replay(Segment segment, long to) throws IOException {
    SegmentReader reader = new SegmentReader(segment, options.segmentBytes(), segment.size);
    long offset = Segment.HEADER;
    while (next <= to && reader.standOnUnverified(offset)) {
      LogRecord record = reader.record;
      if (record.type == LogRecord.ENTRY
          && record.group == group.number
          && record.index == next
          && !isVoid(record.index, LogState.place(segment, offset))) {
        visitor.visit(next, new StoredEntry(record.kind, record.term, reader.payload()));
        next++;
      }
      boolean descend = record.type == LogRecord.CARRY && record.group == group.number;
      offset = descend ? offset + LogRecord.HEADER : record.end(offset);
    }
  }

  private boolean isVoid(long index, long place) {
    for (GroupLog.Reset reset : resets) {
      if (reset.place() > place && reset.from() <= index) {
        return true;
      }
    }
    return false;
  }
}
