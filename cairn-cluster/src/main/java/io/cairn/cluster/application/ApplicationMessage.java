// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

/**
 * A message of another node's application, or the answer to a request. Safe for all threads; a
 * reply may be given later and by any thread.
 */
public interface ApplicationMessage {

  /** Returns the id of the node that sent it, which has been proved. */
  String sender();

  /** Tells whether it was sent as text. */
  boolean isText();

  /**
   * Returns it as text.
   *
   * @throws IllegalStateException if it was sent as bytes that are no UTF-8
   */
  String asText();

  /** Returns a copy of its bytes: those of the UTF-8 form, if it was sent as text. */
  byte[] asBytes();

  /** Tells whether the sender waits for a reply and has not got one. */
  boolean expectsReply();

  /**
   * Answers the sender's request. The first answer counts.
   *
   * @throws IllegalStateException if no reply is expected, or one was given
   * @throws IllegalArgumentException if it is larger than a message may be
   */
  void reply(String text);

  /** As the other form, with bytes. */
  void reply(byte[] bytes);

  /** Fails the sender's request with a reason that it gets to read. */
  void refuse(String reason);
}
