// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import java.util.function.BiConsumer;

/**
 * Carries messages about attributes to other nodes, each as it likes: late, twice, in another order
 * or not at all. Safe for all threads.
 */
public interface AttributesTransport {

  /**
   * Sends a message. Never blocks and never throws for what befalls the message.
   *
   * @param nodeId a node that was reported as live
   * @param message at most {@link AttributesSettings#maxMessageBytes} bytes; not written to
   *     afterwards
   */
  void send(String nodeId, byte[] message);

  /**
   * Sets who takes the messages of others, with the id of the sender. Called once, before anything
   * is sent. The receiver does not block.
   */
  void receiver(BiConsumer<String, byte[]> receiver);
}
