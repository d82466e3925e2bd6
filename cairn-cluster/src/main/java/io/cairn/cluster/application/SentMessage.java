// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import io.cairn.wire.MalformedException;
import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;
import java.time.Duration;

/**
 * A message as it is sent: the version of this format, its number, how long the sender waits for a
 * reply in milliseconds (0 if it wants none), the body.
 *
 * @param number greater than those of all messages that the sender sent before since it started
 * @param replyMillis how long a reply is waited for; 0 if none is wanted
 */
record SentMessage(long number, int replyMillis, Body body) {

  private static final byte VERSION = 2;

  /**
   * Returns how long a reply is waited for, as it is sent.
   *
   * @throws IllegalArgumentException if that is no time between 1 ms and some 24 days
   */
  static int replyMillis(Duration timeout) {
    if (timeout.compareTo(Duration.ofMillis(1)) < 0
        || timeout.compareTo(Duration.ofMillis(Integer.MAX_VALUE)) > 0) {
      throw new IllegalArgumentException(
          "timeout must be 1 to %d ms, was %s".formatted(Integer.MAX_VALUE, timeout));
    }
    return (int) timeout.toMillis();
  }

  boolean wantsReply() {
    return replyMillis > 0;
  }

  byte[] encode() {
    WireWriter out = new WireWriter().u8(VERSION).i64(number).number(replyMillis);
    return body.writeTo(out).take();
  }

  /** Reads one. */
  static SentMessage decode(byte[] bytes) {
    return WireReader.read(
        bytes,
        in -> {
          in.version(VERSION, WireReader.SAME_ON_ALL_NODES);
          long number = in.index();
          MalformedException.require(number > 0, "its number is 0");
          return new SentMessage(number, in.number(Integer.MAX_VALUE), Body.readRest(in));
        });
  }
}
