// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

import io.cairn.cluster.log.DiskFileSystem;
import io.cairn.cluster.log.LogFileSystem;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a replication node takes from outside: disk, chance, time, threads and network. With all of
 * it given, a node runs in one thread on a virtual clock.
 *
 * @param files the disk the log lies on
 * @param random the source of chance
 * @param nanos a clock that only goes forward, in nanoseconds
 * @param shards run the replica sets' tasks: each runs what it is given one after the other, on one
 *     thread, and a task may wait for the log's disk. A replica set keeps to the one that {@link
 *     #shardOf} names. A {@link java.util.concurrent.ScheduledExecutorService}, such as an event
 *     loop, is its replica sets' timer too. Empty to make threads as {@link
 *     ReplicationOptions#threads()} says
 * @param executor runs what belongs to no replica set and may block, such as the start of one, and
 *     waits for the log's disk while that is slow; if there are no shards, it is the only one. Null
 *     for virtual threads
 * @param timer runs tasks later; null to make a thread for it
 * @param transport reaches the other nodes
 * @param ownLogThreads whether the log may use threads of its own, to reserve disk space ahead and
 *     to report its failure; if not, it works on its callers' threads only
 * @param hasRoom whether the disk has room for more commands; while not, this node takes none from
 *     leaders, and is a member in all else
 */
@RecordBuilder
public record ReplicationEnvironment(
    LogFileSystem files,
    Random random,
    LongSupplier nanos,
    List<Executor> shards,
    @Nullable Executor executor,
    @Nullable ReplicationTimer timer,
    ReplicationTransport transport,
    boolean ownLogThreads,
    BooleanSupplier hasRoom)
    implements ReplicationEnvironmentBuilder.With {

  /** Checks that what has no default is there. */
  public ReplicationEnvironment {
    Objects.requireNonNull(files, "files");
    Objects.requireNonNull(random, "random");
    Objects.requireNonNull(nanos, "nanos");
    Objects.requireNonNull(transport, "transport");
    shards = List.copyOf(shards);
  }

  /**
   * Returns which of some shards a replica set belongs to; the same on all nodes that have as many.
   */
  public static int shardOf(String replicaSet, int shards) {
    return Math.floorMod(replicaSet.hashCode(), shards);
  }

  /** Returns the real disk and threads, no network, and a clock that is given. */
  public static ReplicationEnvironment system(LongSupplier nanos) {
    return ReplicationEnvironmentBuilder.builder()
        .files(new DiskFileSystem())
        .random(new Random())
        .nanos(nanos)
        .shards(List.of())
        .transport(ReplicationTransport.none())
        .ownLogThreads(true)
        .hasRoom(() -> true)
        .build();
  }
}
