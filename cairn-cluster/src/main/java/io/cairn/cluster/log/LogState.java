// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.log;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** What the log holds: its segments and groups. Guarded by the log's lock unless said. */
final class LogState {

  /** By sequence number. May be read without the lock. */
  final NavigableMap<Long, Segment> segments = new ConcurrentSkipListMap<>();

  private final Map<Integer, LogPart> byNumber = new HashMap<>();
  private final Map<String, LogPart> byName = new HashMap<>();

  private int highestNumber;

  static long place(Segment segment, long offset) {
    return segment.sequence << 32 | offset;
  }

  static long offset(long place) {
    return place & 0xffff_ffffL;
  }

  @Nullable LogPart part(String name) {
    return byName.get(name);
  }

  List<LogPart> parts() {
    return new ArrayList<>(byNumber.values());
  }

  LogPart add(WriteAheadLog log, int number, String name, long lastIndex) {
    LogPart part = new LogPart(log, number, name, lastIndex);
    add(part);
    return part;
  }

  void add(LogPart part) {
    highestNumber = Math.max(highestNumber, part.number);
    byNumber.put(part.number, part);
    byName.put(part.name(), part);
  }

  /** Numbers below this one are not given again. */
  void reserveNumbers(int next) {
    highestNumber = Math.max(highestNumber, next - 1);
  }

  /** Numbers of forgotten replica sets are not given again while the log has records of them. */
  int nextNumber() {
    return highestNumber + 1;
  }

  void remove(LogPart part) {
    byNumber.remove(part.number);
    byName.remove(part.name());
    part.forgotten = true;
  }

  /**
   * Takes a record into account.
   *
   * @return what is wrong with it, or null
   */
  @Nullable String note(
      WriteAheadLog log, LogRecord record, Segment segment, long offset, byte[] payload) {
    if (record.type == LogRecord.BATCH) {
      return null;
    }
    LogPart part = byNumber.get(record.part);
    if (record.type == LogRecord.GROUP) {
      segment.namedAt.putIfAbsent(record.part, record.index);
    }
    if (part == null && record.type == LogRecord.GROUP) {
      add(log, record.part, new String(payload, StandardCharsets.UTF_8), record.index);
      return null;
    }
    if (record.type == LogRecord.FORGET) {
      if (part != null) {
        remove(part);
      }
      return null;
    }
    return part == null
        ? "a record of group number " + record.part + ", which was never named"
        : part.note(record, segment, place(segment, offset), payload);
  }
}
