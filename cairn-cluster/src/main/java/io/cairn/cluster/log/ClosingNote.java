// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.log;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a clean stop leaves beside the segments: where each ends, the sum over its bytes, and what a
 * scan of them would find. The next start compares the sums, which is a tenth of the work of taking
 * every record in; so it trusts no byte more than a scan does. A note that does not fit what is
 * there, for whatever reason, is as good as none: then the records are scanned, and that tells what
 * is wrong.
 *
 * <p>A note is deleted, durably, before anything is appended. Should that have been done by a Cairn
 * that does not know of notes, the segment goes on behind the end that the note names.
 *
 * <p>The file: {@code [crc32c 8][format 4][segments][parts]}.
 */
final class ClosingNote {

  private static final Logger LOG = LoggerFactory.getLogger(ClosingNote.class);
  private static final String NAME = "closed.note";
  private static final String UNFINISHED = "closed.tmp";
  private static final int FORMAT = 2;
  private static final int WINDOW = 1 << 20;

  private final Path directory;
  private final LogFileSystem files;

  ClosingNote(Path directory, LogFileSystem files) {
    this.directory = directory;
    this.files = files;
  }

  /** Writes the note of a log that takes nothing more. That there is none harms nobody. */
  void write(LogState state) {
    try {
      ByteArrayOutputStream content = new ByteArrayOutputStream();
      write(state, new DataOutputStream(content));
      byte[] bytes = content.toByteArray();
      ByteBuffer sealed = ByteBuffer.allocate(Long.BYTES + bytes.length);
      sealed.putLong(sum(bytes)).put(bytes).flip();
      LogFile file = files.allocate(directory.resolve(UNFINISHED), sealed.limit());
      try (file) {
        file.write(sealed, 0);
        file.force();
      }
      files.rename(directory.resolve(UNFINISHED), directory.resolve(NAME));
      files.syncDirectory(directory);
    } catch (IOException e) {
      LOG.debug("The next start reads the whole log: this stop left no note", e);
    }
  }

  private static long sum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return crc.getValue();
  }

  private static void write(LogState state, DataOutputStream out) throws IOException {
    Collection<Segment> segments = state.segments.values();
    out.writeInt(FORMAT);
    out.writeInt(segments.size());
    for (Segment segment : segments) {
      out.writeLong(segment.sequence);
      out.writeInt(segment.seed);
      out.writeInt(segment.end);
      out.writeLong(segment.sum.getValue());
      write(segment.namedAt, out);
      write(segment.lastIndexes, out);
    }
    out.writeInt(state.nextNumber());
    List<LogPart> parts = state.parts();
    out.writeInt(parts.size());
    for (LogPart part : parts) {
      part.write(out);
    }
  }

  private static void write(Map<Integer, Long> indexes, DataOutputStream out) throws IOException {
    out.writeInt(indexes.size());
    for (var index : indexes.entrySet()) {
      out.writeInt(index.getKey());
      out.writeLong(index.getValue());
    }
  }

  private static Map<Integer, Long> readIndexes(DataInputStream in) throws IOException {
    Map<Integer, Long> indexes = new HashMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      indexes.put(in.readInt(), in.readLong());
    }
    return indexes;
  }

  /** Deletes the note; before anything is appended. */
  void delete() throws IOException {
    List<String> names = files.list(directory);
    if (names.contains(NAME) || names.contains(UNFINISHED)) {
      files.delete(directory.resolve(NAME));
      files.delete(directory.resolve(UNFINISHED));
      files.syncDirectory(directory);
    }
  }

  /**
   * Takes the note up if there is one and it fits the segments, which are read whole for that.
   *
   * @return where the last segment's records end; -1 if the segments must be scanned
   */
  int read(WriteAheadLog log, LogState state) throws IOException {
    byte[] content = content();
    Said said = content == null ? null : parse(content, log, state);
    if (said == null) {
      return -1;
    }
    for (Ended one : said.segments) {
      if (!one.isAsItWas(state)) {
        LOG.warn("{} is not as the last stop left it: the log is read whole", one.segment.name);
        return -1;
      }
    }
    // From here on the note is known to be true, and what it says is taken over.
    said.segments.forEach(Ended::takeOver);
    state.reserveNumbers(said.nextNumber);
    said.parts.forEach(state::add);
    return state.segments.lastEntry().getValue().end;
  }

  /** What a note says. */
  private record Said(List<Ended> segments, int nextNumber, List<LogPart> parts) {}

  /** Returns what it says; null if it is about other segments, or makes no sense. */
  private static @Nullable Said parse(byte[] content, WriteAheadLog log, LogState state) {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(content));
    try {
      if (in.readInt() != FORMAT || in.readInt() != state.segments.size()) {
        return null;
      }
      List<Ended> ended = new ArrayList<>();
      for (Segment segment : state.segments.values()) {
        ended.add(Ended.read(in, segment));
      }
      int nextNumber = in.readInt();
      List<LogPart> parts = new ArrayList<>();
      for (int left = in.readInt(); left > 0; left--) {
        parts.add(LogPart.read(log, in));
      }
      return new Said(ended, nextNumber, parts);
    } catch (IOException | RuntimeException e) {
      LOG.warn("{} does not fit the log, which is read whole", NAME, e);
      return null;
    }
  }

  private byte @Nullable [] content() throws IOException {
    if (!files.list(directory).contains(NAME)) {
      return null;
    }
    try (LogFile file = files.open(directory.resolve(NAME))) {
      ByteBuffer sealed = ByteBuffer.allocate((int) file.size());
      int read = file.read(sealed, 0);
      if (read <= Long.BYTES || sealed.hasRemaining()) {
        return null;
      }
      byte[] content = new byte[read - Long.BYTES];
      sealed.get(Long.BYTES, content);
      return sealed.getLong(0) == sum(content) ? content : null;
    }
  }

  /** What the note says of a segment. */
  private record Ended(
      Segment segment,
      int end,
      long sum,
      Map<Integer, Long> namedAt,
      Map<Integer, Long> lastIndexes) {

    static Ended read(DataInputStream in, Segment segment) throws IOException {
      long sequence = in.readLong();
      boolean same = in.readInt() == segment.seed && sequence == segment.sequence;
      Ended ended =
          new Ended(segment, in.readInt(), in.readLong(), readIndexes(in), readIndexes(in));
      if (!same || ended.end < Segment.HEADER || ended.end > segment.size) {
        throw new IOException("it is about another segment than " + segment.name);
      }
      return ended;
    }

    /** Whether the segment's bytes are those that it had, and nothing was written behind them. */
    boolean isAsItWas(LogState state) throws IOException {
      Segment next = state.segments.get(segment.sequence + 1);
      if (next != null && next.previousEnd != end) {
        return false;
      }
      segment.sum.reset();
      if (!addTo(segment.sum, segment, Segment.HEADER, end) || segment.sum.getValue() != sum) {
        return false;
      }
      ByteBuffer behind = ByteBuffer.allocate(Math.min(LogRecord.HEADER, segment.size - end));
      segment.file.read(behind, end);
      return next != null || behind.clear().mismatch(ByteBuffer.allocate(behind.limit())) < 0;
    }

    void takeOver() {
      segment.end = end;
      segment.namedAt.putAll(namedAt);
      segment.lastIndexes.putAll(lastIndexes);
    }
  }

  /** Adds a segment's bytes to a sum; false if it has not so many. */
  private static boolean addTo(CRC32C sum, Segment segment, int from, int to) throws IOException {
    ByteBuffer window = ByteBuffer.allocate(Math.clamp((long) to - from, 0, WINDOW));
    for (int at = from; at < to; at += window.limit()) {
      window.clear().limit(Math.min(window.capacity(), to - at));
      int _ = segment.file.read(window, at);
      if (window.hasRemaining()) {
        return false;
      }
      sum.update(window.flip());
    }
    return true;
  }
}
