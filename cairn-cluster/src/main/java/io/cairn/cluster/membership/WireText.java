// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Text on the wire: two bytes of length, then UTF-8. */
final class WireText {

  /** Longest name or address, in bytes. */
  static final int MAX_NAME = 512;

  /** Longest key or value of metadata, in bytes. */
  static final int MAX_METADATA = 0xffff;

  private WireText() {}

  /**
   * Writes a text.
   *
   * @throws IllegalArgumentException if it is longer than the limit
   */
  static void write(DataOutputStream out, String text, int limit) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > limit) {
      throw new IllegalArgumentException("text of " + bytes.length + " bytes, limit " + limit);
    }
    out.writeShort(bytes.length);
    out.write(bytes);
  }

  /** Returns how many bytes a text takes, its length included. */
  static long bytes(String text) {
    return Short.BYTES + (long) text.getBytes(StandardCharsets.UTF_8).length;
  }

  static String read(DataInputStream in, int limit) throws IOException, MalformedMessageException {
    int length = in.readUnsignedShort();
    MalformedMessageException.require(length <= limit && length <= in.available(), "text length");
    byte[] bytes = in.readNBytes(length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedMessageException("text is not UTF-8");
    }
  }
}
