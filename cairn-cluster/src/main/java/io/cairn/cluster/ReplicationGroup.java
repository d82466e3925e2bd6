// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One replicated log with its state machine, as seen from this node. Safe for all threads. */
public interface ReplicationGroup {

  /** Returns the group's name, unique on the node. */
  String id();

  /**
   * Proposes a command. The future completes once the command is committed (on disk at a majority)
   * and applied here. It completes on the group's own thread: whatever hangs on it without a hop
   * must be short and must not block.
   *
   * <p>It fails with {@link NotLeaderException}, {@link OverloadedException} or {@link
   * GroupStoppedException} when the command was certainly not accepted, and with {@link
   * OutcomeUnknownException} when it may or may not take effect.
   *
   * @param command the bytes; must not be modified afterwards
   * @param attachment handed to {@link StateMachine#apply} on this node beside the bytes
   */
  CompletableFuture<Applied> propose(byte[] command, @Nullable Object attachment);

  /**
   * Returns an index such that a state that has applied it contains every write acknowledged before
   * this call. Completes at once in a group of one.
   */
  CompletableFuture<Long> readIndex();

  /**
   * Returns normally if what is applied here contains every write acknowledged before this call.
   * Costs nanoseconds in a group of one.
   *
   * @throws NotLeaderException if this node does not lead the group
   * @throws GroupStoppedException if the group was stopped or has failed
   */
  void ensureLeader();

  /** Tells whether this node leads the group, to its knowledge. */
  boolean isLeader();

  /** Returns the node that leads, to this node's knowledge. */
  @Nullable String leader();

  /** Returns the current term. */
  long term();

  /** Returns the index of the last command applied on this node. */
  long lastApplied();

  /** Returns the members by the last configuration this node knows. */
  List<Member> members();

  /**
   * Changes the configuration by one step; completes when it is committed.
   *
   * @param nodeId the node to add, promote or remove
   * @param change the step
   */
  CompletableFuture<Void> changeMembers(String nodeId, MemberChange change);

  /** Hands leadership to another voter; completes when done. */
  CompletableFuture<Void> transfer(String nodeId);
}
