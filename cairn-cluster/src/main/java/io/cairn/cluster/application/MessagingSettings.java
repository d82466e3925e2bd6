// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import static io.cairn.net.Ranges.atLeast;
import static io.cairn.net.Ranges.between;
import static io.cairn.net.Ranges.time;

import io.soabase.recordbuilder.core.RecordBuilder;
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
@RecordBuilder
public record MessagingSettings(
    int maxMessageBytes, int queueCapacity, Overflow overflow, Duration receiptTimeout)
    implements MessagingSettingsBuilder.With {

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
    between("maxMessageBytes", maxMessageBytes, 1, 16 << 20);
    atLeast("queueCapacity", queueCapacity, 1);
    time("receiptTimeout", receiptTimeout);
  }

  /** 10,240 bytes, 1,000 messages, refuse, 10 s. */
  public static MessagingSettings defaults() {
    return MessagingSettingsBuilder.builder()
        .maxMessageBytes(10_240)
        .queueCapacity(1_000)
        .overflow(Overflow.REJECT)
        .receiptTimeout(Duration.ofSeconds(10))
        .build();
  }
}
