// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.frame;

import io.cairn.net.FailedFuture;
import io.cairn.net.peer.PeerRefusedException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The payload of a failure: whether the handler has seen the request, and a text. */
public final class FailurePayload {
  private static final int MAX_TEXT = 4096;

  private FailurePayload() {}

  public static byte[] encode(boolean handled, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(MAX_TEXT, bytes.length);
    byte[] payload = Arrays.copyOf(new byte[] {(byte) (handled ? 1 : 0)}, 1 + length);
    System.arraycopy(bytes, 0, payload, 1, length);
    return payload;
  }

  /** Returns the text to send for what a handler threw. */
  public static String describe(Throwable failure) {
    Throwable cause = FailedFuture.cause(failure);
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }

  public static PeerRefusedException decode(String description, byte[] payload)
      throws FrameViolation {
    if (payload.length == 0) {
      throw new FrameViolation(CloseCode.MALFORMED, "a failure without content");
    }
    String text = new String(payload, 1, payload.length - 1, StandardCharsets.UTF_8);
    return new PeerRefusedException(description + " was refused: " + text, payload[0] == 1);
  }
}
