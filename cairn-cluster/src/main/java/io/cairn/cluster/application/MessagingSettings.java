// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import java.time.Duration;

/**
 * Bounds of application messages.
 *
 * @param maxMessageBytes largest body of a message
 * @param queueCapacity how many messages wait for an application, and how many to one node are
 *     under way, at most
 * @param overflow what happens to a message that comes when the application's queue is full
 * @param receiptTimeout how long the receipt of a message is waited for
 */
public record MessagingSettings(
    int maxMessageBytes, int queueCapacity, Overflow overflow, Duration receiptTimeout) {

  /** What happens to a message that comes when the queue is full. */
  public enum Overflow {
    /** It is refused, and its sender is told: {@link Delivery#OVERFLOW}. */
    REJECT,
    /**
     * The one that has waited for longest is dropped in its favour, and counted. Senders are told
     * {@link Delivery#QUEUED}, never {@link Delivery#DELIVERED}: a message in the queue may still
     * be dropped.
     */
    DROP_OLDEST
  }

  /** Checks the ranges; a refusal names the component. */
  public MessagingSettings {
    require(
        maxMessageBytes >= 1 && maxMessageBytes <= 16 << 20, "maxMessageBytes must be 1 to 16 MiB");
    require(queueCapacity >= 1, "queueCapacity must be at least 1");
    require(receiptTimeout.toMillis() >= 1, "receiptTimeout must be at least 1 ms");
  }

  private static void require(boolean valid, String message) {
    if (!valid) {
      throw new IllegalArgumentException(message);
    }
  }

  /** 10,240 bytes, 1,000 messages, refuse, 10 s. */
  public static MessagingSettings defaults() {
    return new MessagingSettings(10_240, 1_000, Overflow.REJECT, Duration.ofSeconds(10));
  }
}
