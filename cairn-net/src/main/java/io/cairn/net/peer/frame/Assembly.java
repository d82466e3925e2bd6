// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.frame;

import org.jspecify.annotations.Nullable;

/** Puts a large frame together that comes in pieces, others between them. Used by one thread. */
public final class Assembly {
  private final int limit;
  private byte @Nullable [] whole;
  private int filled;

  /**
   * Waits for pieces.
   *
   * @param limit how large a frame may be
   */
  public Assembly(int limit) {
    this.limit = limit;
  }

  /** Takes a piece that is not the last. */
  public void part(long total, byte[] piece) throws FrameViolation {
    byte[] begun = whole;
    if (begun == null) {
      if (total <= piece.length || total > limit) {
        throw malformed();
      }
      begun = new byte[(int) total];
      whole = begun;
      filled = 0;
    }
    add(begun, piece, 0);
  }

  private void add(byte[] begun, byte[] piece, int from) throws FrameViolation {
    int size = piece.length - from;
    if (size > begun.length - filled) {
      throw malformed();
    }
    System.arraycopy(piece, from, begun, filled, size);
    filled += size;
  }

  /**
   * Takes the last piece, which begins with the code of the frame's kind.
   *
   * @return the whole payload; null if the frame was taken back
   */
  public byte @Nullable [] last(byte[] piece) throws FrameViolation {
    byte[] begun = whole;
    whole = null;
    if (piece.length == 0) {
      return null;
    }
    if (begun == null) {
      throw malformed();
    }
    add(begun, piece, 1);
    if (filled < begun.length) {
      throw malformed();
    }
    return begun;
  }

  private static FrameViolation malformed() {
    return new FrameViolation(CloseCode.MALFORMED, "pieces of a frame do not fit together");
  }
}
