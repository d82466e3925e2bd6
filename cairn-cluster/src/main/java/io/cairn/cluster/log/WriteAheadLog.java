// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The node's one log, which all its replica sets share: appending does not wait, {@link #flush()}
 * makes everything appended before it durable, one fsync serving all who wait. Safe for all
 * threads.
 *
 * <p>A failed write or fsync is final: everything fails from then on, and the listener given to
 * {@link #open} is told once.
 */
public final class WriteAheadLog implements AutoCloseable {

  /**
   * Entries up to this size may go into the spare segment: with them leaders begin their terms and
   * change members. Commands are refused before.
   */
  private static final int SMALL_ENTRY = 1024;

  private final Path directory;
  private final LogFileSystem files;
  private final boolean patient;
  private final LogOptions options;
  private final LogState state = new LogState();
  private final LogCleaner cleaner;
  private final SegmentSupply supply;
  private final LogAppender appender;
  private final Closeable directoryLock;
  private final ClosingNote note;
  private volatile Runnable beforeDisk = () -> {};
  private volatile Runnable onNewSegment = () -> {};

  private WriteAheadLog(
      Path directory, LogOptions options, LogEnvironment environment, Consumer<Throwable> onFailure)
      throws IOException {
    this.directory = directory;
    this.files = environment.files();
    this.patient = environment.patient();
    this.options = options;
    this.cleaner = new LogCleaner(state, options.segmentBytes());
    files.createDirectories(directory);
    this.directoryLock = files.lock(directory);
    this.note = new ClosingNote(directory, files);
    this.supply = new SegmentSupply(directory, options.segmentBytes(), environment);
    try {
      // Carried records hold several entries, so they may be larger than any of them.
      int end =
          new LogRecovery(this, state, options.segmentBytes()).recover(directory, files, note);
      note.delete();
      supply.takeOverLeftovers();
      if (end == 0) {
        Segment first = supply.take(1, 0, Segment.HEADER, false);
        state.segments.put(1L, first);
        end = Segment.HEADER;
      }
      Segment last = state.segments.lastEntry().getValue();
      this.appender =
          new LogAppender(
              this,
              supply,
              last,
              end,
              cause -> environment.background().execute(() -> onFailure.accept(cause)));
      writeDefinitionsAndFlush();
      locked(
          () -> {
            supply.prepareSpare();
            return null;
          });
    } catch (IOException | RuntimeException e) {
      directoryLock.close();
      throw e;
    }
  }

  /**
   * Opens a log, or creates it.
   *
   * @param directory its directory
   * @param options its sizes
   * @param environment its file system, source of randomness and threads
   * @param onFailure told once when the log fails, as the environment's background task
   * @throws LogCorruptedException if it is damaged; nothing is changed
   * @throws LogLockedException if it is in use
   */
  public static WriteAheadLog open(
      Path directory, LogOptions options, LogEnvironment environment, Consumer<Throwable> onFailure)
      throws IOException {
    return new WriteAheadLog(directory, options, environment, onFailure);
  }

  /** Returns the part of a replica set, creating it if it is new. */
  public LogPart part(String name) throws IOException {
    appender.lock.lock();
    try {
      LogPart part = state.part(name);
      if (part == null) {
        part = state.add(this, state.nextNumber(), name, 0);
        appender.makeRoom(part.definitionBytes(), true);
        define(part);
      }
      return part;
    } finally {
      appender.lock.unlock();
    }
  }

  /**
   * Forgets a replica set, its entries and values, durably; nothing happens if there is no such
   * replica set. What still holds the replica set's part must not append any more.
   */
  public void forget(String name) throws IOException {
    appender.lock.lock();
    try {
      LogPart part = state.part(name);
      if (part == null) {
        return;
      }
      appender.makeRoom(LogRecord.HEADER, true);
      appender.put(part.forgetRecord(), new byte[0]);
      state.remove(part);
    } finally {
      appender.lock.unlock();
    }
    flush();
  }

  /** Returns the replica sets' parts. */
  public List<LogPart> parts() {
    return locked(state::parts);
  }

  /**
   * Sets what a thread does before {@link #flush()} makes it wait for the disk: it lets out what
   * others can use meanwhile. No lock is held.
   */
  public void beforeDisk(Runnable action) {
    beforeDisk = action;
  }

  /** Waits until everything appended before the call is durable. */
  public void flush() throws IOException {
    if (appender.durable() < appender.appended()) {
      beforeDisk.run();
    }
    appender.flush();
  }

  /** Returns up to where everything that was written is durable; see {@link LogPart#written()}. */
  public long durable() {
    return appender.durable();
  }

  boolean isPatient() {
    return patient;
  }

  int indexMargin() {
    return options.indexMargin();
  }

  <T extends @Nullable Object> T locked(Supplier<T> action) {
    appender.lock.lock();
    try {
      return action.get();
    } finally {
      appender.lock.unlock();
    }
  }

  void append(LogPart part, LogRecord record, byte[] payload) throws IOException {
    if (payload.length > options.maxPayloadBytes()) {
      throw new IllegalArgumentException(
          "a record of "
              + payload.length
              + " bytes is above the limit of "
              + options.maxPayloadBytes());
    }
    appender.lock.lock();
    try {
      if (part.forgotten) {
        throw new IllegalStateException("the log has forgotten group " + part.name());
      }
      appender.makeRoom(
          LogRecord.HEADER + payload.length,
          record.type != LogRecord.ENTRY || payload.length <= SMALL_ENTRY);
      int offset = appender.put(record, payload);
      part.written(appender.appended());
      Segment segment = appender.current();
      String wrong = part.note(record, segment, LogState.place(segment, offset), payload);
      if (wrong != null) {
        IllegalStateException defect = new IllegalStateException(wrong);
        appender.fail(defect);
        throw defect;
      }
    } finally {
      appender.lock.unlock();
    }
  }

  /**
   * Deletes the oldest segments as far as no replica set needs them.
   *
   * @return the replica sets that need the oldest one that is left, if it is not the only one
   */
  public List<LogPart> deleteReleased() throws IOException {
    // Deleting relies on marks, and on this segment's definitions, that may not be on disk yet.
    long kept = locked(() -> appender.current().sequence);
    flush();
    List<Segment> free = new ArrayList<>();
    List<LogPart> pinning = locked(() -> cleaner.detachReleased(kept, free));
    for (Segment segment : free) {
      segment.file.close();
      files.delete(directory.resolve(segment.name));
      files.syncDirectory(directory); // each by itself: a gap would look like a loss
    }
    return pinning;
  }

  /**
   * Writes a quiet replica set's live entries again at the end of the log, so that they keep no old
   * segment, if they are few.
   *
   * @return whether they were
   */
  public boolean carryForward(LogPart part) throws IOException {
    flush();
    appender.lock.lock();
    try {
      return cleaner.carryForward(part, appender);
    } finally {
      appender.lock.unlock();
    }
  }

  /** Returns what the log has taken and holds; takes no lock. */
  public LogFigures figures() {
    return new LogFigures(
        appender.appended(),
        state.segments.size(),
        state.segments.values().stream().mapToLong(segment -> segment.size).sum());
  }

  /** Returns how many segments there are. */
  public int segmentCount() {
    return state.segments.size();
  }

  /** The replica set's entries from an index on were written again into a segment. */
  void movedFrom(LogPart part, long index, Segment segment) {
    for (Segment older : state.segments.headMap(segment.sequence).values()) {
      older.lastIndexes.computeIfPresent(part.number, (_, last) -> Math.min(last, index - 1));
    }
  }

  /** A new segment was begun. The lock is held. */
  void rolled(Segment segment) {
    state.segments.put(segment.sequence, segment);
    onNewSegment.run();
  }

  /** Sets what is told of each new segment. The log is locked then, so it must not wait. */
  public void onNewSegment(Runnable listener) {
    onNewSegment = listener;
  }

  /** Appends all that lets the log be read from here on. The lock is held. */
  void writeDefinitions() throws IOException {
    for (LogPart part : state.parts()) {
      // All at once, so that no entry gets in between what a definition says and its place.
      appender.makeRoom(part.definitionBytes(), true);
      define(part);
      part.states.forEach((key, value) -> appender.put(part.stateRecord(key), value));
      LogPart.SnapshotMark mark = part.snapshotLocked();
      if (mark != null) {
        appender.put(part.markRecord(mark), mark.payload());
      }
    }
  }

  private void define(LogPart part) {
    appender.put(part.definition(), part.encodedName());
    appender.current().namedAt.putIfAbsent(part.number, part.lastIndexLocked());
  }

  /** What {@link #writeDefinitions} writes at most. The lock is held. */
  int definitionsBytes() {
    int bytes = 0;
    for (LogPart part : state.parts()) {
      bytes += part.definitionBytes() + LogRecord.HEADER;
    }
    return bytes;
  }

  private void writeDefinitionsAndFlush() throws IOException {
    appender.lock.lock();
    try {
      writeDefinitions();
    } finally {
      appender.lock.unlock();
    }
    flush();
  }

  /** Returns where an entry can be read, flushing it if need be; -1 if that is not remembered. */
  long place(LogPart part, long index) throws IOException {
    long place = locked(() -> part.entries.place(index));
    Segment segment = place < 0 ? null : state.segments.get(place >>> 32);
    if (segment == null) {
      return -1;
    }
    if (appender.isPending(segment, (int) place)) {
      flush();
    }
    return place;
  }

  StoredEntry read(LogPart part, long index) throws IOException {
    long place = place(part, index);
    Segment segment = state.segments.get(place >>> 32);
    if (place < 0 || segment == null) {
      throw new IOException("entry " + index + " of group " + part.name() + " is not in the log");
    }
    return readAt(segment, (int) place);
  }

  private StoredEntry readAt(Segment segment, int offset) throws IOException {
    LogRecord record = new LogRecord();
    ByteBuffer bytes = ByteBuffer.allocate(1024);
    segment.file.read(bytes, offset);
    if (bytes.position() < LogRecord.HEADER || !record.parse(bytes, 0, options.maxPayloadBytes())) {
      throw new LogCorruptedException(segment.name, offset, "a record is damaged");
    }
    int size = LogRecord.HEADER + record.length;
    if (size > bytes.position()) {
      bytes = ByteBuffer.allocate(size);
      segment.file.read(bytes, offset);
    }
    if (bytes.position() < size || !record.isIntact(bytes.clear(), 0, segment.seed, new CRC32C())) {
      throw new LogCorruptedException(segment.name, offset, "a record is damaged");
    }
    byte[] payload = new byte[record.length];
    bytes.get(LogRecord.HEADER, payload);
    return new StoredEntry(record.kind, record.term, payload);
  }

  boolean isUsable() {
    return appender.isUsable();
  }

  void replay(LogPart part, long from, long to, LogEntryVisitor visitor) throws IOException {
    if (from <= to) {
      flush();
      new LogReplay(part, locked(() -> List.copyOf(part.resets)), visitor, options)
          .replay(state.segments.values(), from, to);
    }
  }

  /** Flushes and closes the log, and gives its directory free. */
  @Override
  public void close() throws IOException {
    try {
      if (appender.close()) {
        locked( // the cleaner may be at work
            () -> {
              note.write(state);
              return null;
            });
      }
    } finally {
      try {
        supply.close();
        for (Segment segment : state.segments.values()) {
          segment.file.close();
        }
      } finally {
        directoryLock.close();
      }
    }
  }

  /** Returns the directory. */
  public Path directory() {
    return directory;
  }
}
