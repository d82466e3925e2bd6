// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads bytes strictly: whatever is not as a {@link ByteWriter} writes it is malformed. */
final class ByteReader {

  private final ByteBuffer rest;

  ByteReader(byte[] bytes) {
    rest = ByteBuffer.wrap(bytes);
  }

  int unsignedByte() throws MalformedException {
    need(1);
    return rest.get() & 0xff;
  }

  char character() throws MalformedException {
    need(2);
    return rest.getChar();
  }

  short shortNumber() throws MalformedException {
    need(2);
    return rest.getShort();
  }

  int integer() throws MalformedException {
    need(4);
    return rest.getInt();
  }

  long number() throws MalformedException {
    need(8);
    return rest.getLong();
  }

  /** Reads a number of items that take at least so many bytes each. */
  int count(int bytesEach) throws MalformedException {
    int count = integer();
    MalformedException.require(
        count >= 0 && count <= rest.remaining() / bytesEach, "a number of items");
    return count;
  }

  byte[] bytes() throws MalformedException {
    byte[] bytes = new byte[count(1)];
    rest.get(bytes);
    return bytes;
  }

  String text() throws MalformedException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes())).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedException("a text is not UTF-8");
    }
  }

  String name(String what) throws MalformedException {
    String name = text();
    try {
      EntryKey.checkName(what, name);
    } catch (IllegalArgumentException e) {
      throw new MalformedException("a name of " + what);
    }
    return name;
  }

  boolean hasMore() {
    return rest.hasRemaining();
  }

  void end() throws MalformedException {
    MalformedException.require(!rest.hasRemaining(), "bytes are left over");
  }

  private void need(int bytes) throws MalformedException {
    MalformedException.require(rest.remaining() >= bytes, "it ends early");
  }
}
