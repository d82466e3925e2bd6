// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Proves that a side knows the cluster secret without telling it: a keyed digest (HMAC, RFC 2104)
 * of what both sides have said, nonces and identities and all, and of the role of the side that
 * proves. So a proof is good for one connection and one direction only.
 */
final class PeerProof {
  /** A side of the connection; or a dialer before the connection, see {@link Knock}. */
  enum Role {
    DIALER,
    ACCEPTOR,
    KNOCK
  }

  private static final String ALGORITHM = "HmacSHA256";

  private PeerProof() {}

  /** Returns the proof of the side with the role. */
  static byte[] of(PeerSecret secret, Role role, byte[] dialerHello, byte[] acceptorHello) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret.text().getBytes(StandardCharsets.UTF_8), ALGORITHM));
      mac.update(("cairn peer 1 " + role + '\n').getBytes(StandardCharsets.US_ASCII));
      mac.update(length(dialerHello));
      mac.update(dialerHello);
      mac.update(length(acceptorHello));
      mac.update(acceptorHello);
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has " + ALGORITHM, e);
    }
  }

  /** Compares in a time that tells nothing about where the two differ. */
  static boolean matches(byte[] expected, byte[] given) {
    return MessageDigest.isEqual(expected, given);
  }

  private static byte[] length(byte[] bytes) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array();
  }
}
