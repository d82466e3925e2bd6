// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.MemberChange;
import io.cairn.cluster.MembershipConflictException;
import io.cairn.cluster.NotLeaderException;
import io.cairn.cluster.ReplicationException;
import io.cairn.cluster.raft.message.MemberMessage.LifeQuery;
import io.cairn.cluster.raft.message.MemberMessage.NotMember;
import io.cairn.cluster.raft.message.NodeEndpoint;
import io.microraft.RaftNode;
import io.microraft.model.groupop.UpdateRaftGroupMembersOp;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes the members while this node leads. A node that is none is asked first in which life it
 * is. A member that has begun a new life without having been removed is removed: the earlier life
 * never answers again. Used on the replica set's thread.
 */
final class MemberChanges {

  private static final Logger LOG = LoggerFactory.getLogger(MemberChanges.class);

  /** How often a node is asked before it is not added. */
  private static final int QUESTIONS = 8;

  /** How long a member may be silent before it is asked, in timeouts. */
  private static final int PATIENCE = 2;

  private final ReplicaSetContext parts;
  private final EnginePort port;
  private final RaftNode node;
  private final RaftReplicaSet group;
  private @Nullable Wish wish;

  /** The silent members who were asked last, as the configuration names them, by their nodes. */
  private final Map<String, NodeEndpoint> silent = new HashMap<>();

  private long silentNumber;

  /** A node that is to be added. */
  private record Wish(
      String nodeId, MemberChange change, CompletableFuture<Void> result, long number) {}

  MemberChanges(ReplicaSetContext parts, EnginePort port, RaftNode node, RaftReplicaSet group) {
    this.parts = parts;
    this.port = port;
    this.node = node;
    this.group = group;
  }

  /** Takes one step; see {@link io.cairn.cluster.ReplicaSet#changeMembers}. */
  void change(String nodeId, MemberChange change, CompletableFuture<Void> result) {
    if (!group.isLeader()) {
      result.completeExceptionally(new NotLeaderException(group.id(), group.leader()));
      return;
    }
    if (change == MemberChange.REMOVE && nodeId.equals(parts.local().nodeId())) {
      // The engine counts the vote of a candidate that its own configuration leaves out.
      result.completeExceptionally(conflict("a leader must hand over before it is removed"));
      return;
    }
    NodeEndpoint member = member(nodeId);
    if (member == null && change != MemberChange.REMOVE) {
      ask(nodeId, change, result);
    } else {
      take(member == null ? new NodeEndpoint(nodeId) : member, change, result);
    }
  }

  private static MembershipConflictException conflict(String message) {
    return new MembershipConflictException(message, null);
  }

  private @Nullable NodeEndpoint member(String nodeId) {
    return NodeEndpoint.in(node.getEffectiveMembers().getMembers(), nodeId);
  }

  private void ask(String nodeId, MemberChange change, CompletableFuture<Void> result) {
    boolean changing =
        node.getEffectiveMembers().getLogIndex() != node.getCommittedMembers().getLogIndex();
    if (changing || wish != null) {
      result.completeExceptionally(conflict("another change of members is under way"));
      return;
    }
    Wish next = new Wish(nodeId, change, result, parts.questions().next());
    wish = next;
    ask(next, QUESTIONS);
  }

  private void ask(Wish asked, int left) {
    if (!asked.equals(wish)) {
      return;
    }
    if (!group.isLeader()) {
      fail(new NotLeaderException(group.id(), group.leader()));
    } else if (left == 0) {
      fail(conflict("node " + asked.nodeId() + " does not take part in group " + group.id()));
    } else {
      port.post(asked.nodeId(), new LifeQuery(asked.number()));
      parts.onBeat(() -> ask(asked, left - 1));
    }
  }

  private void fail(ReplicationException reason) {
    Wish failed = wish;
    wish = null;
    if (failed != null) {
      failed.result().completeExceptionally(reason);
    }
  }

  /** A node says in which life it is. */
  void lives(NodeEndpoint there, long number) {
    Wish asked = wish;
    if (asked != null && asked.number() == number && asked.nodeId().equals(there.nodeId())) {
      wish = null;
      if (group.isLeader()) {
        take(there, asked.change(), asked.result());
      } else {
        asked.result().completeExceptionally(new NotLeaderException(group.id(), group.leader()));
      }
    } else if (number == silentNumber && group.isLeader()) {
      NodeEndpoint member = silent.remove(there.nodeId());
      // The life that was silent, not one that was added since.
      if (member != null && !member.equals(there) && member.equals(member(there.nodeId()))) {
        LOG.warn("Group {}: {} has begun anew as {}", group.id(), member.id(), there.id());
        take(member, MemberChange.REMOVE, new CompletableFuture<>());
      }
    }
  }

  /** Asks those members in which life they are who have been silent for long. */
  void lookAfterSilent() {
    if (!group.isLeader()) {
      return;
    }
    long patience = TimeUnit.NANOSECONDS.toMillis(parts.ticks().timeoutNanos()) * PATIENCE;
    silentNumber = parts.questions().next();
    silent.clear();
    group
        .progress()
        .forEach(
            (nodeId, known) -> {
              NodeEndpoint member = member(nodeId);
              if (member != null
                  && !member.equals(parts.local())
                  && known.sinceContactMillis() > patience) {
                silent.put(nodeId, member);
                port.post(nodeId, new LifeQuery(silentNumber));
              }
            });
  }

  private void take(NodeEndpoint member, MemberChange change, CompletableFuture<Void> result) {
    UpdateRaftGroupMembersOp step;
    try {
      step = MemberSteps.next(node, parts.models(), member, change);
    } catch (ReplicationException e) {
      result.completeExceptionally(e);
      return;
    }
    // At once, so that the step is taken from the configuration it was made for.
    parts.executor().inline(() -> group.finish(node.replicate(step), result));
    if (change == MemberChange.REMOVE) {
      var _ =
          result.thenRun(
              () ->
                  port.post(member.id(), new NotMember(node.getCommittedMembers().getLogIndex())));
    }
  }

  /** Nothing is changed any more. */
  void stop(ReplicationException reason) {
    fail(reason);
  }
}
