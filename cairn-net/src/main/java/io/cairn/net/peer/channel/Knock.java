// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import io.cairn.net.HttpHeaders;
import io.cairn.net.peer.frame.Hello;
import java.util.Arrays;
import java.util.Base64;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What a dialer says in its upgrade request to be told from strangers: a nonce, and a digest of it
 * that only who knows the cluster's secret can make. It gets a place among those that do, and
 * nothing else: it may have been overheard, so the proof is still to come.
 */
final class Knock {
  static final String HEADER = "x-cairn-knock";

  private static final byte[] NOTHING = {};
  private static final int LONGEST = 100;

  private Knock() {}

  /** Returns the header's value; null where there is no secret. */
  static @Nullable String of(@Nullable PeerSecret secret, RandomGenerator random) {
    if (secret == null) {
      return null;
    }
    byte[] nonce = new byte[Hello.NONCE_BYTES];
    random.nextBytes(nonce);
    byte[] digest = PeerProof.of(secret, PeerProof.Role.KNOCK, nonce, NOTHING);
    byte[] all = Arrays.copyOf(nonce, nonce.length + digest.length);
    System.arraycopy(digest, 0, all, nonce.length, digest.length);
    return Base64.getEncoder().encodeToString(all);
  }

  /** Whether a request was made by somebody who knows the secret, or who has overheard one. */
  static boolean isRight(@Nullable PeerSecret secret, HttpHeaders headers) {
    String value = headers.get(HEADER);
    if (secret == null || value == null || value.length() > LONGEST) {
      return false;
    }
    try {
      byte[] all = Base64.getDecoder().decode(value);
      if (all.length <= Hello.NONCE_BYTES) {
        return false;
      }
      byte[] nonce = Arrays.copyOf(all, Hello.NONCE_BYTES);
      byte[] digest = Arrays.copyOfRange(all, Hello.NONCE_BYTES, all.length);
      return PeerProof.matches(PeerProof.of(secret, PeerProof.Role.KNOCK, nonce, NOTHING), digest);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
