// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.frame;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Cuts what arrives into frames: four bytes that say how many follow, a {@link FrameHead}, a
 * payload. Payloads are copied once, from the socket's buffer into the array that the receiver
 * gets. Belongs to the event loop.
 */
final class FrameReader {

  /** Takes what was read. */
  interface Sink {
    /** A frame has arrived. */
    void frame(FrameHead head, byte[] payload) throws FrameViolation;
  }

  private final Sink sink;
  private int limit;
  private boolean stopped;

  private final byte[] prefix = new byte[FrameWriter.PREFIX];

  /** The head of the frame whose payload arrives; null while its prefix does. */
  private @Nullable FrameHead head;

  /** What arrives, the prefix or the payload, and how much of it has come. */
  private byte[] target = prefix;

  private int filled;

  /**
   * Makes one.
   *
   * @param limit bytes of one frame, head and payload; beyond it the other side breaks the rules
   */
  FrameReader(int limit, Sink sink) {
    this.limit = limit;
    this.sink = sink;
  }

  /** Sets the limit of further frames. */
  void limit(int bytes) {
    limit = bytes;
  }

  /** Ignores the rest. */
  void stop() {
    stopped = true;
    target = prefix;
  }

  void read(ByteBuf in) throws FrameViolation {
    while (!stopped && in.isReadable()) {
      int count = Math.min(target.length - filled, in.readableBytes());
      in.readBytes(target, filled, count);
      filled += count;
      if (head == null && filled == target.length) {
        begin();
      }
      FrameHead begun = head;
      if (begun != null && filled == target.length) {
        byte[] payload = target;
        next(null, prefix);
        sink.frame(begun, payload);
      }
    }
  }

  private void begin() throws FrameViolation {
    ByteBuffer in = ByteBuffer.wrap(prefix);
    int length = in.getInt();
    if (length < 0 || length > limit) {
      throw new FrameViolation(CloseCode.TOO_BIG, "a frame has at most " + limit + " bytes");
    }
    if (length < FrameHead.BYTES) {
      throw new FrameViolation(CloseCode.MALFORMED, "a frame without head");
    }
    next(FrameHead.read(in), new byte[length - FrameHead.BYTES]);
  }

  private void next(@Nullable FrameHead begun, byte[] awaited) {
    head = begun;
    target = awaited;
    filled = 0;
  }
}
