// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query.aggregation;

/** What the aggregations of one query may hold on one node. Used by one thread at a time. */
final class AggregationMemory {
  /** Buckets of one query, of all its aggregations together. */
  static final int MAX_BUCKETS = 100_000;

  /** Bytes of one query, about. */
  static final long MAX_BYTES = 32L << 20;

  /** What a bucket takes beside its key and what is asked about it. */
  private static final int BUCKET_BYTES = 120;

  private int buckets;
  private long bytes;

  /**
   * Counts a bucket in.
   *
   * @throws IllegalArgumentException if there are too many
   */
  void takeBucket(int keyBytes) {
    buckets++;
    if (buckets > MAX_BUCKETS) {
      throw new IllegalArgumentException(
          "The aggregations have more than %d buckets: restrict the query, or use a longer interval"
              .formatted(MAX_BUCKETS));
    }
    take(BUCKET_BYTES + keyBytes);
  }

  /**
   * Counts bytes in.
   *
   * @throws IllegalArgumentException if there are too many
   */
  void take(long more) {
    bytes += more;
    if (bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          ("The aggregations need more than %d MB of memory: restrict the query, or ask for fewer"
                  + " buckets or for less about each")
              .formatted(MAX_BYTES >> 20));
    }
  }

  /** Counts bytes out. */
  void give(long fewer) {
    bytes -= fewer;
  }
}
