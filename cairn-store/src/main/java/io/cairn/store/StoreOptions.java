// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

/**
 * The bounds of one partition's store.
 *
 * @param maxPendingCount applied versions that wait for the index; beyond it, apply blocks
 * @param maxPendingBytes the same in bytes
 * @param cacheBytes weight of the cache of latest documents, in bytes
 * @param indexBufferBytes what Lucene may buffer in memory before it writes a segment, in bytes
 * @param refreshIntervalMillis how often searchers are made in the background while documents are
 *     searched; a tenth as often when they are not
 * @param commitIntervalMillis the longest time between two commits while there are changes
 * @param commitBytes bytes applied since the last commit that bring the next one forward
 * @param maxFields distinct index fields of the partition; more (map keys, usually) are not indexed
 * @param maxPurgeTraces purges that a replica which was away can be told of; after more, it is
 *     filled anew
 * @param purgeTraceDistance how many log entries back such a purge may be
 * @param verification how thoroughly files are verified when the store is opened
 */
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
    Verification verification) {

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
    return new StoreOptions(
        50_000,
        32L << 20,
        16L << 20,
        16L << 20,
        1_000,
        30_000,
        128L << 20,
        20_000,
        50_000,
        10_000_000,
        Verification.FOOTERS);
  }

  /** These options with other bounds on what waits for the index. */
  public StoreOptions withPending(int count, long bytes) {
    return new StoreOptions(
        count,
        bytes,
        cacheBytes,
        indexBufferBytes,
        refreshIntervalMillis,
        commitIntervalMillis,
        commitBytes,
        maxFields,
        maxPurgeTraces,
        purgeTraceDistance,
        verification);
  }

  /** These options with another cache weight, in bytes. */
  public StoreOptions withCacheBytes(long bytes) {
    return new StoreOptions(
        maxPendingCount,
        maxPendingBytes,
        bytes,
        indexBufferBytes,
        refreshIntervalMillis,
        commitIntervalMillis,
        commitBytes,
        maxFields,
        maxPurgeTraces,
        purgeTraceDistance,
        verification);
  }

  /** These options with other times between refreshes and between commits. */
  public StoreOptions withIntervals(long refreshMillis, long commitMillis) {
    return new StoreOptions(
        maxPendingCount,
        maxPendingBytes,
        cacheBytes,
        indexBufferBytes,
        refreshMillis,
        commitMillis,
        commitBytes,
        maxFields,
        maxPurgeTraces,
        purgeTraceDistance,
        verification);
  }

  /** These options with another bound on distinct index fields. */
  public StoreOptions withMaxFields(int count) {
    return new StoreOptions(
        maxPendingCount,
        maxPendingBytes,
        cacheBytes,
        indexBufferBytes,
        refreshIntervalMillis,
        commitIntervalMillis,
        commitBytes,
        count,
        maxPurgeTraces,
        purgeTraceDistance,
        verification);
  }

  /** These options with other bounds on the traces of purges. */
  public StoreOptions withPurgeTraces(int count, long distance) {
    return new StoreOptions(
        maxPendingCount,
        maxPendingBytes,
        cacheBytes,
        indexBufferBytes,
        refreshIntervalMillis,
        commitIntervalMillis,
        commitBytes,
        maxFields,
        count,
        distance,
        verification);
  }

  /** These options with another verification at open. */
  public StoreOptions withVerification(Verification other) {
    return new StoreOptions(
        maxPendingCount,
        maxPendingBytes,
        cacheBytes,
        indexBufferBytes,
        refreshIntervalMillis,
        commitIntervalMillis,
        commitBytes,
        maxFields,
        maxPurgeTraces,
        purgeTraceDistance,
        other);
  }
}
