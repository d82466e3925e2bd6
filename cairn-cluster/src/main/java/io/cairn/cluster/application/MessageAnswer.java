// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import io.cairn.wire.MalformedException;
import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What the receiver of a message says to its sender. On the wire: the version of this format, the
 * kind, the body.
 *
 * @param kind what it says
 * @param body the reply, or a sentence for people
 */
record MessageAnswer(Kind kind, Body body) {

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

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    private static Kind of(int code) {
      return Arrays.stream(values())
          .filter(kind -> kind.code == code)
          .findAny()
          .orElseThrow(() -> new MalformedException("no answer is of kind " + code));
    }
  }

  private static final int VERSION = 1;

  /** Makes one with a sentence. */
  static MessageAnswer saying(Kind kind, String sentence) {
    return new MessageAnswer(kind, new Body(true, sentence.getBytes(StandardCharsets.UTF_8)));
  }

  /** Returns the body as it is shown to people. */
  String sentence() {
    return new String(body.copy(), StandardCharsets.UTF_8);
  }

  byte[] encode() {
    return body.writeTo(new WireWriter().u8(VERSION).u8(kind.code)).take();
  }

  /** Reads one. */
  static MessageAnswer decode(byte[] bytes) {
    return WireReader.read(
        bytes,
        in -> {
          in.version(VERSION, WireReader.SAME_ON_ALL_NODES);
          return new MessageAnswer(Kind.of(in.u8()), Body.readRest(in));
        });
  }
}
