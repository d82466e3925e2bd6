// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The outgoing half of a WebSocket: frames are gathered in one buffer until the flush; a large payload
 * that needs no mask is passed on without a copy. Belongs to the event loop.
 */
final class WebSocketWriter {
  static final int BINARY = 2;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;

  private static final int BATCH = 32 << 10;
  private static final int MAX_PREFIX = 14;
  private static final int MAX_REASON = 123;
  private static final byte[] NOTHING = {};

  private final ChannelHandlerContext ctx;

  /** Where masks come from, which clients need and servers must not use. */
  private final @Nullable RandomGenerator masks;

  private final byte[] head = new byte[FrameHead.BYTES];
  private @Nullable ByteBuf batch;
  private boolean passedOn;

  WebSocketWriter(ChannelHandlerContext ctx, @Nullable RandomGenerator masks) {
    this.ctx = ctx;
    this.masks = masks;
  }

  void frame(FrameHead frameHead, byte[] payload) {
    frameHead.write(head);
    write(BINARY, head, payload);
  }

  void control(int opcode, byte[] payload) {
    write(opcode, NOTHING, payload);
  }

  void close(int code, String reason) {
    byte[] text = reason.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(text.length, MAX_REASON);
    while (length < text.length && (text[length] & 0xc0) == 0x80) {
      length--; // Not in the middle of a character.
    }
    byte[] payload = Arrays.copyOf(new byte[] {(byte) (code >> 8), (byte) code}, 2 + length);
    System.arraycopy(text, 0, payload, 2, length);
    control(CLOSE, payload);
  }

  private void write(int opcode, byte[] first, byte[] second) {
    boolean apart = masks == null && second.length > BATCH;
    int length = first.length + second.length;
    ByteBuf out = reserve(MAX_PREFIX + (apart ? first.length : length));
    out.writeByte(0x80 | opcode);
    int maskBit = masks == null ? 0 : 0x80;
    if (length < 126) {
      out.writeByte(maskBit | length);
    } else if (length <= 0xffff) {
      out.writeByte(maskBit | 126).writeShort(length);
    } else {
      out.writeByte(maskBit | 127).writeLong(length);
    }
    if (masks != null) {
      int mask = masks.nextInt();
      out.writeInt(mask);
      WebSocketMask.write(out, first, mask);
      WebSocketMask.write(out, second, WebSocketMask.after(mask, first.length));
    } else if (apart) {
      out.writeBytes(first);
      passOn();
      passedOn = true;
      var _ = ctx.write(Unpooled.wrappedBuffer(second), ctx.voidPromise());
    } else {
      out.writeBytes(first).writeBytes(second);
    }
  }

  private ByteBuf reserve(int length) {
    ByteBuf out = batch;
    if (out != null && out.writableBytes() < length) {
      passOn();
      out = null;
    }
    if (out == null) {
      out = ctx.alloc().directBuffer(length > 512 ? Math.max(length, BATCH) : 1024);
      batch = out;
    }
    return out;
  }

  private void passOn() {
    ByteBuf out = batch;
    if (out != null) {
      batch = null;
      passedOn = true;
      var _ = ctx.write(out, ctx.voidPromise());
    }
  }

  boolean hasUnflushed() {
    return passedOn || batch != null;
  }

  void flush() {
    passOn();
    passedOn = false;
    ctx.flush();
  }

  void release() {
    ByteBuf out = batch;
    if (out != null) {
      batch = null;
      out.release();
    }
  }
}
