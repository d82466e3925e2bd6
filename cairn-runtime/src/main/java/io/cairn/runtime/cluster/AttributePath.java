// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.cluster;

import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a path below {@code /core/attributes} names. Names may hold any characters; those that a
 * path cannot hold, slashes among them, are percent-encoded, so a path is split before it is
 * decoded.
 *
 * @param set the set's name; null for all sets
 * @param name the attribute's name; null for the whole set
 */
record AttributePath(@Nullable String set, @Nullable String name) {

  private static final int MOST_SEGMENTS = 2;

  /**
   * Reads a path.
   *
   * @param below what follows {@code /core/attributes}, encoded
   * @throws IllegalArgumentException if it has too many segments or is not encoded UTF-8
   */
  static AttributePath of(String below) {
    String path = trim(below);
    if (path.isEmpty()) {
      return new AttributePath(null, null);
    }
    String[] segments = path.split("/", -1);
    if (segments.length > MOST_SEGMENTS) {
      throw new IllegalArgumentException(
          "A path names a set and an attribute; a slash in a name is written %2F");
    }
    String set = decode(segments[0]);
    String name = segments.length < MOST_SEGMENTS ? null : decode(segments[1]);
    if (set.isEmpty() || (name != null && name.isEmpty())) {
      throw new IllegalArgumentException("The names of sets and attributes must not be empty");
    }
    return new AttributePath(set, name);
  }

  /** Encodes a name for a path. */
  static String encode(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static String trim(String below) {
    int from = below.startsWith("/") ? 1 : 0;
    int to = below.length();
    while (to > from && below.charAt(to - 1) == '/') {
      to--;
    }
    return below.substring(from, to);
  }

  /** Decodes a segment strictly: what is not UTF-8 must not become a name by accident. */
  private static String decode(String segment) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(segment.length());
    byte[] raw = segment.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < raw.length; i++) {
      if (raw[i] != '%') {
        bytes.write(raw[i]);
        continue;
      }
      int high = i + 2 < raw.length ? Character.digit(raw[i + 1], 16) : -1;
      int low = i + 2 < raw.length ? Character.digit(raw[i + 2], 16) : -1;
      if (high < 0 || low < 0) {
        throw new IllegalArgumentException("'%s' is not percent-encoded".formatted(segment));
      }
      bytes.write(high << 4 | low);
      i += 2;
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("'%s' is not UTF-8".formatted(segment), e);
    }
  }
}
