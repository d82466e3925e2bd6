// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Cuts what arrives into the frames of RFC 6455, strictly: only whole binary messages that begin with a
 * {@link FrameHead}, and control frames. Payloads are copied once, from the socket's buffer into the
 * array that the receiver gets. Belongs to the event loop.
 */
final class WebSocketReader {

  /** Takes what was read. */
  interface Sink {
    /** A message. */
    void frame(FrameHead head, byte[] payload) throws WebSocketViolation;

    /** The other side wants the same bytes back. */
    void ping(byte[] payload);

    /** The other side ends the connection. */
    void closed(int code, String reason);
  }

  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;
  private static final int MAX_CONTROL = 125;
  private static final int MAX_PREFIX = 14;

  private final boolean masked;
  private final Sink sink;
  private int limit;
  private boolean stopped;

  private final byte[] prefix = new byte[MAX_PREFIX];
  private int prefixFilled;
  private int prefixNeeded = 2;

  private int opcode;
  private int mask;
  private final byte[] head = new byte[FrameHead.BYTES];
  private int headNeeded;
  private byte @Nullable [] payload;
  private int filled;

  /**
   * Makes one.
   *
   * @param masked whether frames must be masked, as those of clients are; else they must not be
   * @param limit payload bytes of one frame; beyond it the other side breaks the rules
   */
  WebSocketReader(boolean masked, int limit, Sink sink) {
    this.masked = masked;
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
    payload = null;
  }

  void read(ByteBuf in) throws WebSocketViolation {
    while (!stopped && in.isReadable()) {
      byte[] body = payload;
      if (body == null) {
        readPrefix(in);
      } else {
        fill(in, body);
      }
    }
  }

  private void readPrefix(ByteBuf in) throws WebSocketViolation {
    int count = Math.min(prefixNeeded - prefixFilled, in.readableBytes());
    in.readBytes(prefix, prefixFilled, count);
    prefixFilled += count;
    if (prefixFilled < prefixNeeded) {
      return;
    }
    if (prefixNeeded == 2) {
      prefixNeeded = prefixLength();
      if (prefixNeeded > 2) {
        return;
      }
    }
    begin();
  }

  private int prefixLength() throws WebSocketViolation {
    opcode = prefix[0] & 0x0f;
    int length = prefix[1] & 0x7f;
    if (opcode == 1) {
      throw new WebSocketViolation(CloseCode.NOT_BINARY, "text is not understood here");
    }
    if ((prefix[0] & 0xf0) != 0x80) {
      throw violation("fragments and extensions are not understood here");
    }
    if (opcode != BINARY && (opcode < CLOSE || opcode > PONG || length > MAX_CONTROL)) {
      throw violation("a control frame that makes no sense");
    }
    if ((prefix[1] < 0) != masked) {
      throw violation(masked ? "frames of clients are masked" : "frames of servers are not masked");
    }
    int extended = length == 126 ? 2 : length == 127 ? 8 : 0;
    return 2 + extended + (masked ? Integer.BYTES : 0);
  }

  private void begin() throws WebSocketViolation {
    int end = masked ? prefixNeeded - Integer.BYTES : prefixNeeded;
    long length = end == 2 ? prefix[1] & 0x7f : number(2, end);
    if (length < 0 || length > limit) {
      throw new WebSocketViolation(CloseCode.TOO_BIG, "a frame has at most " + limit + " bytes");
    }
    if (opcode == BINARY && length < FrameHead.BYTES) {
      throw new WebSocketViolation(CloseCode.MALFORMED, "a frame without head");
    }
    mask = masked ? (int) number(end, prefixNeeded) : 0;
    headNeeded = opcode == BINARY ? FrameHead.BYTES : 0;
    filled = 0;
    prefixFilled = 0;
    prefixNeeded = 2;
    byte[] body = new byte[(int) length - headNeeded];
    payload = body;
    if (length == 0) {
      deliver(body);
    }
  }

  private long number(int from, int to) {
    long value = 0;
    for (int i = from; i < to; i++) {
      value = value << 8 | (prefix[i] & 0xff);
    }
    return value;
  }

  private void fill(ByteBuf in, byte[] body) throws WebSocketViolation {
    if (filled < headNeeded) {
      int count = Math.min(headNeeded - filled, in.readableBytes());
      in.readBytes(head, filled, count);
      filled += count;
    }
    if (filled >= headNeeded) {
      int at = filled - headNeeded;
      int count = Math.min(body.length - at, in.readableBytes());
      in.readBytes(body, at, count);
      filled += count;
      if (at + count == body.length) {
        deliver(body);
      }
    }
  }

  private void deliver(byte[] body) throws WebSocketViolation {
    payload = null;
    if (mask != 0) {
      if (headNeeded > 0) {
        WebSocketMask.apply(head, mask);
      }
      WebSocketMask.apply(body, WebSocketMask.after(mask, headNeeded));
    }
    switch (opcode) {
      case BINARY -> sink.frame(FrameHead.read(head), body);
      case PING -> sink.ping(body);
      case CLOSE -> close(body);
      default -> {} // A pong: that it came is all it says.
    }
  }

  private void close(byte[] body) {
    if (body.length < 2) {
      sink.closed(1005, "");
      return;
    }
    int code = (body[0] & 0xff) << 8 | (body[1] & 0xff);
    sink.closed(code, new String(body, 2, body.length - 2, StandardCharsets.UTF_8));
  }

  private static WebSocketViolation violation(String reason) {
    return new WebSocketViolation(CloseCode.PROTOCOL_ERROR, reason);
  }
}
