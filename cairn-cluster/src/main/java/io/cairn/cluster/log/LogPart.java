// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One replica set's part of the log. Its entries are appended by one thread at a time; everything
 * may be called from any thread. What the fields say is guarded by the log's lock.
 */
public final class LogPart {

  /**
   * A place in the log from which on the replica set's earlier entries with an index of at least
   * {@code from} are void.
   */
  record Reset(long place, long from) {}

  /**
   * The last snapshot mark.
   *
   * @param index everything up to here is committed and applied
   * @param term the term of the entry there
   * @param payload what the writer stored with it
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record SnapshotMark(long index, int term, byte[] payload) {}

  final int number;
  private final String name;
  private final WriteAheadLog log;
  final Map<Byte, byte[]> states = new TreeMap<>();
  final EntryIndex entries = new EntryIndex();
  final List<Reset> resets = new ArrayList<>();
  private long lastIndex;
  private long availableFrom;
  private @Nullable SnapshotMark snapshot;
  private long released;
  private volatile long written;
  boolean forgotten;

  LogPart(WriteAheadLog log, int number, String name, long lastIndex) {
    this.log = log;
    this.number = number;
    this.name = name;
    this.lastIndex = lastIndex;
    this.availableFrom = lastIndex + 1;
  }

  /** Writes all that is known of the part. */
  void write(DataOutputStream out) throws IOException {
    SnapshotMark mark = snapshot;
    out.writeInt(number);
    writeBytes(out, encodedName());
    out.writeLong(lastIndex);
    out.writeLong(availableFrom);
    out.writeBoolean(mark != null);
    if (mark != null) {
      out.writeLong(mark.index());
      out.writeInt(mark.term());
      writeBytes(out, mark.payload());
    }
    out.writeInt(states.size());
    for (var state : states.entrySet()) {
      out.writeByte(state.getKey());
      writeBytes(out, state.getValue());
    }
    out.writeInt(resets.size());
    for (Reset reset : resets) {
      out.writeLong(reset.place());
      out.writeLong(reset.from());
    }
    entries.write(out);
  }

  /** Reads a part that was written. */
  static LogPart read(WriteAheadLog log, DataInputStream in) throws IOException {
    int number = in.readInt();
    LogPart part = new LogPart(log, number, new String(readBytes(in), UTF_8), in.readLong());
    part.availableFrom = in.readLong();
    if (in.readBoolean()) {
      part.snapshot = new SnapshotMark(in.readLong(), in.readInt(), readBytes(in));
    }
    for (int left = in.readInt(); left > 0; left--) {
      part.states.put(in.readByte(), readBytes(in));
    }
    for (int left = in.readInt(); left > 0; left--) {
      part.resets.add(new Reset(in.readLong(), in.readLong()));
    }
    part.entries.read(in);
    return part;
  }

  private static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] readBytes(DataInputStream in) throws IOException {
    return in.readNBytes(in.readInt());
  }

  /** Returns the replica set's name. */
  public String name() {
    return name;
  }

  /** Returns whether the log takes entries: it has neither failed nor been closed. */
  public boolean isUsable() {
    return log.isUsable();
  }

  /**
   * Appends an entry without waiting for the disk.
   *
   * @param index its index, one above the last
   * @param entry the entry
   * @throws LogFailedException if the log has failed or was closed; nothing was written
   */
  public void append(long index, StoredEntry entry) throws IOException {
    LogRecord record = record(LogRecord.ENTRY, index);
    record.term = entry.term();
    record.kind = entry.kind();
    log.append(this, record, entry.payload());
  }

  /** Makes all entries from {@code index} on void, without waiting for the disk. */
  public void truncateFrom(long index) throws IOException {
    log.append(this, record(LogRecord.TRUNCATE, index), new byte[0]);
  }

  /** Marks everything up to an index as committed and applied, without waiting for the disk. */
  public void markSnapshot(SnapshotMark mark) throws IOException {
    log.append(this, markRecord(mark), mark.payload());
  }

  /** Stores a named value durably, unless it is stored already. */
  public void putState(byte key, byte[] value) throws IOException {
    if (!Arrays.equals(value, state(key))) {
      writeState(key, value);
      log.flush();
    }
  }

  /** Stores a named value, without waiting for the disk. */
  public void writeState(byte key, byte[] value) throws IOException {
    log.append(this, stateRecord(key), value);
  }

  /**
   * Returns where the last of this replica set's records ends, to compare with {@link
   * WriteAheadLog#durable()}.
   */
  public long written() {
    return written;
  }

  /** A record of this replica set was written that ends there; with the log's lock held. */
  void written(long position) {
    written = position;
  }

  /** Returns a named value, or null if there is none. */
  public byte @Nullable [] state(byte key) {
    return log.locked(() -> states.get(key));
  }

  /** Returns the last snapshot mark, or null if there is none. */
  public @Nullable SnapshotMark snapshotMark() {
    return log.locked(() -> snapshot);
  }

  /** Returns the index of the last entry; 0 if there is none. */
  public long lastIndex() {
    return log.locked(() -> lastIndex);
  }

  /** Returns the lowest index from which on every entry is in the log. */
  public long availableFrom() {
    return log.locked(() -> availableFrom);
  }

  /** Reads an entry that was flushed and is not far below the snapshot mark. */
  public StoredEntry read(long index) throws IOException {
    return log.read(this, index);
  }

  /**
   * Hands the entries between two indexes, both included, to a visitor, reading them in the order
   * of the log with bounded memory.
   */
  public void replay(long from, long to, LogEntryVisitor visitor) throws IOException {
    log.replay(this, from, to, visitor);
  }

  /**
   * Hands the entries between two indexes, both included, to a visitor, those of one kind with an
   * empty payload: of them nothing is read that the log remembers.
   *
   * @param bare the kind
   */
  public void replayWithout(byte bare, long from, long to, LogEntryVisitor visitor)
      throws IOException {
    long next = from;
    for (EntryIndex.Stretch stretch : log.locked(() -> entries.between(from, to))) {
      replay(next, stretch.from() - 1, visitor); // what is not remembered
      next = stretch.from();
      if (stretch.kind() == bare) {
        StoredEntry alike = new StoredEntry(bare, stretch.term(), new byte[0]);
        while (next <= stretch.to()) {
          visitor.visit(next++, alike);
        }
      }
    }
    replay(next, to, visitor);
  }

  /** Says that entries up to {@code index} are needed no more. */
  public void release(long index) {
    log.locked(() -> released = Math.max(released, index));
  }

  /** Only these segments are left: what can be read begins where they do. The lock is held. */
  void isOnlyIn(NavigableMap<Long, Segment> segments) {
    resets.removeIf(reset -> reset.place() >>> 32 < segments.firstKey());
    for (Segment segment : segments.values()) {
      Long last = segment.namedAt.get(number);
      if (last != null) {
        long least = resets.stream().mapToLong(Reset::from).reduce(last + 1, Math::min);
        availableFrom = Math.max(availableFrom, least);
        entries.forgetBelow(availableFrom);
        return;
      }
    }
  }

  long released() {
    return released;
  }

  /** Returns the highest index of the replica set's entries in a segment; 0 if there is none. */
  long lastIndexIn(Segment segment) {
    return log.locked(() -> segment.lastIndexes.getOrDefault(number, 0L));
  }

  /** Returns where an entry can be read, or -1 if that is not remembered. */
  long place(long index) throws IOException {
    return log.place(this, index);
  }

  private LogRecord record(byte type, long index) {
    LogRecord record = new LogRecord();
    record.type = type;
    record.part = number;
    record.index = index;
    return record;
  }

  /** The record that lets the log be read from here on without what lies before. */
  LogRecord definition() {
    return record(LogRecord.GROUP, lastIndex);
  }

  LogRecord stateRecord(byte key) {
    LogRecord record = record(LogRecord.STATE, 0);
    record.kind = key;
    return record;
  }

  LogRecord markRecord(SnapshotMark mark) {
    LogRecord record = record(LogRecord.SNAPSHOT, mark.index());
    record.term = mark.term();
    return record;
  }

  LogRecord forgetRecord() {
    return record(LogRecord.FORGET, 0);
  }

  LogRecord carryRecord(long from) {
    return record(LogRecord.CARRY, from);
  }

  /** The size of all records that define this replica set. */
  int definitionBytes() {
    SnapshotMark mark = snapshot;
    int bytes = LogRecord.HEADER + encodedName().length;
    for (byte[] value : states.values()) {
      bytes += LogRecord.HEADER + value.length;
    }
    return bytes + (mark == null ? 0 : LogRecord.HEADER + mark.payload().length);
  }

  byte[] encodedName() {
    return name.getBytes(UTF_8);
  }

  long lastIndexLocked() {
    return lastIndex;
  }

  @Nullable SnapshotMark snapshotLocked() {
    return snapshot;
  }

  /**
   * Takes a record of this replica set into account, when written or read back.
   *
   * @return what is wrong with it, or null
   */
  @Nullable String note(LogRecord record, Segment segment, long place, byte[] payload) {
    switch (record.type) {
      case LogRecord.ENTRY -> {
        if (record.index != lastIndex + 1) {
          return "group " + name + ": entry " + record.index + " follows entry " + lastIndex;
        }
        lastIndex = record.index;
        entries.add(record.index, place, record.kind, record.term);
        segment.lastIndexes.put(number, record.index);
      }
      case LogRecord.TRUNCATE -> {
        lastIndex = Math.min(lastIndex, record.index - 1);
        availableFrom = Math.min(availableFrom, record.index);
        entries.forgetFrom(record.index);
        resets.add(new Reset(place, record.index));
      }
      case LogRecord.SNAPSHOT -> noteSnapshot(record, payload);
      case LogRecord.CARRY -> {
        return noteCarried(record, segment, place, payload);
      }
      case LogRecord.STATE -> states.put(record.kind, payload);
      case LogRecord.GROUP -> {
        if (record.index != lastIndex) {
          return "group "
              + name
              + " should end at entry "
              + record.index
              + " here, not at "
              + lastIndex;
        }
      }
      default -> {
        return "a record of type " + record.type + " does not belong here";
      }
    }
    return null;
  }

  private @Nullable String noteCarried(
      LogRecord carry, Segment segment, long place, byte[] payload) {
    entries.forgetFrom(carry.index);
    ByteBuffer buffer = ByteBuffer.wrap(payload);
    LogRecord inner = new LogRecord();
    long next = carry.index;
    for (int at = 0; at < payload.length; at = (int) inner.end(at)) {
      if (!inner.parse(buffer, at, payload.length - at - LogRecord.HEADER)
          || inner.index != next++) {
        return "group " + name + ": the entries carried forward are not in order";
      }
      entries.add(inner.index, place + LogRecord.HEADER + at, inner.kind, inner.term);
    }
    if (next != lastIndex + 1) {
      return "group " + name + " should end at entry " + (next - 1) + " here, not at " + lastIndex;
    }
    availableFrom = Math.min(availableFrom, carry.index);
    resets.add(new Reset(place, carry.index));
    segment.lastIndexes.put(number, lastIndex);
    log.movedFrom(this, carry.index, segment);
    return null;
  }

  private void noteSnapshot(LogRecord record, byte[] payload) {
    snapshot = new SnapshotMark(record.index, record.term, payload);
    if (record.index > lastIndex) {
      // Installed from another member: what lies before the mark is not ours any more.
      lastIndex = record.index;
      availableFrom = record.index + 1;
      entries.forgetBelow(record.index + 1);
    }
    entries.forgetBelow(record.index - log.indexMargin());
  }
}
