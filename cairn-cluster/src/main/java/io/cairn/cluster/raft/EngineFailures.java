// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.MembershipConflictException;
import io.cairn.cluster.NotLeaderException;
import io.cairn.cluster.OutcomeUnknownException;
import io.cairn.cluster.OverloadedException;
import io.cairn.cluster.ReplicaSetStoppedException;
import io.cairn.cluster.ReplicationException;
import io.cairn.cluster.ReplicationTimeoutException;
import io.cairn.cluster.log.LogFailedException;
import io.cairn.cluster.raft.message.NodeEndpoint;
import io.cairn.net.FailedFuture;
import io.microraft.RaftEndpoint;
import io.microraft.RaftNode;
import io.microraft.RaftNodeStatus;
import io.microraft.exception.CannotReplicateException;
import io.microraft.exception.MismatchingRaftGroupMembersCommitIndexException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What the engine's failures mean to who proposed.
 *
 * @param groupId the group
 * @param node its engine
 */
record EngineFailures(String groupId, RaftNode node) {

  ReplicaSetStoppedException stopped(@Nullable Throwable reason) {
    return new ReplicaSetStoppedException("group " + groupId + " is stopped", reason);
  }

  /**
   * Returns what is known of the outcome.
   *
   * @param thrown the engine's failure
   * @param taken whether the log had taken the command: then another leader may yet commit it, even
   *     if it was cut from the log here
   * @param stopReason why the group was stopped, if it was
   */
  ReplicationException translate(
      @Nullable Throwable thrown, boolean taken, @Nullable Throwable stopReason) {
    Throwable failure = thrown == null ? null : FailedFuture.cause(thrown);
    if (failure instanceof ReplicationException known) {
      return known;
    } else if (failure != null && failure.getCause() instanceof LogFailedException) {
      // The log refused to take the entry at all.
      return new ReplicaSetStoppedException("group " + groupId + " has failed", failure);
    } else if (taken || failure == null) {
      return unknown(failure);
    }
    return switch (failure) {
      case CannotReplicateException _ ->
          new OverloadedException("group " + groupId + " cannot take more now", failure);
      case io.microraft.exception.NotLeaderException _ ->
          stopReason == null ? new NotLeaderException(groupId, leader()) : stopped(stopReason);
      case MismatchingRaftGroupMembersCommitIndexException _ ->
          new MembershipConflictException("the members have changed meanwhile", failure);
      case IllegalArgumentException _ ->
          new MembershipConflictException(String.valueOf(failure.getMessage()), failure);
      case TimeoutException _ ->
          new ReplicationTimeoutException(
              "leadership of group " + groupId + " was not taken over in time", failure);
      // The engine refuses so before it takes anything: it has ended, or its memory is full.
      case IllegalStateException _ ->
          RaftNodeStatus.isTerminal(node.getStatus())
              ? stopped(stopReason)
              : new OverloadedException("group " + groupId + " cannot take more now", failure);
      default -> unknown(failure);
    };
  }

  private OutcomeUnknownException unknown(@Nullable Throwable failure) {
    return new OutcomeUnknownException(
        "group " + groupId + " cannot tell whether the command takes effect", failure);
  }

  private @Nullable String leader() {
    RaftEndpoint leader = node.getTerm().getLeaderEndpoint();
    return leader == null ? null : NodeEndpoint.nodeIdOf(leader);
  }
}
