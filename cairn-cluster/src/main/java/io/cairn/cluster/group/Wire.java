// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The few primitives that the group's binary formats are made of. Reading is strict. */
final class Wire {

  private static final int MAX_ITEMS = 100_000;
  private static final int MAX_BYTES = 16 << 20;

  private Wire() {}

  /** Writes something. */
  @FunctionalInterface
  interface Body {
    void write(Out out) throws IOException;
  }

  /** Reads something. */
  @FunctionalInterface
  interface Parser<T> {
    T read(In in) throws IOException;
  }

  static byte[] write(Body body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try {
      body.write(new Out(new DataOutputStream(bytes)));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    return bytes.toByteArray();
  }

  /**
   * Reads all of the bytes.
   *
   * @throws IllegalArgumentException if they are anything but what the parser expects
   */
  static <T> T read(byte[] bytes, Parser<T> parser) {
    ByteArrayInputStream source = new ByteArrayInputStream(bytes);
    try {
      T result = parser.read(new In(new DataInputStream(source)));
      if (source.available() > 0) {
        throw new IllegalArgumentException("bytes are left over");
      }
      return result;
    } catch (IOException e) {
      throw new IllegalArgumentException("malformed: " + e.getMessage(), e);
    }
  }

  /** Where to write. */
  record Out(DataOutputStream data) {

    void number(long value) throws IOException {
      data.writeLong(value);
    }

    void small(int value) throws IOException {
      data.writeInt(value);
    }

    void flag(boolean value) throws IOException {
      data.writeByte(value ? 1 : 0);
    }

    void tag(int value) throws IOException {
      data.writeByte(value);
    }

    void bytes(byte[] value) throws IOException {
      data.writeInt(value.length);
      data.write(value);
    }

    void text(String value) throws IOException {
      bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    void texts(List<String> values) throws IOException {
      data.writeInt(values.size());
      for (String value : values) {
        text(value);
      }
    }

    void pairs(Map<String, String> values) throws IOException {
      data.writeInt(values.size());
      for (Map.Entry<String, String> pair : new TreeMap<>(values).entrySet()) {
        text(pair.getKey());
        text(pair.getValue());
      }
    }
  }

  /** Where to read. */
  record In(DataInputStream data) {

    long number() throws IOException {
      return data.readLong();
    }

    int small() throws IOException {
      return data.readInt();
    }

    boolean flag() throws IOException {
      int value = data.readByte();
      if (value != 0 && value != 1) {
        throw new IOException("no flag: " + value);
      }
      return value == 1;
    }

    int tag() throws IOException {
      return data.readByte();
    }

    int count() throws IOException {
      int count = data.readInt();
      if (count < 0 || count > MAX_ITEMS) {
        throw new IOException("no count: " + count);
      }
      return count;
    }

    byte[] bytes() throws IOException {
      int length = data.readInt();
      if (length < 0 || length > MAX_BYTES || length > data.available()) {
        throw new IOException("no length: " + length);
      }
      return data.readNBytes(length);
    }

    String text() throws IOException {
      try {
        return StandardCharsets.UTF_8
            .newDecoder()
            .decode(java.nio.ByteBuffer.wrap(bytes()))
            .toString();
      } catch (CharacterCodingException e) {
        throw new IOException("no UTF-8", e);
      }
    }

    URI uri() throws IOException {
      try {
        return new URI(text());
      } catch (URISyntaxException e) {
        throw new IOException("no address", e);
      }
    }

    List<String> texts() throws IOException {
      int count = count();
      List<String> values = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        values.add(text());
      }
      return values;
    }

    Map<String, String> pairs() throws IOException {
      int count = count();
      Map<String, String> values = new TreeMap<>();
      for (int i = 0; i < count; i++) {
        values.put(text(), text());
      }
      return values;
    }
  }
}
