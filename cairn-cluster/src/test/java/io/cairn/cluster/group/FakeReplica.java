// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import io.cairn.cluster.Applied;
import io.cairn.cluster.Leadership;
import io.cairn.cluster.LeadershipListener;
import io.cairn.cluster.Member;
import io.cairn.cluster.MemberChange;
import io.cairn.cluster.MemberProgress;
import io.cairn.cluster.MembershipConflictException;
import io.cairn.cluster.NotLeaderException;
import io.cairn.cluster.OutdatedReplicaException;
import io.cairn.cluster.ReplicaSet;
import io.cairn.cluster.ReplicaSetStoppedException;
import io.cairn.cluster.ReplicationTimeoutException;
import io.cairn.cluster.StateMachine;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One node's replica in {@link FakeConsensus}. */
final class FakeReplica implements ReplicaSet {

  private final FakeConsensus consensus;

  private final FakeConsensus.Node node;
  final FakeConsensus.Raft raft;
  private final StateMachine machine;
  private final List<LeadershipListener> listeners = new CopyOnWriteArrayList<>();
  private final Map<Long, CompletableFuture<Applied>> waiting = new TreeMap<>();
  private volatile List<Member> members = List.of();
  private volatile @Nullable String leader;
  private volatile long leading = -1;
  volatile long applied;
  private volatile boolean removed;
  volatile boolean stopped;
  volatile @Nullable OutdatedReplicaException refusal;
  private boolean wasMember;

  FakeReplica(
      FakeConsensus consensus,
      FakeConsensus.Node node,
      FakeConsensus.Raft raft,
      StateMachine machine) {
    this.consensus = consensus;
    this.node = node;
    this.raft = raft;
    this.machine = machine;
    this.applied = machine.durableIndex();
  }

  boolean running() {
    return !stopped && !removed && refusal == null && node.up;
  }

  void follow() {
    if (!running()) {
      return;
    }
    boolean member = raft.members.containsKey(node.id);
    if (wasMember && !member && raft.leader != null && reaches(raft.leader)) {
      removed = true;
    }
    String now = raft.leaderFor(node.id);
    if (member && now != null) {
      wasMember = true;
      catchUp();
    }
    members =
        raft.members.entrySet().stream().map(m -> new Member(m.getKey(), m.getValue())).toList();
    boolean leads = node.id.equals(now);
    long before = leading;
    leading = leads ? raft.term : -1;
    String previous = leader;
    leader = now;
    if (!java.util.Objects.equals(previous, now) || before != leading) {
      for (LeadershipListener listener : listeners) {
        listener.leaderChanged(now, raft.term);
        if (leads) {
          listener.gained(new Leadership(raft.term));
        }
      }
    }
  }

  private boolean reaches(String other) {
    return consensus.network.connected(node.id, other);
  }

  private void catchUp() {
    while (applied < raft.log.size() && !consensus.isStalled(node.id, raft.id)) {
      byte[] command = raft.log.get((int) applied);
      long at = applied + 1;
      applied = at;
      Object result = command == null ? null : machine.apply(at, command, null);
      CompletableFuture<Applied> proposer = waiting.remove(at);
      if (proposer != null) {
        var _ = proposer.completeAsync(() -> new Applied(at, result), consensus.completions);
      }
    }
  }

  @Override
  public String id() {
    return raft.id;
  }

  @Override
  public CompletableFuture<Applied> propose(byte[] command, @Nullable Object attachment) {
    CompletableFuture<Applied> outcome = new CompletableFuture<>();
    var _ =
        consensus
            .run(
                () -> {
                  checkLeads();
                  raft.log.add(command);
                  waiting.put((long) raft.log.size(), outcome);
                  return true;
                })
            .whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    outcome.completeExceptionally(failure);
                  }
                });
    return outcome;
  }

  private void checkLeads() {
    if (stopped || !node.up) {
      throw new ReplicaSetStoppedException("stopped", null);
    }
    if (!node.id.equals(raft.leader) || !raft.canLead(node.id)) {
      throw new NotLeaderException(raft.id, leader);
    }
  }

  @Override
  public CompletableFuture<Long> readIndex() {
    return consensus.run(
        () -> {
          if (raft.leaderFor(node.id) == null || !running()) {
            throw new NotLeaderException(raft.id, null);
          }
          return (long) raft.log.size();
        });
  }

  @Override
  public CompletableFuture<Void> awaitApplied(long index) {
    return consensus.run(
        () -> {
          follow();
          if (applied < index) {
            throw new ReplicationTimeoutException("not applied", null);
          }
          return null;
        });
  }

  @Override
  public @Nullable Leadership leadership() {
    long term = leading;
    return term >= 0 && running() ? new Leadership(term) : null;
  }

  @Override
  public boolean isStopped() {
    return stopped;
  }

  @Override
  public boolean isLeader() {
    return leadership() != null;
  }

  @Override
  public @Nullable String leader() {
    return running() ? leader : null;
  }

  @Override
  public void onLeadershipChange(LeadershipListener listener) {
    listeners.add(listener);
    listener.leaderChanged(leader, 0);
  }

  @Override
  public long term() {
    return raft.term;
  }

  @Override
  public int proposalsInFlight() {
    return 0;
  }

  @Override
  public long lastApplied() {
    return applied;
  }

  @Override
  public List<Member> members() {
    return members;
  }

  @Override
  public Map<String, MemberProgress> progress() {
    Map<String, MemberProgress> all = new TreeMap<>();
    try {
      return consensus
          .run(
              () -> {
                for (Map.Entry<String, FakeReplica> other : raft.replicas.entrySet()) {
                  boolean there = other.getValue().running() && reaches(other.getKey());
                  all.put(
                      other.getKey(),
                      new MemberProgress(other.getValue().applied, there ? 0 : Long.MAX_VALUE));
                }
                return all;
              })
          .get(1, TimeUnit.SECONDS);
    } catch (InterruptedException
        | java.util.concurrent.ExecutionException
        | java.util.concurrent.TimeoutException e) {
      return Map.of();
    }
  }

  @Override
  public CompletableFuture<Void> changeMembers(String nodeId, MemberChange change) {
    return consensus.run(
        () -> {
          checkLeads();
          switch (change) {
            case ADD_LEARNER -> {
              if (raft.members.putIfAbsent(nodeId, false) != null) {
                throw new MembershipConflictException("is a member", null);
              }
            }
            case ADD_OR_PROMOTE_VOTER -> {
              if (!raft.runs(nodeId)) {
                consensus.violations().add(nodeId + " votes in " + raft.id + " but does not run");
              }
              raft.members.put(nodeId, true);
            }
            case REMOVE -> {
              if (raft.members.remove(nodeId) == null) {
                throw new MembershipConflictException("is no member", null);
              }
            }
          }
          raft.log.add(null);
          return null;
        });
  }

  @Override
  public @Nullable Throwable failure() {
    return refusal;
  }

  @Override
  public boolean isRemoved() {
    return removed;
  }

  @Override
  public CompletableFuture<Void> transfer(String nodeId) {
    return consensus.run(
        () -> {
          checkLeads();
          if (!raft.canLead(nodeId)) {
            throw new MembershipConflictException(nodeId + " cannot lead", null);
          }
          raft.leader = nodeId;
          raft.elected();
          return null;
        });
  }
}
