// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import java.net.URI;
import java.util.function.BiConsumer;

/** Carries membership's messages between nodes: small, unreliable, unordered. */
public interface MembershipTransport {

  /** Returns the address under which the others reach this node. */
  URI self();

  /**
   * Sends a message, if it can be. Neither throws nor blocks: a message to an unreachable or slow
   * peer is dropped.
   */
  void send(URI peer, byte[] message);

  /** Whether there is a connection with a certain start of a peer now, as far as that is known. */
  default boolean isConnected(URI peer, String launchId) {
    return false;
  }

  /**
   * Sets who takes the messages that arrive, with the address of the sending peer. It is called by
   * any thread, does not block and does not throw. Without a receiver messages are dropped.
   */
  void receiver(BiConsumer<URI, byte[]> receiver);
}
