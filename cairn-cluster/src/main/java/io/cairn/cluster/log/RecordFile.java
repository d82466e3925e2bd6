// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * A file that only grows, of records in the form of the log's segments. A record is written and
 * synced as a whole before the next is begun, so that only the last can be torn by a crash: an
 * intact one behind a broken one means damage. Used by one thread at a time.
 */
public final class RecordFile implements Closeable {

  private static final int WINDOW = 1 << 20;

  private final Segment segment;
  private final CRC32C crc = new CRC32C();
  private long end = Segment.HEADER;

  private RecordFile(Segment segment) {
    this.segment = segment;
  }

  /**
   * Creates or overwrites a file.
   *
   * @param number which of the files in whose place each other comes it is
   * @param seed drawn by lot, so that no value that somebody stores can look like a record
   * @throws NoRoomException if there is no room for it; nothing of it is left
   */
  public static RecordFile create(Path path, LogFileSystem files, long number, int seed)
      throws IOException {
    LogFile file = files.allocate(path, 0);
    Segment segment = new Segment(path.toString(), number, seed, 0, 0, file);
    try {
      segment.writeHeader();
    } catch (NoRoomException full) {
      file.close();
      files.delete(path);
      throw full;
    } catch (IOException e) {
      file.close();
      throw e;
    }
    return new RecordFile(segment);
  }

  /**
   * Reads all intact records; one that was torn at the end is passed over.
   *
   * @param number which file it was created as
   * @throws LogCorruptedException if something before the end is damaged
   * @throws IOException if it cannot be read, or has another format
   */
  public static void read(Path path, LogFileSystem files, long number, Consumer<byte[]> visitor)
      throws IOException {
    try (LogFile file = files.open(path)) {
      Segment segment = Segment.open(path.toString(), number, file);
      SegmentReader reader = new SegmentReader(segment, Integer.MAX_VALUE, file.size(), WINDOW);
      long at = Segment.HEADER;
      while (reader.standOn(at)) {
        visitor.accept(reader.payload());
        at = reader.record.end(at);
      }
      for (long later = at + 1; later <= file.size() - LogRecord.HEADER; later++) {
        if (reader.standOn(later)) {
          throw new LogCorruptedException(
              segment.name, at, "a record is damaged, although intact records follow it");
        }
      }
    }
  }

  /**
   * Writes a record behind the last; durable only after {@link #force()}.
   *
   * @throws NoRoomException if the file cannot grow; the next record is written over what there is
   *     of it
   */
  public void append(byte[] payload) throws IOException {
    LogRecord header = new LogRecord();
    header.type = LogRecord.ENTRY;
    ByteBuffer bytes = ByteBuffer.allocate(Math.addExact(LogRecord.HEADER, payload.length));
    LogRecord.write(bytes, segment.seed, header, payload, crc);
    segment.file.write(bytes.flip(), end);
    end += bytes.limit();
  }

  /** Makes all records durable. */
  public void force() throws IOException {
    segment.file.force();
  }

  /** Returns how many bytes it has. */
  public long size() {
    return end;
  }

  @Override
  public void close() throws IOException {
    segment.file.close();
  }
}
