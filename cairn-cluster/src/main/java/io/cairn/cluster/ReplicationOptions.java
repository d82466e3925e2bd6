// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

import static io.cairn.net.Ranges.atLeast;
import static io.cairn.net.Ranges.between;
import static io.cairn.net.Ranges.require;

import io.soabase.recordbuilder.core.RecordBuilder;
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
 * @param threads platform threads that run the replica sets, each its share of them, if the
 *     environment gives none; 0 for one for each processor, at most eight
 * @param readTimeoutMillis how long a read index, or the wait until it is applied, may take
 */
@RecordBuilder
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
    int readTimeoutMillis)
    implements ReplicationOptionsBuilder.With {

  private static final int MIB = 1 << 20;

  /** Checks the values; a refusal names the key. */
  public ReplicationOptions {
    between("clockFactor", clockFactor, 1, 100);
    between("maxInFlight", maxInFlight, 1, 100_000);
    atLeast("maxInFlightBytes", maxInFlightBytes, 1);
    atLeast("snapshotEntries", snapshotEntries, 10);
    atLeast("snapshotBytes", snapshotBytes, 1);
    atLeast("segmentBytes", segmentBytes, 64 * 1024);
    require(
        maxCommandBytes >= 1 && maxCommandBytes <= segmentBytes / 2,
        "maxCommandBytes",
        "1 to half of segmentBytes");
    atLeast("threads", threads, 0);
    atLeast("readTimeoutMillis", readTimeoutMillis, 1);
  }

  /** Returns the defaults. */
  public static ReplicationOptions defaults() {
    return ReplicationOptionsBuilder.builder()
        .clockFactor(6)
        .maxInFlight(8192)
        .maxInFlightBytes(64L * MIB)
        .maxCommandBytes(16 * MIB)
        .snapshotEntries(10_000)
        .snapshotBytes(32L * MIB)
        .segmentBytes(64 * MIB)
        .threads(0)
        .readTimeoutMillis(5000)
        .build();
  }
}
