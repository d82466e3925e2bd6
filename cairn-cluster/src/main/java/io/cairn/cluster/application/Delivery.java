// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

/** What became of a message. */
public enum Delivery {
  /** It waits in the queue of the application that it was sent to, or has been taken from it. */
  DELIVERED,
  /**
   * It waits in a queue there that drops its oldest message when it is full ({@link
   * MessagingSettings.Overflow#DROP_OLDEST}), so that it may still be lost; the node there counts
   * those.
   */
  QUEUED,
  /** It was refused: the queue there, or the one of this node towards there, is full. */
  OVERFLOW,
  /** The node has no application that takes messages. */
  NO_APPLICATION,
  /** The node takes only smaller messages. */
  TOO_LARGE,
  /** The node is not there or cannot be reached; the message did certainly not arrive. */
  UNREACHABLE,
  /** The connection broke, or no receipt came in time; the message may have arrived. */
  UNKNOWN
}
