// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

import io.cairn.cluster.log.DiskFileSystem;
import io.cairn.cluster.log.LogFileSystem;
import io.cairn.cluster.raft.RaftReplicationNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Random;
import java.util.function.Consumer;

/**
 * This node's share in replication: its one write-ahead log, and the groups that live in it. Safe
 * for all threads.
 */
public interface ReplicationNode extends AutoCloseable {

  /**
   * Opens the node's log, verifying every record, and makes ready to resume its groups.
   *
   * @param directory where the log lives; created if missing; one process at a time
   * @param options how to replicate
   * @throws io.cairn.cluster.log.LogCorruptedException if the log is damaged; nothing is changed
   * @throws io.cairn.cluster.log.LogLockedException if another process has the directory
   * @throws IOException if the disk fails
   */
  static ReplicationNode open(Path directory, ReplicationOptions options) throws IOException {
    return open(directory, options, new DiskFileSystem(), new Random());
  }

  /** Opens a node on a given file system and source of randomness. */
  static ReplicationNode open(
      Path directory, ReplicationOptions options, LogFileSystem files, Random random)
      throws IOException {
    return RaftReplicationNode.open(directory, options, files, random);
  }

  /** Returns the node's name, as stored. */
  String nodeId();

  /** Returns the cluster's name, as stored. */
  String clusterId();

  /**
   * Starts a group: a new one with this node alone, or the one the log holds. What the log holds
   * beyond the state machine's durable index is applied to it first; returns when the group serves.
   *
   * @param groupId the group's name
   * @param machine what it drives
   * @throws io.cairn.cluster.log.LogCorruptedException if the log lacks entries that the state
   *     machine needs
   * @throws IOException if the disk fails
   */
  ReplicationGroup createOrResumeGroup(String groupId, StateMachine machine) throws IOException;

  /** Returns the groups started here. */
  Collection<ReplicationGroup> groups();

  /**
   * Registers who is told, once, when the node has failed for good: a write or fsync failed, or a
   * state machine threw. The node accepts nothing any more; the process should stop. Told at once
   * if it has failed already.
   */
  void onFatal(Consumer<Throwable> listener);

  /** Stops the groups and flushes and closes the log. Proposals not yet committed fail. */
  @Override
  void close();
}
