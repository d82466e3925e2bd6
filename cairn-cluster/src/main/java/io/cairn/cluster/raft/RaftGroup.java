// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.Applied;
import io.cairn.cluster.GroupStoppedException;
import io.cairn.cluster.Leadership;
import io.cairn.cluster.LeadershipListener;
import io.cairn.cluster.Member;
import io.cairn.cluster.MemberChange;
import io.cairn.cluster.MemberProgress;
import io.cairn.cluster.NotLeaderException;
import io.cairn.cluster.OutcomeUnknownException;
import io.cairn.cluster.OverloadedException;
import io.cairn.cluster.ReplicationException;
import io.cairn.cluster.ReplicationGroup;
import io.cairn.cluster.ReplicationOptions;
import io.cairn.cluster.log.GroupLog;
import io.cairn.cluster.log.LogFailedException;
import io.microraft.MembershipChangeMode;
import io.microraft.Ordered;
import io.microraft.QueryPolicy;
import io.microraft.RaftEndpoint;
import io.microraft.RaftNode;
import io.microraft.RaftNodeStatus;
import io.microraft.exception.CannotReplicateException;
import io.microraft.report.RaftGroupMembers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A group whose consensus MicroRaft does. */
final class RaftGroup implements ReplicationGroup {

  private final String id;
  private final GroupLog log;
  private final RaftNode node;
  private final GroupMachine machine;
  private final ReplicationOptions options;
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicLong inFlightBytes = new AtomicLong();
  private volatile @Nullable Throwable stopped;

  RaftGroup(
      String id,
      GroupLog log,
      RaftNode node,
      GroupMachine machine,
      ReplicationOptions options) {
    this.id = id;
    this.log = log;
    this.node = node;
    this.machine = machine;
    this.options = options;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public CompletableFuture<Applied> propose(byte[] command, @Nullable Object attachment) {
    if (command.length > options.maxCommandBytes()) {
      throw new IllegalArgumentException(
          "a command of " + command.length + " bytes is above maxCommandBytes, "
              + options.maxCommandBytes());
    }
    if (stopped != null) {
      return CompletableFuture.failedFuture(stoppedException());
    }
    CompletableFuture<Applied> outcome = new CompletableFuture<>();
    if (!admit(command.length)) {
      outcome.completeExceptionally(
          new OverloadedException("group " + id + " has too many proposals in flight", null));
      return outcome;
    }
    CompletableFuture<Ordered<Object>> ordered = node.replicate(new Command(command, attachment));
    var _ =
        ordered.whenComplete((result, failure) -> settle(outcome, command, result, failure));
    return outcome;
  }

  private void settle(
      CompletableFuture<Applied> outcome,
      byte[] command,
      @Nullable Ordered<Object> result,
      @Nullable Throwable failure) {
    inFlight.decrementAndGet();
    inFlightBytes.addAndGet(-command.length);
    if (result != null) {
      outcome.complete(new Applied(result.getCommitIndex(), result.getResult()));
    } else {
      outcome.completeExceptionally(translate(failure));
    }
  }

  private boolean admit(int bytes) {
    if (inFlight.incrementAndGet() <= options.maxInFlight()
        && inFlightBytes.addAndGet(bytes) <= options.maxInFlightBytes()) {
      return true;
    }
    // The byte count was only raised when the first test passed.
    if (inFlight.getAndDecrement() <= options.maxInFlight()) {
      inFlightBytes.addAndGet(-bytes);
    }
    return false;
  }

  private ReplicationException translate(@Nullable Throwable thrown) {
    Throwable failure = thrown instanceof CompletionException ? thrown.getCause() : thrown;
    if (failure instanceof ReplicationException known) {
      return known;
    } else if (failure instanceof CannotReplicateException) {
      return new OverloadedException("group " + id + " cannot take more now", failure);
    } else if (failure instanceof io.microraft.exception.NotLeaderException) {
      return stopped == null ? new NotLeaderException(id, leader()) : stoppedException();
    } else if (failure instanceof IllegalStateException) {
      // The engine refuses so before it takes anything: it has ended, or its memory is full.
      return RaftNodeStatus.isTerminal(node.getStatus())
          ? stoppedException()
          : new OverloadedException("group " + id + " cannot take more now", failure);
    }
    if (failure != null && failure.getCause() instanceof LogFailedException) {
      // The log refused to take the entry at all.
      return new GroupStoppedException("group " + id + " has failed", failure);
    }
    return new OutcomeUnknownException(
        "group " + id + " cannot tell whether the command takes effect", failure);
  }

  private GroupStoppedException stoppedException() {
    return new GroupStoppedException("group " + id + " is stopped", stopped);
  }

  @Override
  public CompletableFuture<Long> readIndex() {
    if (node.getEffectiveMembers().getMembers().size() == 1) {
      try {
        ensureLeader();
        return CompletableFuture.completedFuture(machine.lastApplied());
      } catch (ReplicationException e) {
        return CompletableFuture.failedFuture(e);
      }
    }
    CompletableFuture<Ordered<Object>> barrier =
        node.query(
            Marker.READ_BARRIER, QueryPolicy.LINEARIZABLE, Optional.empty(), Optional.empty());
    return barrier.handle(
        (result, failure) -> {
          if (failure != null) {
            throw translate(failure);
          }
          return result.getCommitIndex();
        });
  }

  @Override
  public CompletableFuture<Void> awaitApplied(long index) {
    if (machine.lastApplied() >= index) {
      return CompletableFuture.completedFuture(null);
    }
    return settle(node.waitFor(index, Duration.ofMillis(scaledReadTimeout())));
  }

  private long scaledReadTimeout() {
    return (long) options.readTimeoutMillis() * options.clockFactor();
  }

  @Override
  public @Nullable Leadership leadership() {
    return isLeader() && machine.ready().isDone() ? new Leadership(term()) : null;
  }

  @Override
  public void ensureLeader() {
    if (stopped != null) {
      throw stoppedException();
    }
    if (leadership() == null) {
      throw new NotLeaderException(id, leader());
    }
  }

  @Override
  public void onLeadershipChange(LeadershipListener listener) {
    Leadership held = leadership();
    if (held != null) {
      listener.leaderChanged(leader(), held.term());
      listener.gained(held);
    }
  }

  @Override
  public Map<String, MemberProgress> progress() {
    return Map.of();
  }

  @Override
  public boolean isRemoved() {
    return stopped == null && RaftNodeStatus.isTerminal(node.getStatus());
  }

  /** Returns the group's name in this node's log. */
  String logName() {
    return log.name();
  }

  @Override
  public boolean isLeader() {
    return stopped == null && node.getLocalEndpoint().equals(node.getTerm().getLeaderEndpoint());
  }

  @Override
  public @Nullable String leader() {
    RaftEndpoint leader = node.getTerm().getLeaderEndpoint();
    return leader == null ? null : NodeEndpoint.idOf(leader);
  }

  @Override
  public long term() {
    return node.getTerm().getTerm();
  }

  @Override
  public long lastApplied() {
    return machine.lastApplied();
  }

  @Override
  public List<Member> members() {
    RaftGroupMembers members = node.getEffectiveMembers();
    return members.getMembers().stream()
        .map(
            member ->
                new Member(
                    NodeEndpoint.idOf(member), members.getVotingMembers().contains(member)))
        .toList();
  }

  @Override
  public CompletableFuture<Void> changeMembers(String nodeId, MemberChange change) {
    MembershipChangeMode mode =
        switch (change) {
          case ADD_LEARNER -> MembershipChangeMode.ADD_LEARNER;
          case ADD_OR_PROMOTE_VOTER -> MembershipChangeMode.ADD_OR_PROMOTE_TO_FOLLOWER;
          case REMOVE -> MembershipChangeMode.REMOVE_MEMBER;
        };
    long expected = node.getCommittedMembers().getLogIndex();
    return settle(node.changeMembership(new NodeEndpoint(nodeId), mode, expected));
  }

  @Override
  public CompletableFuture<Void> transfer(String nodeId) {
    return settle(node.transferLeadership(new NodeEndpoint(nodeId)));
  }

  private CompletableFuture<Void> settle(CompletableFuture<?> future) {
    return future.handle(
        (result, failure) -> {
          if (failure != null) {
            throw translate(failure);
          }
          return null;
        });
  }

  /** Says what the log may forget. */
  void release() {
    log.release(Math.min(machine.durableIndex(), markIndex()));
  }

  private long markIndex() {
    GroupLog.SnapshotMark mark = log.snapshotMark();
    return mark == null ? 0 : mark.index();
  }

  /** Asks for what lets the log forget more, soon. */
  void seekRelease() {
    long applied = machine.lastApplied();
    if (stopped == null && markIndex() < applied) {
      var _ = node.takeSnapshot();
    }
    machine.makeDurable(applied);
  }

  /** Refuses everything from now on; what is in flight fails as unknown. */
  CompletableFuture<?> stop(Throwable reason) {
    if (stopped == null) {
      stopped = reason;
    }
    return node.terminate();
  }
}
