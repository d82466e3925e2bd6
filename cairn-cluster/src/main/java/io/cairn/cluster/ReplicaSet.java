// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One replicated log with its state machine, as seen from this node. Safe for all threads. */
public interface ReplicaSet {

  /** Returns the replica set's name, unique on the node. */
  String id();

  /**
   * Proposes a command. The future completes once the command is committed (on disk at a majority)
   * and applied here. It completes on the replica set's own thread: whatever hangs on it without a
   * hop must be short and must not block.
   *
   * <p>It fails with {@link NotLeaderException}, {@link OverloadedException} or {@link
   * ReplicaSetStoppedException} when the command was certainly not accepted, and with {@link
   * OutcomeUnknownException} when it may or may not take effect.
   *
   * @param command the bytes; must not be modified afterwards
   * @param attachment handed to {@link StateMachine#apply} on this node beside the bytes
   */
  CompletableFuture<Applied> propose(byte[] command, @Nullable Object attachment);

  /**
   * Returns an index such that a state that has applied it contains every write acknowledged before
   * this call. Any member may be asked: one that does not lead asks the leader. Completes at once
   * on a leader whose lease is valid. Combine it with {@link #awaitApplied} to read from this
   * replica.
   *
   * <p>It fails with {@link NotLeaderException} if no leader is known, with {@link
   * ReplicationTimeoutException} if none answered in time, with {@link ReplicaSetStoppedException}
   * if the replica set was stopped.
   */
  CompletableFuture<Long> readIndex();

  /**
   * Completes, on the replica set's thread, once this node has applied everything up to {@code
   * index}; fails with {@link ReplicationTimeoutException} if that takes longer than {@link
   * ReplicationOptions#readTimeoutMillis()}, and with {@link ReplicaSetStoppedException}.
   */
  CompletableFuture<Void> awaitApplied(long index);

  /**
   * Returns the proof that what is applied here contains every write acknowledged before this call
   * and that no other node leads: this node leads, has applied the entry that began its term, and
   * holds a valid lease. Null if not. Costs nanoseconds.
   */
  @Nullable Leadership leadership();

  /**
   * Tells whether the replica set was stopped or has failed: it decides nothing here any more.
   * Costs nanoseconds.
   */
  boolean isStopped();

  /** Tells whether this node leads the replica set, to its knowledge: it may have been deposed. */
  boolean isLeader();

  /** Returns the node that leads, to this node's knowledge. */
  @Nullable String leader();

  /**
   * Registers who is told of changes of the leader from now on. If there is a leader already, the
   * listener is told so first.
   */
  void onLeadershipChange(LeadershipListener listener);

  /** Returns the current term. */
  long term();

  /** Returns the index of the last command applied on this node. */
  long lastApplied();

  /** Returns how many proposals of this node have no outcome yet. */
  int proposalsInFlight();

  /** Returns the members by the last configuration this node knows, committed or not. */
  List<Member> members();

  /**
   * Returns how far the other members have come, by node, as of the last heartbeats; empty on a
   * node that does not lead.
   */
  Map<String, MemberProgress> progress();

  /**
   * Changes the configuration by one step; completes when it is committed. The step is conditional
   * on the last committed configuration. A voter becomes a learner by being removed and added. A
   * leader cannot be removed: it hands over first. A node is added only if its replica answers, as
   * each time a node joins, it does so as a new member to the others: no configuration that names
   * it from before lets it vote.
   *
   * <p>It fails with {@link MembershipConflictException} when it certainly has no effect.
   *
   * @param nodeId the node to add, promote or remove
   * @param change the step
   */
  CompletableFuture<Void> changeMembers(String nodeId, MemberChange change);

  /**
   * Tells whether the replica set has removed this node: it votes and applies no more, and may be
   * given to {@link ReplicationNode#removeReplicaSet}.
   */
  boolean isRemoved();

  /**
   * Returns why the replica here has stopped by itself although its node goes on, or null: {@link
   * ReplicaDivergedException}, or what its state machine says. It takes part in nothing any more
   * until it was stopped and started again.
   */
  default @Nullable Throwable failure() {
    return null;
  }

  /**
   * Hands leadership to another voter; completes when done. From the call on, {@link #leadership()}
   * returns null; if the transfer fails, leadership is gained again.
   */
  CompletableFuture<Void> transfer(String nodeId);
}
