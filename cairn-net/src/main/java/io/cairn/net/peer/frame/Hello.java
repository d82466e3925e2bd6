// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.frame;

import io.cairn.net.peer.PeerIdentity;
import java.net.URI;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * What each side says of itself first.
 *
 * @param hasSecret whether it knows a cluster secret, and so requires one
 */
public record Hello(boolean hasSecret, PeerIdentity identity) {
  public static final int VERSION = 3;
  public static final String SAME_VERSION = "Run the same version of Cairn on all nodes";
  public static final int NONCE_BYTES = 32;

  /**
   * Returns its form on the wire.
   *
   * @param nonce random, so that no proof is good twice
   */
  public byte[] encode(byte[] nonce) {
    List<byte[]> texts =
        List.of(
            bytes(identity.nodeId()),
            bytes(identity.launchId()),
            bytes(identity.address().toString()));
    int length = 2 + NONCE_BYTES + texts.stream().mapToInt(text -> Short.BYTES + text.length).sum();
    ByteBuffer out = ByteBuffer.allocate(length);
    out.put((byte) VERSION).put((byte) (hasSecret ? 1 : 0)).put(nonce);
    texts.forEach(text -> out.putShort((short) text.length).put(text));
    return out.array();
  }

  public static Hello decode(byte[] payload) throws FrameViolation {
    if (payload.length == 0 || payload[0] != VERSION) {
      throw new FrameViolation(
          CloseCode.REFUSED, "the versions of the peer protocol differ. " + SAME_VERSION);
    }
    try {
      ByteBuffer in = ByteBuffer.wrap(payload, 1, payload.length - 1);
      boolean hasSecret = in.get() == 1;
      in.position(in.position() + NONCE_BYTES);
      PeerIdentity identity = new PeerIdentity(text(in), text(in), URI.create(text(in)));
      if (in.hasRemaining()) {
        throw malformed();
      }
      return new Hello(hasSecret, identity);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw malformed();
    }
  }

  /** Returns the nonce, which also names the connection if it is the dialer's. */
  public static byte[] nonce(byte[] hello) {
    return Arrays.copyOfRange(hello, 2, 2 + NONCE_BYTES);
  }

  private static FrameViolation malformed() {
    return new FrameViolation(CloseCode.MALFORMED, "a handshake that makes no sense");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(ByteBuffer in) {
    byte[] bytes = new byte[Short.toUnsignedInt(in.getShort())];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
