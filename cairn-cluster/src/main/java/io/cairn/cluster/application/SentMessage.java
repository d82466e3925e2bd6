// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;

/**
 * A message as it is sent: the version of this format, whether it is text, its number, how long the
 * sender waits for a reply in milliseconds (0 if it wants none), the body.
 *
 * @param number greater than those of all messages that the sender sent before since it started
 * @param replyMillis how long a reply is waited for; 0 if none is wanted
 */
record SentMessage(long number, int replyMillis, Body body) {

  static final int HEADER = 2 + Long.BYTES + Integer.BYTES;

  private static final byte VERSION = 1;

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
    byte[] bytes = new byte[HEADER + body.size()];
    ByteBuffer.wrap(bytes)
        .put(VERSION)
        .put((byte) (body.isText() ? 1 : 0))
        .putLong(number)
        .putInt(replyMillis);
    body.writeTo(bytes, HEADER);
    return bytes;
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if it makes no sense
   */
  static SentMessage decode(byte[] bytes) {
    if (bytes.length < HEADER || bytes[0] != VERSION) {
      throw new IllegalArgumentException("no message, or one of a later version");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes, 1, HEADER - 1);
    byte text = in.get();
    long number = in.getLong();
    int replyMillis = in.getInt();
    if (text < 0 || text > 1 || number < 1 || replyMillis < 0) {
      throw new IllegalArgumentException("a message that makes no sense");
    }
    return new SentMessage(
        number,
        replyMillis,
        new Body(text == 1, Arrays.copyOfRange(bytes, HEADER, bytes.length)));
  }
}
