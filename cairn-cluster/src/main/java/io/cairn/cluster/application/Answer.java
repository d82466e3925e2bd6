// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the receiver of a message says to its sender. On the wire: the kind, whether it is text, the
 * body.
 *
 * @param kind what it says
 * @param body the reply, or a sentence for people
 */
record Answer(Kind kind, Body body) {

  /** What it says, the more telling reasons later. The codes are what is sent. */
  enum Kind {
    DELIVERED(1),
    /** As {@link #DELIVERED}, in a queue that drops the oldest. */
    QUEUED(11),
    REPLIED(2),
    NO_APPLICATION(4),
    OVERFLOW(3),
    TOO_LARGE(5),
    /** A later message of the same sender has been taken before. */
    LATE(6),
    REFUSED(7),
    FAILED(8),
    /** The sender does not wait any more. */
    EXPIRED(9),
    /** The sender's own node says so; never sent. */
    UNREACHABLE(10);

    private final byte code;

    Kind(int code) {
      this.code = (byte) code;
    }

    private static @Nullable Kind of(byte code) {
      return Arrays.stream(values()).filter(kind -> kind.code == code).findAny().orElse(null);
    }
  }

  private static final int HEADER = 2;

  /** Makes one with a sentence. */
  static Answer saying(Kind kind, String sentence) {
    return new Answer(kind, new Body(true, sentence.getBytes(StandardCharsets.UTF_8)));
  }

  /** Returns the body as it is shown to people. */
  String sentence() {
    return new String(body.copy(), StandardCharsets.UTF_8);
  }

  byte[] encode() {
    byte[] bytes = new byte[HEADER + body.size()];
    bytes[0] = kind.code;
    bytes[1] = (byte) (body.isText() ? 1 : 0);
    body.writeTo(bytes, HEADER);
    return bytes;
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if it makes no sense
   */
  static Answer decode(byte[] bytes) {
    Kind kind = bytes.length < HEADER ? null : Kind.of(bytes[0]);
    if (kind == null || bytes[1] < 0 || bytes[1] > 1) {
      throw new IllegalArgumentException("an answer that makes no sense");
    }
    return new Answer(
        kind, new Body(bytes[1] == 1, Arrays.copyOfRange(bytes, HEADER, bytes.length)));
  }
}
