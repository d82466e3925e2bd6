// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * The bounds of one partition's store.
 *
 * @param maxPendingCount applied versions that wait for the index; beyond it, apply blocks
 * @param maxPendingBytes the same in bytes
 * @param cacheBytes weight of the cache of latest documents, in bytes
 * @param indexBufferBytes what Lucene may buffer in memory before it writes a segment, in bytes
 * @param refreshIntervalMillis how often searchers are made in the background while documents are
 *     searched; a sixtieth as often when they are not
 * @param commitIntervalMillis the longest time between two commits while there are changes
 * @param commitBytes bytes applied since the last commit that bring the next one forward; a start
 *     after a crash applies about so many anew at most
 * @param maxFields distinct index fields of the partition; more (map keys, usually) are not indexed
 * @param maxPurgeTraces purges that a replica which was away can be told of; after more, it is
 *     filled anew
 * @param purgeTraceDistance how many log entries back such a purge may be
 * @param verification how thoroughly files are verified when the store is opened
 */
@RecordBuilder
public record StoreOptions(
    int maxPendingCount,
    long maxPendingBytes,
    long cacheBytes,
    long indexBufferBytes,
    long refreshIntervalMillis,
    long commitIntervalMillis,
    long commitBytes,
    int maxFields,
    int maxPurgeTraces,
    long purgeTraceDistance,
    Verification verification)
    implements StoreOptionsBuilder.With {

  /** How files are verified at open. */
  public enum Verification {
    /** Presence, length, header and footer of each file; the checksum of small ones. */
    FOOTERS,
    /** The checksum of every byte: reads the whole index. */
    CHECKSUMS
  }

  /** Checks that every bound is positive. */
  public StoreOptions {
    requirePositive("maxPendingCount", maxPendingCount);
    requirePositive("maxPendingBytes", maxPendingBytes);
    requirePositive("indexBufferBytes", indexBufferBytes);
    requirePositive("refreshIntervalMillis", refreshIntervalMillis);
    requirePositive("commitIntervalMillis", commitIntervalMillis);
    requirePositive("commitBytes", commitBytes);
    requirePositive("maxFields", maxFields);
    requirePositive("maxPurgeTraces", maxPurgeTraces);
    requirePositive("purgeTraceDistance", purgeTraceDistance);
    if (cacheBytes < 0) {
      throw new IllegalArgumentException("cacheBytes must not be negative: " + cacheBytes);
    }
  }

  private static void requirePositive(String key, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(key + " must be positive: " + value);
    }
  }

  /** Bounds for one of eight partitions of a node with a heap of about 1 GiB. */
  public static StoreOptions defaults() {
    return StoreOptionsBuilder.builder()
        .maxPendingCount(50_000)
        .maxPendingBytes(32L << 20)
        .cacheBytes(16L << 20)
        .indexBufferBytes(16L << 20)
        .refreshIntervalMillis(1_000)
        .commitIntervalMillis(120_000)
        .commitBytes(16L << 20)
        .maxFields(20_000)
        .maxPurgeTraces(50_000)
        .purgeTraceDistance(10_000_000)
        .verification(Verification.FOOTERS)
        .build();
  }
}
