// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.frame;

import org.jspecify.annotations.Nullable;

/** What a frame is. */
public enum FrameKind {
  HANDSHAKE(0),
  MESSAGE(1),
  REQUEST(2),
  RESPONSE(3),
  FAILURE(4),
  OPEN(5),
  OPENED(6),
  CHUNK(7),
  CREDIT(8),
  END(9),
  CANCEL(10),
  /**
   * Bytes of a frame that is too large to go as one; as its correlation, how many bytes that has.
   */
  PART(11),
  /** The last bytes of such a frame, after its kind; empty if it was taken back. */
  LAST(12),
  /** A sign of life that wants one in return. */
  PING(13),
  /** That sign. */
  PONG(14),
  /**
   * The sender says nothing more; as its correlation a {@link CloseCode}, as its payload the
   * reason.
   */
  CLOSE(15);

  private static final FrameKind[] BY_CODE = {
    HANDSHAKE, MESSAGE, REQUEST, RESPONSE, FAILURE, OPEN, OPENED, CHUNK, CREDIT, END, CANCEL, PART,
    LAST, PING, PONG, CLOSE
  };

  private final int code;

  FrameKind(int code) {
    this.code = code;
  }

  /** Returns its name on the wire. */
  public byte code() {
    return (byte) code;
  }

  public static @Nullable FrameKind of(byte code) {
    return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
  }
}
