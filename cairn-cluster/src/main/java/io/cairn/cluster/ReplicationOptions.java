// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

import org.jspecify.annotations.Nullable;

/**
 * How a node replicates.
 *
 * @param nodeId the node's name; null to take the stored one, or to make one up at the first start
 * @param clusterId the cluster's name; null likewise
 * @param clockFactor how much faster than the wall clock the consensus timers run (they count whole
 *     seconds): 6 means heartbeats every 167 ms, and a leader taken for dead after 500 ms
 * @param maxInFlight proposals a replica set takes before it refuses more
 * @param maxInFlightBytes bytes of proposals a replica set takes before it refuses more
 * @param maxCommandBytes the largest command
 * @param snapshotEntries entries after which a replica set notes a snapshot reference
 * @param snapshotBytes bytes after which it does so
 * @param segmentBytes size of a log segment
 * @param threads platform threads that run the replica sets, so that busy virtual threads elsewhere
 *     never delay them; 0 for virtual threads all the same
 * @param readTimeoutMillis how long a read index, or the wait until it is applied, may take
 */
public record ReplicationOptions(
    @Nullable String nodeId,
    @Nullable String clusterId,
    int clockFactor,
    int maxInFlight,
    long maxInFlightBytes,
    int maxCommandBytes,
    int snapshotEntries,
    long snapshotBytes,
    int segmentBytes,
    int threads,
    int readTimeoutMillis) {

  private static final int MIB = 1 << 20;

  /** Checks the values; a refusal names the key. */
  public ReplicationOptions {
    require(clockFactor >= 1 && clockFactor <= 100, "clockFactor", "1 to 100");
    require(maxInFlight >= 1 && maxInFlight <= 100_000, "maxInFlight", "1 to 100000");
    require(maxInFlightBytes >= 1, "maxInFlightBytes", "at least 1");
    require(snapshotEntries >= 10, "snapshotEntries", "at least 10");
    require(snapshotBytes >= 1, "snapshotBytes", "at least 1");
    require(segmentBytes >= 64 * 1024, "segmentBytes", "at least 65536");
    require(
        maxCommandBytes >= 1 && maxCommandBytes <= segmentBytes / 2,
        "maxCommandBytes",
        "1 to half of segmentBytes");
    require(threads >= 0, "threads", "0 or more");
    require(readTimeoutMillis >= 1, "readTimeoutMillis", "at least 1");
  }

  private static void require(boolean valid, String key, String range) {
    if (!valid) {
      throw new IllegalArgumentException(key + " must be " + range);
    }
  }

  /** Returns the defaults. */
  public static ReplicationOptions defaults() {
    return new ReplicationOptions(
        null, null, 6, 8192, 64L * MIB, 16 * MIB, 10_000, 32L * MIB, 64 * MIB, 8, 5000);
  }

  /** Returns a copy with the node's and the cluster's name. */
  public ReplicationOptions withIdentity(@Nullable String node, @Nullable String cluster) {
    return new ReplicationOptions(
        node,
        cluster,
        clockFactor,
        maxInFlight,
        maxInFlightBytes,
        maxCommandBytes,
        snapshotEntries,
        snapshotBytes,
        segmentBytes,
        threads,
        readTimeoutMillis);
  }

  /** Returns a copy whose consensus timers run at another pace. */
  public ReplicationOptions withClockFactor(int factor) {
    return new ReplicationOptions(
        nodeId,
        clusterId,
        factor,
        maxInFlight,
        maxInFlightBytes,
        maxCommandBytes,
        snapshotEntries,
        snapshotBytes,
        segmentBytes,
        threads,
        readTimeoutMillis);
  }

  /** Returns a copy with other bounds of proposals in flight. */
  public ReplicationOptions withMaxInFlight(int entries, long bytes) {
    return new ReplicationOptions(
        nodeId,
        clusterId,
        clockFactor,
        entries,
        bytes,
        maxCommandBytes,
        snapshotEntries,
        snapshotBytes,
        segmentBytes,
        threads,
        readTimeoutMillis);
  }

  /** Returns a copy with other snapshot intervals. */
  public ReplicationOptions withSnapshots(int entries, long bytes) {
    return new ReplicationOptions(
        nodeId,
        clusterId,
        clockFactor,
        maxInFlight,
        maxInFlightBytes,
        maxCommandBytes,
        entries,
        bytes,
        segmentBytes,
        threads,
        readTimeoutMillis);
  }

  /** Returns a copy with another segment size and the largest command that goes with it. */
  public ReplicationOptions withSegments(int bytes, int largestCommand) {
    return new ReplicationOptions(
        nodeId,
        clusterId,
        clockFactor,
        maxInFlight,
        maxInFlightBytes,
        largestCommand,
        snapshotEntries,
        snapshotBytes,
        bytes,
        threads,
        readTimeoutMillis);
  }

  /** Returns a copy with another number of threads, 0 for virtual ones. */
  public ReplicationOptions withThreads(int count) {
    return new ReplicationOptions(
        nodeId,
        clusterId,
        clockFactor,
        maxInFlight,
        maxInFlightBytes,
        maxCommandBytes,
        snapshotEntries,
        snapshotBytes,
        segmentBytes,
        count,
        readTimeoutMillis);
  }

  /** Returns a copy with another bound on reads. */
  public ReplicationOptions withReadTimeoutMillis(int millis) {
    return new ReplicationOptions(
        nodeId,
        clusterId,
        clockFactor,
        maxInFlight,
        maxInFlightBytes,
        maxCommandBytes,
        snapshotEntries,
        snapshotBytes,
        segmentBytes,
        threads,
        millis);
  }
}
