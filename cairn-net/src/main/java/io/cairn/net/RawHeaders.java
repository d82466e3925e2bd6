// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Fields as they lie in the received bytes; strings are made only of what is asked for. The parser
 * has validated the bytes and never changes them afterwards.
 */
public final class RawHeaders implements HttpHeaders {
  /** Integers per field: where name and value start and end, relative to {@code base}. */
  public static final int STRIDE = 4;

  private final byte[] bytes;
  private final int base;
  private final int[] slices;

  public RawHeaders(byte[] bytes, int base, int[] slices) {
    this.bytes = bytes;
    this.base = base;
    this.slices = slices;
  }

  @Override
  public @Nullable String get(String name) {
    for (int i = 0; i < slices.length; i += STRIDE) {
      if (isNamed(i, name)) {
        return value(i);
      }
    }
    return null;
  }

  @Override
  public boolean contains(String name) {
    for (int i = 0; i < slices.length; i += STRIDE) {
      if (isNamed(i, name)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public List<String> all(String name) {
    List<String> values = new ArrayList<>(2);
    for (int i = 0; i < slices.length; i += STRIDE) {
      if (isNamed(i, name)) {
        values.add(value(i));
      }
    }
    return values;
  }

  @Override
  public void forEach(BiConsumer<String, String> consumer) {
    for (int i = 0; i < slices.length; i += STRIDE) {
      consumer.accept(text(slices[i], slices[i + 1]), value(i));
    }
  }

  @Override
  public int size() {
    return slices.length / STRIDE;
  }

  /** Takes fields as they lie in the received bytes: from where to where name and value go. */
  public interface Slices {
    /** Takes one; returns whether it wants more. */
    boolean field(byte[] bytes, int name, int nameEnd, int value, int valueEnd);
  }

  /** Passes fields, in order, until the consumer wants no more; returns whether it wanted all. */
  public boolean all(Slices consumer) {
    for (int i = 0; i < slices.length; i += STRIDE) {
      if (!consumer.field(
          bytes,
          base + slices[i],
          base + slices[i + 1],
          base + slices[i + 2],
          base + slices[i + 3])) {
        return false;
      }
    }
    return true;
  }

  private boolean isNamed(int i, String name) {
    int start = slices[i];
    int length = slices[i + 1] - start;
    if (length != name.length()) {
      return false;
    }
    int at = base + start;
    for (int k = 0; k < length; k++) {
      if (lower((char) (bytes[at + k] & 0xff)) != lower(name.charAt(k))) {
        return false;
      }
    }
    return true;
  }

  private static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
  }

  private String value(int i) {
    return text(slices[i + 2], slices[i + 3]);
  }

  private String text(int from, int to) {
    return new String(bytes, base + from, to - from, StandardCharsets.ISO_8859_1);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    forEach((name, value) -> text.append(name).append(' ').append(value).append(' '));
    return text.toString();
  }
}
