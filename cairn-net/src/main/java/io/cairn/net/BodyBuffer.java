// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Gathers a body. It grows with what has arrived, not with what was announced, so that announcing
 * costs a client as much as it costs us.
 */
final class BodyBuffer {
  private static final int FIRST = 8 << 10;

  private final int limit;
  private byte[] bytes = HttpRequest.NO_BODY;
  private int size;

  BodyBuffer(int limit) {
    this.limit = limit;
  }

  int size() {
    return size;
  }

  void append(byte[] source, int from, int length) throws RequestRefusedException {
    reserve(length);
    System.arraycopy(source, from, bytes, size, length);
    size += length;
  }

  void append(ByteBuf source, int length) throws RequestRefusedException {
    reserve(length);
    source.readBytes(bytes, size, length);
    size += length;
  }

  private void reserve(int length) throws RequestRefusedException {
    if (length > limit - size) {
      throw RequestRefusedException.bodyTooLarge(limit);
    }
    if (length > bytes.length - size) {
      long doubled = Math.max(FIRST, 2L * bytes.length);
      long capacity = Math.min(limit, Math.max(doubled, (long) size + length));
      bytes = Arrays.copyOf(bytes, (int) capacity);
    }
  }

  /** Returns the body and forgets it. */
  byte[] take() {
    byte[] whole = size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
    bytes = HttpRequest.NO_BODY;
    size = 0;
    return whole;
  }
}
