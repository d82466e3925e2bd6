// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads what a peer has sent, believing nothing. Not thread-safe. */
final class WireReader {

  /** What arrived is not what any node of ours sends. */
  static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException(String what) {
      super(what);
    }
  }

  private final ByteBuffer buffer;

  WireReader(byte[] bytes) {
    this(ByteBuffer.wrap(bytes));
  }

  private WireReader(ByteBuffer buffer) {
    this.buffer = buffer;
  }

  private ByteBuffer need(int bytes) throws MalformedException {
    if (buffer.remaining() < bytes) {
      throw new MalformedException("it ends too early");
    }
    return buffer;
  }

  int u8() throws MalformedException {
    return need(1).get() & 0xff;
  }

  boolean flag() throws MalformedException {
    int value = u8();
    if (value > 1) {
      throw new MalformedException("a flag is " + value);
    }
    return value == 1;
  }

  int i32() throws MalformedException {
    return need(Integer.BYTES).getInt();
  }

  /** Reads a number that is not negative. */
  int count(int max) throws MalformedException {
    int value = i32();
    if (value < 0 || value > max) {
      throw new MalformedException("a count is " + value);
    }
    return value;
  }

  long i64() throws MalformedException {
    return need(Long.BYTES).getLong();
  }

  /** Reads an index or sequence number. */
  long index() throws MalformedException {
    long value = i64();
    if (value < 0) {
      throw new MalformedException("an index is " + value);
    }
    return value;
  }

  byte[] bytes(int max) throws MalformedException {
    byte[] value = new byte[Math.min(count(max), remainingOrFail())];
    buffer.get(value);
    return value;
  }

  private int remainingOrFail() throws MalformedException {
    int length = buffer.getInt(buffer.position() - Integer.BYTES);
    need(length);
    return length;
  }

  String text(int max) throws MalformedException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes(max))).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedException("a name is not UTF-8");
    }
  }

  /** Returns a reader of the next {@code length} bytes, and goes on behind them. */
  WireReader part(int length) throws MalformedException {
    need(length);
    WireReader part = new WireReader(buffer.slice(buffer.position(), length));
    buffer.position(buffer.position() + length);
    return part;
  }

  boolean hasMore() {
    return buffer.hasRemaining();
  }

  void requireEnd() throws MalformedException {
    if (buffer.hasRemaining()) {
      throw new MalformedException("it goes on behind its end");
    }
  }
}
