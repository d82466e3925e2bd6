// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.BiConsumer;

/**
 * Carries consensus messages between nodes; one for all replica sets of a node. Unreliable like a
 * datagram network: frames may be lost, repeated, delayed or reordered, but never altered, and a
 * sender's name is never false. Safe for all threads.
 */
public interface ReplicationTransport {

  /**
   * Sends a frame if it can. Never blocks and never throws. Called by a shard's thread, for all
   * replica sets of the shard at once, as a rule at the end of a turn.
   *
   * @param nodeId the node to send to
   * @param shard which shard of {@link ReplicationEnvironment#shards()} the frame comes from; the
   *     replica sets in it belong to the shard of that number at the other node too, if that node
   *     has as many
   * @param frame the bytes from its position to its limit, in an array of which the transport may
   *     keep what it needs: nobody else uses it any more
   */
  void send(String nodeId, int shard, ByteBuffer frame);

  /**
   * Has all that the calling shard has sent leave now. Called by a shard that is about to wait for
   * its disk.
   */
  default void letOut() {}

  /** Returns a frame's bytes, alone in their array; copies them unless they are. */
  static byte[] bytesOf(ByteBuffer frame) {
    byte[] array = frame.array();
    int begin = frame.arrayOffset() + frame.position();
    return begin == 0 && frame.limit() == array.length
        ? array
        : Arrays.copyOfRange(array, begin, begin + frame.remaining());
  }

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
      public void send(String nodeId, int shard, ByteBuffer frame) {
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
