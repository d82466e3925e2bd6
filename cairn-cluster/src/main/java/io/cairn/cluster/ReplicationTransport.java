// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

import java.util.function.BiConsumer;

/**
 * Carries consensus messages between nodes; one for all replica sets of a node. Unreliable like a
 * datagram network: frames may be lost, repeated, delayed or reordered, but never altered, and a
 * sender's name is never false. Safe for all threads.
 */
public interface ReplicationTransport {

  /**
   * Sends a frame if it can. Never blocks and never throws.
   *
   * @param nodeId the node to send to
   * @param frame the bytes; not modified afterwards
   */
  void send(String nodeId, byte[] frame);

  /** Tells whether sending to the node has a chance at present. Costs next to nothing. */
  boolean isReachable(String nodeId);

  /**
   * Registers who takes the frames that arrive, with the name of the node that sent each. It does
   * not block and does not throw, whatever the frame holds. Called once per transport.
   */
  void receiver(BiConsumer<String, byte[]> receiver);

  /** Returns the transport of a node without peers: nobody is reachable, nothing arrives. */
  static ReplicationTransport none() {
    return new ReplicationTransport() {
      @Override
      public void send(String nodeId, byte[] frame) {
        // Nobody is there.
      }

      @Override
      public boolean isReachable(String nodeId) {
        return false;
      }

      @Override
      public void receiver(BiConsumer<String, byte[]> receiver) {
        // Nothing will arrive.
      }
    };
  }
}
