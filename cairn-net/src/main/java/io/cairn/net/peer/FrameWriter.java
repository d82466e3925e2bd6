// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * Writes what {@link FrameReader} reads: frames are gathered in one buffer until the flush; a large
 * payload is passed on without a copy. Belongs to the event loop.
 */
final class FrameWriter {
  /** The bytes before a payload: how many follow, and the head. */
  static final int PREFIX = Integer.BYTES + FrameHead.BYTES;

  private static final int BATCH = 32 << 10;

  private final ChannelHandlerContext ctx;
  private @Nullable ByteBuf batch;
  private boolean passedOn;

  FrameWriter(ChannelHandlerContext ctx) {
    this.ctx = ctx;
  }

  void frame(FrameHead head, byte[] payload) {
    boolean apart = payload.length > BATCH;
    ByteBuf out = reserve(apart ? PREFIX : PREFIX + payload.length);
    out.writeInt(FrameHead.BYTES + payload.length);
    head.write(out);
    if (apart) {
      passOn();
      var _ = ctx.write(Unpooled.wrappedBuffer(payload), ctx.voidPromise());
    } else {
      out.writeBytes(payload);
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
