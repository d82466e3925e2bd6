// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.log;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The layout of a record: {@code [length 4][crc32c 4][group 4][type 1][kind 1][zero 2][term
 * 8][index 8][payload]}, big-endian. The checksum covers everything else and is mixed with the
 * segment's random seed, so that bytes of another segment are never taken for this one's.
 */
final class LogRecord {

  static final int HEADER = 32;

  /** An entry of a group's log. */
  static final byte ENTRY = 1;

  /** One named value of a group (its key in the index field); the last one counts. */
  static final byte STATE = 2;

  /** Everything of the group up to the index is committed and applied. */
  static final byte SNAPSHOT = 3;

  /** The group's entries from the index on are void. */
  static final byte TRUNCATE = 4;

  /** Payload: entries (as records) that replace all the group's earlier ones from the index on. */
  static final byte CARRY = 5;

  /** Begins a write: everything in the segment below the offset in the index field was durable. */
  static final byte BATCH = 6;

  /** Names a group (payload) and its last index and term when written. */
  static final byte GROUP = 7;

  /** The group, its entries and values are void. */
  static final byte FORGET = 8;

  static final byte LAST_TYPE = FORGET;

  int length;
  int part;
  byte type;
  byte kind;
  int term;
  long index;

  /** Appends a record to {@code target}, which must have room. */
  static void write(ByteBuffer target, int seed, LogRecord header, byte[] payload, CRC32C crc) {
    int start = target.position();
    target.putInt(payload.length).putInt(0).putInt(header.part);
    target.put(header.type).put(header.kind).putShort((short) 0);
    target.putLong(header.term).putLong(header.index).put(payload);
    target.putInt(start + 4, checksum(target, start, payload.length, crc) ^ seed);
  }

  private static int checksum(ByteBuffer buffer, int start, int length, CRC32C crc) {
    int position = buffer.position();
    int limit = buffer.limit();
    crc.reset();
    crc.update(buffer.limit(start + 4).position(start));
    crc.update(buffer.limit(start + HEADER + length).position(start + 8));
    buffer.limit(limit).position(position);
    return (int) crc.getValue();
  }

  /**
   * Reads the header at {@code start}.
   *
   * @return whether it looks like a record whose payload is at most {@code room} bytes
   */
  boolean parse(ByteBuffer buffer, int start, long room) {
    length = buffer.getInt(start);
    part = buffer.getInt(start + 8);
    type = buffer.get(start + 12);
    kind = buffer.get(start + 13);
    long wideTerm = buffer.getLong(start + 16);
    term = (int) wideTerm;
    index = buffer.getLong(start + 24);
    return length >= 0
        && length <= room
        && type >= ENTRY
        && type <= LAST_TYPE
        && buffer.getShort(start + 14) == 0
        && term == wideTerm
        && part >= 0;
  }

  /** Tells whether the record at {@code start}, wholly in the buffer, has the right checksum. */
  boolean isIntact(ByteBuffer buffer, int start, int seed, CRC32C crc) {
    return (checksum(buffer, start, length, crc) ^ seed) == buffer.getInt(start + 4);
  }

  /** Gives the record at {@code start} its checksum for a segment's seed. */
  void seal(ByteBuffer buffer, int start, int seed, CRC32C crc) {
    buffer.putInt(start + 4, checksum(buffer, start, length, crc) ^ seed);
  }

  long end(long start) {
    return start + HEADER + length;
  }
}
