// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.log.LogPart;
import io.cairn.cluster.raft.election.Lease;
import io.cairn.cluster.raft.election.QuestionIds;
import io.cairn.cluster.raft.election.VoteGuard;
import io.cairn.cluster.raft.message.Codec;
import io.cairn.cluster.raft.message.Models;
import io.cairn.cluster.raft.message.NodeEndpoint;
import io.cairn.cluster.raft.thread.SerialExecutor;
import io.cairn.cluster.raft.thread.Ticks;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * What the parts of one replica set on this node share.
 *
 * @param id the replica set's name on the wire
 * @param local this node, in its life in the replica set
 * @param log the replica set's part of the log
 * @param machine drives its state machine
 * @param store writes its log for the engine
 * @param executor runs its tasks
 * @param ticks its timers and clock
 * @param models makes the engine's objects
 * @param stored the form of what the log holds
 * @param lease how long this node surely leads
 * @param votes keeps votes from breaking a lease
 * @param steps finds where followers' logs match
 * @param questions names what this life asks others
 * @param starts the starts of this node's disk, and of others
 * @param resumed whether this replica may have taken part before, in an earlier start of the node:
 *     the log holds the replica set, or this node founds it on a disk that may have been set back
 * @param hasRoom whether the disk has room for more commands
 */
record ReplicaSetContext(
    String id,
    NodeEndpoint local,
    LogPart log,
    MachineDriver machine,
    EngineStore store,
    SerialExecutor executor,
    Ticks ticks,
    Models models,
    Codec stored,
    Lease lease,
    VoteGuard votes,
    FollowerSteps steps,
    QuestionIds questions,
    DiskStarts starts,
    boolean resumed,
    BooleanSupplier hasRoom) {

  long now() {
    return ticks.nanos().getAsLong();
  }

  /** Runs a task on the replica set's thread. */
  void execute(Runnable task) {
    executor.execute(task);
  }

  /** Runs a task on the replica set's thread, after a delay. */
  void later(Runnable task, long delayNanos) {
    ticks.timer().schedule(() -> executor.execute(task), delayNanos);
  }

  /** Runs a task on the replica set's thread, at the next heartbeat. */
  void onBeat(Runnable task) {
    ticks.schedule(() -> executor.execute(task), Ticks.HEARTBEAT_SECONDS, TimeUnit.SECONDS);
  }
}
