// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer;

import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The masking of RFC 6455 section 5.3, eight bytes at a time. */
final class WebSocketMask {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private WebSocketMask() {}

  /** Masks in place, or unmasks, which is the same. */
  static void apply(byte[] bytes, int mask) {
    long wide = widen(mask);
    int i = 0;
    for (; i + Long.BYTES <= bytes.length; i += Long.BYTES) {
      LONGS.set(bytes, i, (long) LONGS.get(bytes, i) ^ wide);
    }
    for (; i < bytes.length; i++) {
      bytes[i] ^= at(mask, i);
    }
  }

  /** Writes the masked bytes and leaves the array as it is. */
  static void write(ByteBuf out, byte[] bytes, int mask) {
    long wide = widen(mask);
    int i = 0;
    for (; i + Long.BYTES <= bytes.length; i += Long.BYTES) {
      out.writeLong((long) LONGS.get(bytes, i) ^ wide);
    }
    for (; i < bytes.length; i++) {
      out.writeByte(bytes[i] ^ at(mask, i));
    }
  }

  /** Returns the mask of what follows so many bytes. */
  static int after(int mask, int bytes) {
    return Integer.rotateLeft(mask, Byte.SIZE * (bytes % Integer.BYTES));
  }

  private static long widen(int mask) {
    return (long) mask << 32 | (mask & 0xffff_ffffL);
  }

  private static byte at(int mask, int index) {
    return (byte) (mask >>> (24 - Byte.SIZE * (index % Integer.BYTES)));
  }
}
