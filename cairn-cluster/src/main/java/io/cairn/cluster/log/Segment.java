// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * One file of the log. The maps are guarded by the log's lock.
 *
 * <p>Header: {@code [magic 8][version 4][seed 4][sequence 8][size 4][previous end 4][crc 8]}. The
 * previous end says where the records of the segment before this one ended.
 */
final class Segment {

  static final int HEADER = 40;
  private static final long MAGIC = 0x436169726e57616cL; // "CairnWal"
  private static final int VERSION = 2;

  final String name;
  final long sequence;
  final int seed;
  final int size;
  final int previousEnd;
  final LogFile file;

  /**
   * Whether this is the spare that was taken for want of room: ordinary entries have no place here.
   */
  boolean spare;

  /** Where the records end that are on the disk; the appender's while it writes the segment. */
  int end = HEADER;

  /** The sum over the bytes from the header's end to {@link #end}; guarded as that is. */
  final CRC32C sum = new CRC32C();

  /**
   * The last index that each replica set (by number) had where it is first named in this segment.
   */
  final Map<Integer, Long> namedAt = new HashMap<>();

  /** The highest entry index of each replica set (by number) in this segment. */
  final Map<Integer, Long> lastIndexes = new HashMap<>();

  Segment(String name, long sequence, int seed, int size, int previousEnd, LogFile file) {
    this.name = name;
    this.sequence = sequence;
    this.seed = seed;
    this.size = size;
    this.previousEnd = previousEnd;
    this.file = file;
  }

  static String nameOf(long sequence) {
    return String.format("wal-%016d.log", sequence);
  }

  /** Returns the sequence number in a file's name, or -1 if it is not a segment's. */
  static long sequenceOf(String name) {
    return name.matches("wal-\\d{16}\\.log") ? Long.parseLong(name.substring(4, 20)) : -1;
  }

  /** Writes the header of a new file and makes it durable. */
  void writeHeader() throws IOException {
    ByteBuffer header = ByteBuffer.allocate(HEADER);
    header.putLong(MAGIC).putInt(VERSION).putInt(seed).putLong(sequence).putInt(size);
    header.putInt(previousEnd);
    header.putLong(crc(header));
    file.write(header.flip(), 0);
    file.force();
  }

  static Segment open(String name, long sequence, LogFile file) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(HEADER);
    int count = file.read(header, 0);
    header.flip();
    if (count < HEADER
        || header.getLong(0) != MAGIC
        || header.getLong(32) != crc(header)
        || header.getLong(16) != sequence) {
      throw new LogCorruptedException(name, 0, "the segment's header is damaged");
    }
    if (header.getInt(8) != VERSION) {
      throw new IOException(
          ("%s of the log has format %d, and this Cairn reads format %d: run the Cairn that wrote it, or,"
                  + " if other nodes hold what this one does, start this one with an empty data directory")
              .formatted(name, header.getInt(8), VERSION));
    }
    return new Segment(
        name, sequence, header.getInt(12), header.getInt(24), header.getInt(28), file);
  }

  private static long crc(ByteBuffer header) {
    CRC32C crc = new CRC32C();
    crc.update(header.duplicate().clear().limit(32));
    return crc.getValue();
  }
}
