// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import io.cairn.net.LoopbackNames;
import io.cairn.net.peer.frame.Hello;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Decides whom a node accepts. Immutable. */
final class PeerTrust {
  private static final String BOTH = "set the same clusterSecret on both nodes";
  static final String SECRETS_DIFFER = "the cluster secrets differ: " + BOTH;

  private final PeerSettings settings;

  PeerTrust(PeerSettings settings) {
    this.settings = settings;
  }

  /**
   * Judges what is known before proofs are exchanged.
   *
   * @param other what the other side says of itself
   * @param local whether it runs on this machine
   * @param certified whether its certificate vouches for it
   * @return why it is refused, or null. Where there are secrets, the proof is still to come
   */
  @Nullable String refusal(Hello other, boolean local, boolean certified) {
    boolean own = settings.secret() != null;
    if (own && !other.hasSecret()) {
      return "the peer has no cluster secret: " + BOTH;
    }
    if (!own && other.hasSecret()) {
      return "only the peer has a cluster secret: " + BOTH;
    }
    if (own || certified || local || settings.insecurePeers()) {
      return null;
    }
    return "nothing proves who the peer is: " + BOTH + ", or use certificates, or insecurePeers";
  }

  /**
   * Judges where a node says that it is dialed.
   *
   * @param announced what it says
   * @param remote where its connection comes from
   * @return why it is refused, or null
   */
  static @Nullable String addressRefusal(URI announced, SocketAddress remote) {
    boolean elsewhere =
        remote instanceof InetSocketAddress inet
            && inet.getAddress() != null
            && !inet.getAddress().isLoopbackAddress();
    if (!elsewhere || !LoopbackNames.contains(announced.getHost())) {
      return null;
    }
    return announced + " leads others to themselves: set bindAddress or publicUri on that node";
  }

  /** Returns the proof to give; empty where no secret is. */
  byte[] proof(PeerProof.Role role, byte[] dialerHello, byte[] acceptorHello) {
    PeerSecret secret = settings.secret();
    return secret == null ? new byte[0] : PeerProof.of(secret, role, dialerHello, acceptorHello);
  }

  /** Whether the other side's proof is right. */
  boolean isProven(PeerProof.Role role, byte[] dialerHello, byte[] acceptorHello, byte[] proof) {
    return PeerProof.matches(proof(role, dialerHello, acceptorHello), proof);
  }
}
