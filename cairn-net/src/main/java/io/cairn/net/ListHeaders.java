// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Fields built in this process, or received over HTTP/2; names are kept in lower case. */
public final class ListHeaders implements HttpHeaders {
  static final ListHeaders EMPTY = new ListHeaders(new String[0]);

  private final String[] fields;

  /** The HTTP/1.1 form, made on first use; a race only makes it twice. */
  private volatile byte @Nullable [] encoded;

  /** Others that were compared last, and have no name in common with these. */
  private volatile @Nullable ListHeaders apart;

  private ListHeaders(String[] fields) {
    this.fields = fields;
  }

  static ListHeaders of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException("names and values must come in pairs");
    }
    String[] fields = new String[namesAndValues.length];
    for (int i = 0; i < fields.length; i += 2) {
      put(fields, i, namesAndValues[i], namesAndValues[i + 1]);
    }
    return new ListHeaders(fields);
  }

  /** Takes fields that a protocol decoder has validated already; the array is not copied. */
  public static ListHeaders ofValidated(List<String> namesAndValues) {
    return new ListHeaders(namesAndValues.toArray(String[]::new));
  }

  /** Returns the same fields in this form, names in lower case. */
  public static ListHeaders of(HttpHeaders headers) {
    if (headers instanceof ListHeaders list) {
      return list;
    }
    List<String> fields = new ArrayList<>(2 * headers.size());
    headers.forEach(
        (name, value) -> {
          fields.add(name.toLowerCase(Locale.ROOT));
          fields.add(value);
        });
    return ofValidated(fields);
  }

  static ListHeaders copyOf(HttpHeaders headers, String name, String value) {
    String[] present = of(headers).fields;
    String[] fields = Arrays.copyOf(present, present.length + 2);
    put(fields, fields.length - 2, name, value);
    return new ListHeaders(fields);
  }

  private static void put(String[] fields, int at, String name, String value) {
    if (!HttpTokens.isToken(name)) {
      throw new IllegalArgumentException("not a field name: " + name);
    }
    if (!HttpTokens.isValue(value)) {
      throw new IllegalArgumentException("the value of " + name + " holds forbidden characters");
    }
    fields[at] = name.toLowerCase(Locale.ROOT);
    fields[at + 1] = value;
  }

  @Override
  public @Nullable String get(String name) {
    for (int i = 0; i < fields.length; i += 2) {
      if (fields[i].equalsIgnoreCase(name)) {
        return fields[i + 1];
      }
    }
    return null;
  }

  @Override
  public List<String> all(String name) {
    List<String> values = new ArrayList<>(2);
    for (int i = 0; i < fields.length; i += 2) {
      if (fields[i].equalsIgnoreCase(name)) {
        values.add(fields[i + 1]);
      }
    }
    return values;
  }

  @Override
  public void forEach(BiConsumer<String, String> consumer) {
    for (int i = 0; i < fields.length; i += 2) {
      consumer.accept(fields[i], fields[i + 1]);
    }
  }

  @Override
  public int size() {
    return fields.length / 2;
  }

  /** Returns the fields as lines of HTTP/1.1, without those that describe the framing. */
  public byte[] encoded() {
    byte[] bytes = encoded;
    if (bytes == null) {
      StringBuilder lines = new StringBuilder(fields.length * 24);
      for (int i = 0; i < fields.length; i += 2) {
        if (!isFraming(fields[i])) {
          lines.append(fields[i]).append(": ").append(fields[i + 1]).append("\r\n");
        }
      }
      bytes = lines.toString().getBytes(StandardCharsets.ISO_8859_1);
      encoded = bytes;
    }
    return bytes;
  }

  /**
   * Returns those of other fields whose names are not among these. Comparing them again costs
   * nothing, while they are the same object and have no name in common.
   */
  @SuppressWarnings("ReferenceEquality") // the very same fields
  public ListHeaders missing(ListHeaders others) {
    if (apart == others) {
      return others;
    }
    List<String> left = new ArrayList<>(others.fields.length);
    for (int i = 0; i < others.fields.length; i += 2) {
      if (get(others.fields[i]) == null) {
        left.add(others.fields[i]);
        left.add(others.fields[i + 1]);
      }
    }
    if (left.size() == others.fields.length) {
      apart = others;
      return others;
    }
    return ofValidated(left);
  }

  /** Fields that belong to the connection: the server alone writes them. */
  public static boolean isFraming(String lowerCaseName) {
    return switch (lowerCaseName) {
      case "content-length",
          "transfer-encoding",
          "connection",
          "keep-alive",
          "proxy-connection",
          "upgrade",
          "te",
          "trailer",
          "date" ->
          true;
      default -> false;
    };
  }

  @Override
  public String toString() {
    return String.join(" ", fields);
  }
}
