// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import io.cairn.cluster.log.LogFile;
import io.cairn.wire.MalformedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * The layout of a journal file: 16 bytes of header {@code [magic 4][format 4][seed 4][crc32c 4]}, then
 * frames {@code [magic 4][length 4][crc32c 4][payload]}, big-endian. A frame is written and synced as
 * a whole before the next is begun, so that only the last can be torn by a crash: an intact one
 * behind a broken one means damage. Checksums are mixed with the file's random seed, so that no
 * value that somebody stores can look like a frame.
 */
final class JournalFrames {

  static final int HEADER = 16;
  private static final int FILE_MAGIC = 0x43414131;
  private static final int FRAME_MAGIC = 0x43414632;
  private static final int FORMAT = 2;
  private static final int FRAME_HEADER = 12;

  private final Path file;
  private final ByteBuffer content;
  private final int seed;

  private JournalFrames(Path file, ByteBuffer content, int seed) {
    this.file = file;
    this.content = content;
    this.seed = seed;
  }

  static ByteBuffer header(int seed) {
    ByteBuffer header = ByteBuffer.allocate(HEADER);
    header.putInt(FILE_MAGIC).putInt(FORMAT).putInt(seed).putInt(checksum(header, 0, 12));
    return header.flip();
  }

  static ByteBuffer frame(int seed, byte[] payload) {
    ByteBuffer frame = ByteBuffer.allocate(FRAME_HEADER + payload.length);
    frame.putInt(FRAME_MAGIC).putInt(payload.length).putInt(0).put(payload).flip();
    return frame.putInt(8, checksum(frame, FRAME_HEADER, payload.length) ^ seed);
  }

  /**
   * Reads a file.
   *
   * @throws IOException if its header is not intact
   */
  static JournalFrames read(Path path, LogFile file) throws IOException {
    ByteBuffer content = ByteBuffer.allocate((int) Math.min(file.size(), Integer.MAX_VALUE - 8));
    file.read(content, 0);
    content.flip();
    if (content.remaining() < HEADER
        || content.getInt(0) != FILE_MAGIC
        || content.getInt(12) != checksum(content, 0, 12)) {
      throw damaged(path, "its header is not intact");
    }
    if (content.getInt(4) != FORMAT) {
      throw new IOException(
          "%s has format %d; this version reads %d".formatted(path, content.getInt(4), FORMAT));
    }
    return new JournalFrames(path, content, content.getInt(8));
  }

  /** Takes the payload of a frame. */
  @FunctionalInterface
  interface Visitor {
    void visit(byte[] payload);
  }

  /**
   * Visits all intact frames; one that was torn at the end is passed over.
   *
   * @throws IOException if something before the end is damaged
   */
  void forEach(Visitor visitor) throws IOException {
    int at = HEADER;
    while (isIntact(at)) {
      byte[] payload = new byte[content.getInt(at + 4)];
      content.get(at + FRAME_HEADER, payload);
      try {
        visitor.visit(payload);
      } catch (MalformedException e) {
        throw damaged(file, "the record at %d is none: %s".formatted(at, e.getMessage()));
      }
      at += FRAME_HEADER + payload.length;
    }
    for (int later = at + 1; later < content.limit(); later++) {
      if (isIntact(later)) {
        throw damaged(file, "the bytes from %d to %d are not intact".formatted(at, later));
      }
    }
  }

  private boolean isIntact(int at) {
    if (content.limit() - at < FRAME_HEADER || content.getInt(at) != FRAME_MAGIC) {
      return false;
    }
    int length = content.getInt(at + 4);
    return length >= 0
        && length <= content.limit() - at - FRAME_HEADER
        && (checksum(content, at + FRAME_HEADER, length) ^ seed) == content.getInt(at + 8);
  }

  private static int checksum(ByteBuffer buffer, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(buffer.slice(from, length));
    return (int) crc.getValue();
  }

  /** Says that a file is damaged and what can be done. */
  static IOException damaged(Path file, String what) {
    return new IOException(
        ("%s is damaged: %s. If other nodes hold the attributes, move the file away and start again:"
                + " they will be fetched from there. If not, restore it from a backup.")
            .formatted(file, what));
  }
}
