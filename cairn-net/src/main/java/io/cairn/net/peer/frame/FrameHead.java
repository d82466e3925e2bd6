// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.frame;

import io.cairn.net.peer.PeerStream;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/**
 * What precedes the payload of each frame: stream, kind, correlation id, ten bytes together.
 *
 * @param stream what the payload belongs to; means nothing in a handshake, a sign of life or the
 *     last frame
 * @param correlation the number of the request, as its sender counts; of other kinds what {@link
 *     FrameKind} says, or 0
 */
public record FrameHead(PeerStream stream, FrameKind kind, long correlation) {
  public static final int BYTES = 10;

  /** Returns the head of a frame that is about the connection itself. */
  public static FrameHead ofConnection(FrameKind kind, long correlation) {
    return new FrameHead(PeerStream.CONTROL, kind, correlation);
  }

  void write(ByteBuf out) {
    out.writeByte(stream.code()).writeByte(kind.code()).writeLong(correlation);
  }

  static FrameHead read(ByteBuffer in) throws FrameViolation {
    byte streamCode = in.get();
    byte kindCode = in.get();
    PeerStream stream = PeerStream.of(streamCode);
    FrameKind kind = FrameKind.of(kindCode);
    if (stream == null) {
      throw new FrameViolation(CloseCode.MALFORMED, "unknown stream " + streamCode);
    }
    if (kind == null) {
      throw new FrameViolation(CloseCode.MALFORMED, "unknown kind of frame " + kindCode);
    }
    return new FrameHead(stream, kind, in.getLong());
  }
}
