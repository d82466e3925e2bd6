// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Sends messages to the applications of other nodes. Messages of one node to another arrive in the
 * order in which they were sent, at most once each; none is repeated by the runtime. Safe for all
 * threads; no method blocks. Futures complete on threads that must not be blocked.
 *
 * <p>All methods throw {@link IllegalArgumentException} for a message that is larger than {@link
 * MessagingSettings#maxMessageBytes}.
 */
public interface Messenger {

  /**
   * Sends a message to one node.
   *
   * @return what became of it; never fails
   */
  CompletableFuture<Delivery> sendTo(String nodeId, String text);

  /** As the other form, with bytes, which are copied. */
  CompletableFuture<Delivery> sendTo(String nodeId, byte[] bytes);

  /**
   * Sends a message to every other live node.
   *
   * @return what became of it, by node; never fails
   */
  CompletableFuture<Map<String, Delivery>> broadcast(String text);

  /** As the other form, with bytes, which are copied. */
  CompletableFuture<Map<String, Delivery>> broadcast(byte[] bytes);

  /**
   * Asks another node's application and awaits its reply.
   *
   * @return the reply; fails with {@link RequestFailedException}
   */
  CompletableFuture<ApplicationMessage> request(String nodeId, String text, Duration timeout);

  /** As the other form, with bytes, which are copied. */
  CompletableFuture<ApplicationMessage> request(String nodeId, byte[] bytes, Duration timeout);
}
