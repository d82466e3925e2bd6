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

  void frame(FrameHead head, byte[] payload) {
    boolean apart = payload.length > BATCH;
    ByteBuf out = batch.reserve(apart ? PREFIX : PREFIX + payload.length);
    out.writeInt(FrameHead.BYTES + payload.length);
    head.write(out);
    if (apart) {
      batch.passOn();
      var _ = ctx.write(Unpooled.wrappedBuffer(payload), ctx.voidPromise());
    } else {
      out.writeBytes(payload);
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
