// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import static io.cairn.net.server.RequestRefusedException.malformed;

import io.cairn.net.HttpTokens;

/** The lines between the chunks of a chunked body. */
final class ChunkLine {
  private ChunkLine() {}

  /**
   * Returns the size that the line announces; extensions after a semicolon are checked and dropped.
   */
  static long size(byte[] bytes, int from, int end) throws RequestRefusedException {
    long size = 0;
    int i = from;
    for (; i < end && bytes[i] != ';'; i++) {
      int digit = digit(bytes[i]);
      // Eight digits are more than any body may have, and cannot overflow.
      if (digit < 0 || i - from >= 8) {
        throw malformed("Malformed chunk size");
      }
      size = size * 16 + digit;
    }
    if (i == from) {
      throw malformed("Malformed chunk size");
    }
    for (; i < end; i++) {
      if (!HttpTokens.isValueByte(bytes[i])) {
        throw malformed("Malformed chunk extension");
      }
    }
    return size;
  }

  private static int digit(byte b) {
    return b >= 0 ? Character.digit(b, 16) : -1;
  }

  static void checkTrailer(byte[] bytes, int from, int end) throws RequestRefusedException {
    int i = from;
    while (i < end && HttpTokens.isTokenByte(bytes[i])) {
      i++;
    }
    if (i == from || i == end || bytes[i] != ':') {
      throw malformed("Malformed trailer field");
    }
    for (; i < end; i++) {
      if (!HttpTokens.isValueByte(bytes[i])) {
        throw malformed("Malformed trailer field");
      }
    }
  }
}
