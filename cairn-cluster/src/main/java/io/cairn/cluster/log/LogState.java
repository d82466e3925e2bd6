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

  @Nullable LogPart group(String name) {
    return byName.get(name);
  }

  List<LogPart> groups() {
    return new ArrayList<>(byNumber.values());
  }

  LogPart add(WriteAheadLog log, int number, String name, long lastIndex) {
    LogPart group = new LogPart(log, number, name, lastIndex);
    highestNumber = Math.max(highestNumber, number);
    byNumber.put(number, group);
    byName.put(name, group);
    return group;
  }

  /** Numbers of forgotten groups are not given again while the log has records of them. */
  int nextNumber() {
    return highestNumber + 1;
  }

  void remove(LogPart group) {
    byNumber.remove(group.number);
    byName.remove(group.name());
    group.forgotten = true;
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
    LogPart group = byNumber.get(record.group);
    if (group == null && record.type == LogRecord.GROUP) {
      add(log, record.group, new String(payload, StandardCharsets.UTF_8), record.index);
      return null;
    }
    if (record.type == LogRecord.FORGET) {
      if (group != null) {
        remove(group);
      }
      return null;
    }
    return group == null
        ? "a record of group number " + record.group + ", which was never named"
        : group.note(record, segment, place(segment, offset), payload);
  }
}
