// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.load;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Finds the end of one HTTP/1.1 answer with a content length. Not thread-safe. */
final class AnswerParser {

  private static final byte[] LENGTH = {
    'c', 'o', 'n', 't', 'e', 'n', 't', '-', 'l', 'e', 'n', 'g', 't', 'h', ':'
  };

  private final byte[] head = new byte[4096];
  private int headLength;
  private long bodyLeft = -1;
  private int status;

  void reset() {
    headLength = 0;
    bodyLeft = -1;
  }

  int status() {
    return status;
  }

  /** Takes bytes; true when they complete the answer. */
  boolean feed(ByteBuffer in) throws IOException {
    while (bodyLeft < 0) {
      if (!in.hasRemaining()) {
        return false;
      }
      if (headLength == head.length) {
        throw new IOException("An answer's head is too long");
      }
      head[headLength++] = in.get();
      if (headLength > 4
          && head[headLength - 1] == '\n'
          && head[headLength - 2] == '\r'
          && head[headLength - 3] == '\n') {
        parseHead();
      }
    }
    long taken = Math.min(bodyLeft, in.remaining());
    bodyLeft -= taken;
    return bodyLeft == 0;
  }

  private void parseHead() throws IOException {
    status = (head[9] - '0') * 100 + (head[10] - '0') * 10 + head[11] - '0';
    for (int at = 0; at < headLength - LENGTH.length; at++) {
      if (head[at] == '\n' && isLength(at + 1)) {
        bodyLeft = number(at + 1 + LENGTH.length);
        return;
      }
    }
    if (status != 204 && status != 304) {
      throw new IOException("An answer without length");
    }
    bodyLeft = 0;
  }

  private boolean isLength(int at) {
    for (int i = 0; i < LENGTH.length; i++) {
      if ((head[at + i] | 0x20) != (LENGTH[i] | 0x20)) {
        return false;
      }
    }
    return true;
  }

  private long number(int at) {
    long value = 0;
    for (int i = at; head[i] != '\r'; i++) {
      if (head[i] >= '0' && head[i] <= '9') {
        value = value * 10 + head[i] - '0';
      }
    }
    return value;
  }
}
