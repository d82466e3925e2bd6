// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * Gathers small writes of a connection in one buffer until the flush, so that many of them cost one
 * write to the socket. Belongs to the connection's event loop.
 */
public final class WriteBatch {

  /** What a batch begins with when its first write is small. */
  private static final int SMALL = 512;

  private final ChannelHandlerContext ctx;
  private final int bytes;
  private @Nullable ByteBuf batch;

  /** Whether something was handed to the channel since the last flush. */
  private boolean passedOn;

  /**
   * Makes an empty batch.
   *
   * @param bytes how large a batch is whose first write is not small
   */
  public WriteBatch(ChannelHandlerContext ctx, int bytes) {
    this.ctx = ctx;
    this.bytes = bytes;
  }

  /** Returns a buffer that takes at least so many bytes more. */
  public ByteBuf reserve(int length) {
    ByteBuf out = batch;
    if (out != null && out.writableBytes() < length) {
      passOn();
      out = null;
    }
    if (out == null) {
      out = ctx.alloc().directBuffer(length > SMALL ? Math.max(length, bytes) : 2 * SMALL);
      batch = out;
    }
    return out;
  }

  /** Hands the batch to the channel, where it counts for the high-water mark. */
  public void passOn() {
    ByteBuf out = batch;
    if (out != null) {
      batch = null;
      passedOn = true;
      var _ = ctx.write(out, ctx.voidPromise());
    }
  }

  /** Returns whether something was written and has not been flushed. */
  public boolean hasUnflushed() {
    return passedOn || batch != null;
  }

  /** Has all that was written leave. */
  public void flush() {
    passOn();
    passedOn = false;
    ctx.flush();
  }

  /** Drops what has not been handed to the channel. */
  public void release() {
    ByteBuf out = batch;
    if (out != null) {
      batch = null;
      out.release();
    }
  }
}
