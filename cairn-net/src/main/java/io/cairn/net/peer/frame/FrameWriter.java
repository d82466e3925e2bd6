// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.frame;

import io.cairn.net.WriteBatch;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;

/**
 * Writes what {@link FrameReader} reads: frames are gathered in one buffer until the flush; a large
 * payload is passed on without a copy. Belongs to the event loop.
 */
final class FrameWriter {
  /** The bytes before a payload: how many follow, and the head. */
  static final int PREFIX = Integer.BYTES + FrameHead.BYTES;

  private static final int BATCH = 32 << 10;

  private final ChannelHandlerContext ctx;
  private final WriteBatch batch;

  FrameWriter(ChannelHandlerContext ctx) {
    this.ctx = ctx;
    this.batch = new WriteBatch(ctx, BATCH);
  }

  /** Writes a frame whose payload is the beginning of an array. */
  void frame(FrameHead head, byte[] payload, int length) {
    boolean apart = length > BATCH;
    ByteBuf out = batch.reserve(apart ? PREFIX : PREFIX + length);
    out.writeInt(FrameHead.BYTES + length);
    head.write(out);
    if (apart) {
      batch.passOn();
      var _ = ctx.write(Unpooled.wrappedBuffer(payload, 0, length), ctx.voidPromise());
    } else {
      out.writeBytes(payload, 0, length);
    }
  }

  boolean hasUnflushed() {
    return batch.hasUnflushed();
  }

  void flush() {
    batch.flush();
  }

  void release() {
    batch.release();
  }
}
