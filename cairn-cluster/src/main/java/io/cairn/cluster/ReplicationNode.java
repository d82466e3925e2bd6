// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

import io.cairn.cluster.log.LogFigures;
import io.cairn.net.DurationHistogram.Durations;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * This node's share in replication: its one write-ahead log, and the replica sets that live in it.
 * Safe for all threads.
 */
public interface ReplicationNode extends AutoCloseable {

  /** Returns the node's name, as stored. */
  String nodeId();

  /** Returns the cluster's name, as stored. */
  String clusterId();

  /**
   * Starts a group: a new one with this node alone, or the one the log holds. What the log holds
   * beyond the state machine's durable index is applied to it first; returns when the replica set
   * serves.
   *
   * @param groupId the replica set's name
   * @param machine what it drives
   * @throws io.cairn.cluster.log.LogCorruptedException if the log lacks entries that the state
   *     machine has applied
   * @throws ReplicaDamagedException if the state machine lacks entries that the log has forgotten
   * @throws IOException if the disk fails
   */
  ReplicaSet createOrResumeReplicaSet(String groupId, StateMachine machine) throws IOException;

  /**
   * Starts a replica set without waiting, on the node's own threads. What the log holds of it is
   * applied to the state machine first. The future completes when the replica set takes part; a
   * replica set whose only voter is this node then leads already.
   *
   * <p>It fails with {@link IllegalArgumentException} if the replica set is started already, with
   * {@link io.cairn.cluster.log.LogCorruptedException} if the log lacks entries that the state
   * machine has applied, with {@link ReplicaDamagedException} if the state machine lacks entries
   * that the log has forgotten, with {@link IOException} if the disk fails.
   */
  CompletableFuture<ReplicaSet> startReplicaSet(ReplicaSetSetup setup, StateMachine machine);

  /**
   * Stops a started replica set. The log keeps it: it can be started again. Its proposals in flight
   * fail.
   *
   * @param groupId the replica set's id; a replica set that is not started here is left alone
   */
  CompletableFuture<Void> stopReplicaSet(String groupId);

  /**
   * Stops a started replica set and lets the log forget it entirely and durably. Its proposals in
   * flight fail. Afterwards the same name starts a new replica set that knows nothing of the old
   * one.
   *
   * @param groupId the replica set's id; a replica set that is not started here is left alone
   */
  CompletableFuture<Void> removeReplicaSet(String groupId);

  /**
   * Lets the log forget a replica set that is not started.
   *
   * @param logName its name in this node's log; nothing happens if the log does not know it
   * @throws IllegalArgumentException if the replica set is started
   */
  void forgetReplicaSet(String logName) throws IOException;

  /** Returns the names of the replica sets that the log holds, started or not. */
  List<String> storedReplicaSets();

  /** Returns what the log holds of replica sets that are not started. */
  Salvage salvage();

  /** Returns how quick the log's disk was a short time ago. */
  DiskWaits diskWaits();

  /** Returns what the node's log has taken and holds. */
  LogFigures logFigures();

  /** Returns how long its shards have waited for the disk of the log, each time. */
  Durations logWaits();

  /** Returns the replica sets started here. */
  Collection<ReplicaSet> groups();

  /**
   * Registers who is told, once, when the node has failed for good: a write or fsync failed, or a
   * state machine threw. The node accepts nothing any more; the process should stop. Told at once
   * if it has failed already.
   */
  void onFatal(Consumer<Throwable> listener);

  /** Stops the replica sets and flushes and closes the log. Proposals not yet committed fail. */
  @Override
  void close();
}
