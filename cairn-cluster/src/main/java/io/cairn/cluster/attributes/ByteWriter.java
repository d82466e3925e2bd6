// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that grow. Numbers are big-endian; texts are UTF-8 after their length. */
final class ByteWriter {

  private ByteBuffer buffer;

  ByteWriter(int expected) {
    buffer = ByteBuffer.allocate(expected);
  }

  ByteWriter unsignedByte(int value) {
    room(1).put((byte) value);
    return this;
  }

  ByteWriter character(char value) {
    room(2).putChar(value);
    return this;
  }

  ByteWriter shortNumber(short value) {
    room(2).putShort(value);
    return this;
  }

  ByteWriter integer(int value) {
    room(4).putInt(value);
    return this;
  }

  ByteWriter number(long value) {
    room(8).putLong(value);
    return this;
  }

  ByteWriter bytes(byte[] value) {
    room(4 + value.length).putInt(value.length).put(value);
    return this;
  }

  ByteWriter text(String value) {
    return bytes(value.getBytes(StandardCharsets.UTF_8));
  }

  int size() {
    return buffer.position();
  }

  byte[] toBytes() {
    return Arrays.copyOf(buffer.array(), buffer.position());
  }

  private ByteBuffer room(int bytes) {
    if (buffer.remaining() < bytes) {
      int size = Math.max(buffer.capacity() * 2, buffer.position() + bytes);
      buffer = ByteBuffer.allocate(size).put(buffer.flip());
    }
    return buffer;
  }
}
