// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer;

/**
 * What precedes the payload of each binary frame: stream, kind, correlation id, ten bytes together.
 *
 * @param stream what the payload belongs to; that of a handshake means nothing
 * @param correlation the number of the request, as its sender counts; 0 for what has no answer
 */
record FrameHead(PeerStream stream, FrameKind kind, long correlation) {
  static final int BYTES = 10;

  void write(byte[] target) {
    target[0] = stream.code();
    target[1] = kind.code();
    for (int i = 0; i < Long.BYTES; i++) {
      target[2 + i] = (byte) (correlation >>> (56 - 8 * i));
    }
  }

  static FrameHead read(byte[] source) throws WebSocketViolation {
    PeerStream stream = PeerStream.of(source[0]);
    FrameKind kind = FrameKind.of(source[1]);
    if (stream == null) {
      throw new WebSocketViolation(CloseCode.MALFORMED, "unknown stream " + source[0]);
    }
    if (kind == null) {
      throw new WebSocketViolation(CloseCode.MALFORMED, "unknown kind of frame " + source[1]);
    }
    long correlation = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      correlation = correlation << 8 | (source[2 + i] & 0xff);
    }
    return new FrameHead(stream, kind, correlation);
  }
}
