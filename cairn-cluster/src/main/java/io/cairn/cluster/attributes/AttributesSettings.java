// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import static io.cairn.net.Ranges.atLeast;
import static io.cairn.net.Ranges.between;
import static io.cairn.net.Ranges.require;
import static io.cairn.net.Ranges.time;

import io.soabase.recordbuilder.core.RecordBuilder;
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
@RecordBuilder
public record AttributesSettings(
    Duration redistributionInterval,
    int redistributionRetries,
    Duration digestInterval,
    Duration tombstoneLifetime,
    int maxEntryBytes,
    int maxMessageBytes,
    int maxEntries,
    @Nullable Path directory)
    implements AttributesSettingsBuilder.With {

  /** Checks the ranges; a refusal names the component. */
  public AttributesSettings {
    time("redistributionInterval", redistributionInterval);
    atLeast("redistributionRetries", redistributionRetries, 0);
    time("digestInterval", digestInterval);
    time("tombstoneLifetime", tombstoneLifetime);
    between("maxEntryBytes", maxEntryBytes, 64, 1 << 20);
    require(
        maxMessageBytes >= 8192 && maxMessageBytes >= 2 * maxEntryBytes,
        "maxMessageBytes",
        "at least 8192 and hold two entries");
    atLeast("maxEntries", maxEntries, 1);
  }

  /** A second, 20 retries, 10 s, a day, 4 KiB, 64 KiB, 100,000, in memory only. */
  public static AttributesSettings defaults() {
    return AttributesSettingsBuilder.builder()
        .redistributionInterval(Duration.ofSeconds(1))
        .redistributionRetries(20)
        .digestInterval(Duration.ofSeconds(10))
        .tombstoneLifetime(Duration.ofDays(1))
        .maxEntryBytes(4096)
        .maxMessageBytes(64 << 10)
        .maxEntries(100_000)
        .build();
  }
}
