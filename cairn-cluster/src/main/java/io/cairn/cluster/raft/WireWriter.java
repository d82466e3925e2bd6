// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes of a message being written; reused. Not thread-safe. */
final class WireWriter {

  private static final int SMALL = 1024;
  private static final int KEPT = 1 << 20;

  private ByteBuffer buffer = ByteBuffer.allocate(SMALL);

  private ByteBuffer room(int bytes) {
    if (buffer.remaining() < bytes) {
      int capacity = Math.max(buffer.capacity() * 2, buffer.position() + bytes);
      buffer = ByteBuffer.allocate(capacity).put(buffer.flip());
    }
    return buffer;
  }

  WireWriter u8(int value) {
    room(1).put((byte) value);
    return this;
  }

  WireWriter i32(int value) {
    room(Integer.BYTES).putInt(value);
    return this;
  }

  WireWriter i64(long value) {
    room(Long.BYTES).putLong(value);
    return this;
  }

  WireWriter flag(boolean value) {
    return u8(value ? 1 : 0);
  }

  WireWriter text(String value) {
    return bytes(value.getBytes(StandardCharsets.UTF_8));
  }

  WireWriter bytes(byte[] value) {
    room(Integer.BYTES + value.length).putInt(value.length).put(value);
    return this;
  }

  int position() {
    return buffer.position();
  }

  /** Sets an int that was written before. */
  void patch(int at, int value) {
    buffer.putInt(at, value);
  }

  /** Returns what was written, and begins anew. */
  byte[] take() {
    byte[] result = Arrays.copyOf(buffer.array(), buffer.position());
    if (buffer.capacity() > KEPT) {
      buffer = ByteBuffer.allocate(SMALL);
    }
    buffer.clear();
    return result;
  }

  /** Forgets what was written. */
  void reset() {
    buffer.clear();
  }
}
