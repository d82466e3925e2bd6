// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.zip.CRC32C;

/**
 * Bytes in blocks, so that whoever receives them notices when one is wrong, missing or out of
 * place, or when the stream ends early. A block is its length (4 bytes), its bytes, and the CRC-32C
 * (4 bytes) of all bytes of all blocks until there; the last one is empty and carries the total
 * length (8 bytes) before its checksum.
 */
final class CheckedBlocks {
  private static final int MAX_BLOCK = 64 * 1024;

  private CheckedBlocks() {}

  /** Gives bytes piece by piece. */
  interface Source {
    /** Writes the next piece; false when there is none. */
    boolean next(DataOutputStream target) throws IOException;
  }

  /** Encodes a source while it is read. Used by one thread. */
  static class Encoder extends InputStream {
    private final Source source;
    private final CRC32C checksum = new CRC32C();
    private final ByteArrayOutputStream pieces = new ByteArrayOutputStream();
    private final DataOutputStream sink = new DataOutputStream(pieces);
    private ByteBuffer ready = ByteBuffer.allocate(0);
    private long total;
    private boolean ended;

    Encoder(Source source) {
      this.source = source;
    }

    @Override
    public int read() throws IOException {
      return fill() ? ready.get() & 0xFF : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, target.length);
      if (length == 0) {
        return 0;
      }
      if (!fill()) {
        return -1;
      }
      int count = Math.min(length, ready.remaining());
      ready.get(target, offset, count);
      return count;
    }

    @Override
    public int available() {
      return ready.remaining();
    }

    private boolean fill() throws IOException {
      if (ready.hasRemaining()) {
        return true;
      }
      if (ended) {
        return false;
      }
      pieces.reset();
      boolean more = true;
      while (more && pieces.size() < MAX_BLOCK) {
        more = source.next(sink);
      }
      ended = !more;
      byte[] bytes = pieces.toByteArray();
      int blocks = (bytes.length + MAX_BLOCK - 1) / MAX_BLOCK;
      ready = ByteBuffer.allocate(bytes.length + 8 * blocks + (ended ? 16 : 0));
      for (int at = 0; at < bytes.length; at += MAX_BLOCK) {
        int length = Math.min(MAX_BLOCK, bytes.length - at);
        checksum.update(bytes, at, length);
        ready.putInt(length).put(bytes, at, length).putInt((int) checksum.getValue());
      }
      total += bytes.length;
      if (ended) {
        ready.putInt(0).putLong(total).putInt((int) checksum.getValue());
      }
      ready.flip();
      return true;
    }
  }

  /** Decodes and verifies; never gives a byte of a block that is not whole. Used by one thread. */
  static final class Decoder extends InputStream {
    private final DataInputStream in;
    private final CRC32C checksum = new CRC32C();
    private ByteArrayInputStream block = new ByteArrayInputStream(new byte[0]);
    private long total;
    private long received;
    private boolean ended;

    Decoder(InputStream in) {
      this.in = new DataInputStream(in);
    }

    @Override
    public int read() throws IOException {
      return fill() ? block.read() : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, target.length);
      return length == 0 ? 0 : fill() ? block.read(target, offset, length) : -1;
    }

    private boolean fill() throws IOException {
      if (block.available() > 0) {
        return true;
      }
      if (ended) {
        return false;
      }
      try {
        return readBlock();
      } catch (EOFException e) {
        throw new IOException("the transfer ends early, after " + received + " bytes", e);
      }
    }

    private boolean readBlock() throws IOException {
      int length = in.readInt();
      if (length < 0 || length > MAX_BLOCK) {
        throw damaged("has a block of " + length + " bytes");
      }
      if (length == 0) {
        long expected = in.readLong();
        if (expected != total) {
          throw damaged("has " + total + " bytes, not " + expected);
        }
      }
      byte[] bytes = new byte[length];
      in.readFully(bytes);
      checksum.update(bytes);
      if (in.readInt() != (int) checksum.getValue()) {
        throw damaged("has a wrong checksum");
      }
      total += length;
      received += length + (length == 0 ? 16 : 8);
      ended = length == 0;
      block = new ByteArrayInputStream(bytes);
      return !ended;
    }

    private IOException damaged(String how) {
      return new IOException("the transfer is damaged: it " + how + ", at byte " + received);
    }

    /** Fails unless everything was read and the end was as it should be. */
    void requireEnd() throws IOException {
      if (read() >= 0) {
        throw damaged("goes on after its end");
      }
    }

    /** Bytes read from the stream below. */
    long received() {
      return received;
    }
  }
}
