// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The content of a message or reply. Immutable, if those that make one do not keep the array. */
final class Body {

  private final boolean text;
  private final byte[] bytes;

  Body(boolean text, byte[] bytes) {
    this.text = text;
    this.bytes = bytes;
  }

  /**
   * Makes one of text.
   *
   * @throws IllegalArgumentException if the text is none that UTF-8 can express
   */
  static Body of(String text) {
    try {
      ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return new Body(true, bytes);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "the text has half a surrogate pair, which UTF-8 cannot express", e);
    }
  }

  /** Makes one of a copy of the bytes. */
  static Body of(byte[] bytes) {
    return new Body(false, bytes.clone());
  }

  /** Refuses to be larger than a message may be. */
  Body atMost(int maxBytes) {
    if (bytes.length > maxBytes) {
      throw new IllegalArgumentException(
          "a message has at most %d bytes, this one %d".formatted(maxBytes, bytes.length));
    }
    return this;
  }

  boolean isText() {
    return text;
  }

  int size() {
    return bytes.length;
  }

  String asText() {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalStateException("the message was sent as bytes that are no UTF-8", e);
    }
  }

  byte[] copy() {
    return bytes.clone();
  }

  /** Writes whether it is text, and the bytes to the end. */
  WireWriter writeTo(WireWriter out) {
    return out.flag(text).raw(bytes);
  }

  /** Reads what {@link #writeTo} wrote, to the end. */
  static Body readRest(WireReader in) {
    return new Body(in.flag(), in.rest());
  }
}
