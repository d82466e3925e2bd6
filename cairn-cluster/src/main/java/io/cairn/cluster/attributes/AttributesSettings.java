// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How attributes are kept and spread.
 *
 * @param redistributionInterval how often a change is sent again to nodes that have not confirmed
 *     it
 * @param redistributionRetries how often at most; afterwards only digests bring it
 * @param digestInterval how often a node compares what it has with one other
 * @param tombstoneLifetime how long a removal is remembered; a node that was separated for longer
 *     loses what it did not tell the others before
 * @param maxEntryBytes largest attribute as it is sent, names included
 * @param maxMessageBytes largest message
 * @param maxEntries most attributes, removed ones included
 * @param directory where attributes are kept over a restart of all nodes; null if they are not
 */
public record AttributesSettings(
    Duration redistributionInterval,
    int redistributionRetries,
    Duration digestInterval,
    Duration tombstoneLifetime,
    int maxEntryBytes,
    int maxMessageBytes,
    int maxEntries,
    @Nullable Path directory) {

  /** Checks the ranges; a refusal names the component. */
  public AttributesSettings {
    positive(redistributionInterval, "redistributionInterval");
    require(redistributionRetries >= 0, "redistributionRetries must not be negative");
    positive(digestInterval, "digestInterval");
    positive(tombstoneLifetime, "tombstoneLifetime");
    require(maxEntryBytes >= 64 && maxEntryBytes <= 1 << 20, "maxEntryBytes must be 64 to 1 MiB");
    require(
        maxMessageBytes >= 8192 && maxMessageBytes >= 2 * maxEntryBytes,
        "maxMessageBytes must be at least 8192 and hold two entries");
    require(maxEntries >= 1, "maxEntries must be at least 1");
  }

  private static void positive(Duration value, String name) {
    require(value.toMillis() >= 1, name + " must be at least 1 ms");
  }

  private static void require(boolean valid, String message) {
    if (!valid) {
      throw new IllegalArgumentException(message);
    }
  }

  /** A second, 20 retries, 10 s, a day, 4 KiB, 64 KiB, 100,000, in memory only. */
  public static AttributesSettings defaults() {
    return new AttributesSettings(
        Duration.ofSeconds(1),
        20,
        Duration.ofSeconds(10),
        Duration.ofDays(1),
        4096,
        64 << 10,
        100_000,
        null);
  }

  /** Returns these settings with another interval and number of retries. */
  public AttributesSettings withRedistribution(Duration interval, int retries) {
    return new AttributesSettings(
        interval,
        retries,
        digestInterval,
        tombstoneLifetime,
        maxEntryBytes,
        maxMessageBytes,
        maxEntries,
        directory);
  }

  /** Returns these settings with another largest attribute, and messages that hold some of them. */
  public AttributesSettings withMaxEntryBytes(int bytes) {
    return new AttributesSettings(
        redistributionInterval,
        redistributionRetries,
        digestInterval,
        tombstoneLifetime,
        bytes,
        Math.max(maxMessageBytes, 2 * bytes),
        maxEntries,
        directory);
  }

  /** Returns these settings with a directory to keep attributes in. */
  public AttributesSettings withDirectory(@Nullable Path place) {
    return new AttributesSettings(
        redistributionInterval,
        redistributionRetries,
        digestInterval,
        tombstoneLifetime,
        maxEntryBytes,
        maxMessageBytes,
        maxEntries,
        place);
  }
}
