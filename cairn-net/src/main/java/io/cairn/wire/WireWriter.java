// SPDX-License-Identifier: Apache-2.0
package io.cairn.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Bytes that grow as they are written, and can be used again. Not thread-safe. */
public final class WireWriter {
  private static final int SMALL = 256;
  private static final int KEPT = 1 << 20;

  private ByteBuffer buffer;

  /** Creates a writer that has written nothing. */
  public WireWriter() {
    this(SMALL);
  }

  /** As the other one, for about so many bytes. */
  public WireWriter(int size) {
    buffer = ByteBuffer.allocate(size);
  }

  private ByteBuffer room(int bytes) {
    if (buffer.remaining() < bytes) {
      int needed = Math.addExact(buffer.position(), bytes);
      int doubled = (int) Math.min(buffer.capacity() * 2L, Integer.MAX_VALUE - 8);
      int grown = Math.max(SMALL, Math.max(doubled, needed));
      buffer = ByteBuffer.allocate(grown).put(buffer.flip());
    }
    return buffer;
  }

  /** Writes the low eight bits. */
  public WireWriter u8(int value) {
    room(1).put((byte) value);
    return this;
  }

  /** Writes one byte. */
  public WireWriter flag(boolean value) {
    return u8(value ? 1 : 0);
  }

  /** Writes the low sixteen bits. */
  public WireWriter i16(int value) {
    room(Short.BYTES).putShort((short) value);
    return this;
  }

  /** Writes four bytes. */
  public WireWriter i32(int value) {
    room(Integer.BYTES).putInt(value);
    return this;
  }

  /** Writes eight bytes. */
  public WireWriter i64(long value) {
    room(Long.BYTES).putLong(value);
    return this;
  }

  /** Writes a number that is not negative as a varint: seven bits a byte, the lowest first. */
  public WireWriter number(int value) {
    if (value < 0) {
      throw new IllegalArgumentException("a number is " + value);
    }
    int rest = value;
    while (rest > 0x7f) {
      u8(rest | 0x80);
      rest >>>= 7;
    }
    return u8(rest);
  }

  /** Writes bytes after their length. */
  public WireWriter bytes(byte[] value) {
    return number(value.length).raw(value);
  }

  /** Writes bytes whose end the reader knows, as that of the message is. */
  public WireWriter raw(byte[] value) {
    room(value.length).put(value);
    return this;
  }

  /** Writes a text as UTF-8 after its length. */
  public WireWriter text(String value) {
    return bytes(value.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes texts after their count. */
  public WireWriter texts(Collection<String> values) {
    return items(values, WireWriter::text);
  }

  /** Writes names with their values after their count, ordered by name. */
  public WireWriter pairs(Map<String, String> values) {
    return items(
        new TreeMap<>(values).entrySet(),
        (out, pair) -> out.text(pair.getKey()).text(pair.getValue()));
  }

  /** Writes items after their count, each as the body does. */
  public <T> WireWriter items(Collection<T> items, BiConsumer<WireWriter, ? super T> body) {
    number(items.size());
    items.forEach(item -> body.accept(this, item));
    return this;
  }

  /** Writes whether there is a value, and the value if there is one. */
  public <T> WireWriter optional(@Nullable T value, BiConsumer<WireWriter, ? super T> body) {
    flag(value != null);
    if (value != null) {
      body.accept(this, value);
    }
    return this;
  }

  /** Begins a part whose length goes before it, and returns what {@link #endPart} wants to know. */
  public int beginPart() {
    i32(0);
    return buffer.position();
  }

  /** Ends a part. */
  public void endPart(int begin) {
    buffer.putInt(begin - Integer.BYTES, buffer.position() - begin);
  }

  /** Returns how many bytes were written. */
  public int size() {
    return buffer.position();
  }

  /** Forgets what was written behind so many bytes. */
  public void cut(int size) {
    buffer.position(size);
  }

  /** Returns what was written, without a copy; the writer must not be used any more. */
  public ByteBuffer handOver() {
    return buffer.flip();
  }

  /**
   * Returns what was written, and begins anew. Without a copy if the writer was made for exactly so
   * many bytes.
   */
  public byte[] take() {
    if (!buffer.hasRemaining()) {
      byte[] all = buffer.array();
      buffer = ByteBuffer.allocate(0);
      return all;
    }
    byte[] result = Arrays.copyOf(buffer.array(), buffer.position());
    if (buffer.capacity() > KEPT) {
      buffer = ByteBuffer.allocate(SMALL);
    }
    buffer.clear();
    return result;
  }
}
