// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.frame;

import io.cairn.net.peer.PeerIdentity;
import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;
import java.util.Arrays;

/**
 * What each side says of itself first.
 *
 * @param hasSecret whether it knows a cluster secret, and so requires one
 * @param lane which lane the connection is to be: 0 for the control lane, from 1 on those of
 *     shards. The dialer chooses
 * @param shards how many shards the node has, and with that lanes; between two nodes there are as
 *     many as the one with fewer has
 */
public record Hello(boolean hasSecret, int lane, int shards, PeerIdentity identity) {
  public static final int VERSION = 5;
  public static final String SAME_VERSION = "Run the same version of Cairn on all nodes";
  public static final int NONCE_BYTES = 32;

  /** More shards than this no node has. */
  private static final int MOST_SHARDS = 255;

  /** The version, whether there is a secret, and the nonce. */
  private static final int FIXED_BYTES = 2 + NONCE_BYTES;

  /**
   * Returns its form on the wire.
   *
   * @param nonce random, so that no proof is good twice
   */
  public byte[] encode(byte[] nonce) {
    return new WireWriter()
        .u8(VERSION)
        .flag(hasSecret)
        .raw(nonce)
        .u8(lane)
        .u8(Math.min(shards, MOST_SHARDS))
        .text(identity.nodeId())
        .text(identity.launchId())
        .text(identity.address().toString())
        .take();
  }

  public static Hello decode(byte[] payload) throws FrameViolation {
    if (payload.length == 0 || payload[0] != VERSION) {
      throw new FrameViolation(
          CloseCode.REFUSED, "the versions of the peer protocol differ. " + SAME_VERSION);
    }
    if (payload.length < FIXED_BYTES) {
      throw malformed();
    }
    try {
      WireReader in = new WireReader(Arrays.copyOfRange(payload, FIXED_BYTES, payload.length));
      int lane = in.u8();
      int shards = in.u8();
      PeerIdentity identity = new PeerIdentity(in.text(), in.text(), in.uri());
      in.requireEnd();
      return new Hello(payload[1] == 1, lane, shards, identity);
    } catch (IllegalArgumentException e) {
      throw malformed();
    }
  }

  /** Returns the nonce, which also names the connection if it is the dialer's. */
  public static byte[] nonce(byte[] hello) {
    return Arrays.copyOfRange(hello, FIXED_BYTES - NONCE_BYTES, FIXED_BYTES);
  }

  private static FrameViolation malformed() {
    return new FrameViolation(CloseCode.MALFORMED, "a handshake that makes no sense");
  }
}
