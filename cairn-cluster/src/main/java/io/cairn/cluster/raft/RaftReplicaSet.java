// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.Applied;
import io.cairn.cluster.Leadership;
import io.cairn.cluster.LeadershipListener;
import io.cairn.cluster.Member;
import io.cairn.cluster.MemberChange;
import io.cairn.cluster.MemberProgress;
import io.cairn.cluster.ReplicaSet;
import io.cairn.cluster.ReplicaSetStoppedException;
import io.cairn.cluster.ReplicationOptions;
import io.cairn.cluster.log.LogPart;
import io.cairn.cluster.raft.election.LeadershipWatch;
import io.cairn.cluster.raft.message.MemberMessage;
import io.cairn.cluster.raft.message.MemberMessageCodec;
import io.cairn.cluster.raft.message.NodeEndpoint;
import io.microraft.RaftEndpoint;
import io.microraft.RaftNode;
import io.microraft.RaftNodeStatus;
import io.microraft.impl.RaftNodeImpl;
import io.microraft.impl.state.RaftState;
import io.microraft.report.RaftGroupMembers;
import io.microraft.report.RaftTerm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A replica set whose consensus MicroRaft does. */
final class RaftReplicaSet implements ReplicaSet, MemberMessageCodec.Receiver {

  private static final Logger LOG = LoggerFactory.getLogger(RaftReplicaSet.class);

  /**
   * How often a replica set that hears nothing looks after that, in seconds of the engine's clock.
   */
  private static final int LOOK_SECONDS = 5;

  private final String id;
  private final ReplicaSetContext parts;
  private final LogPart log;
  private final RaftNode node;
  private final MachineDriver machine;
  private final ReplicationOptions options;
  private final EnginePort port;
  private final ReplicaSetInbox inbox;
  private final MemberChanges changes;
  private final StartGate gate;
  private final LeadershipWatch watch;
  private final ConsistentReads reads;
  private final EngineFailures failures;
  private final Proposals proposals;
  private final AtomicInteger transfers = new AtomicInteger();
  private volatile @Nullable Throwable stopped;
  private volatile @Nullable Throwable failure;
  private volatile boolean removed;
  private volatile @Nullable Members members;

  /** Whether the next look is planned; of the replica set's thread, from its first task on. */
  private boolean watched = true;

  /** The engine's members, as the rest of the house reads them. */
  private record Members(RaftGroupMembers engines, List<Member> list) {}

  RaftReplicaSet(
      ReplicaSetContext parts, RaftNode node, EnginePort port, ReplicationOptions options) {
    this.id = parts.id();
    this.parts = parts;
    this.log = parts.log();
    this.node = node;
    this.machine = parts.machine();
    this.options = options;
    this.port = port;
    this.watch = new LeadershipWatch(id);
    this.failures = new EngineFailures(id, node);
    this.proposals = new Proposals(parts, node, failures, options);
    this.inbox = new ReplicaSetInbox(parts, port, node, this);
    this.changes = new MemberChanges(parts, port, node, this);
    this.gate = new StartGate(parts, port, node, this::fail);
    port.gate(gate::isOpen);
    this.reads = new ConsistentReads(parts, port, node, this, options);
    machine.onReady(this::changed);
    machine.onReplicaFailure(this::fail);
    parts.executor().untilLook(inbox::untilLook, inbox::restraint);
    parts.executor().restWhile(this::isAtRest);
  }

  /** Begins to look after the replica set beside the engine, which has been told to start. */
  void begin() {
    parts.execute(
        () -> {
          gate.begin();
          watchOver();
        });
  }

  private void watchOver() {
    parts.ticks().schedule(() -> parts.execute(this::look), LOOK_SECONDS, TimeUnit.SECONDS);
  }

  private void look() {
    if (isOver()) {
      return;
    }
    gate.look();
    inbox.askWhetherMember();
    changes.lookAfterSilent();
    watched = !isAtRest();
    if (watched) {
      watchOver();
    }
  }

  /**
   * Tells whether this node is the only member, leads, and takes part: then there is nobody to beat
   * for, to listen for or to ask, until the engine tells of a change. On the replica set's thread.
   */
  private boolean isAtRest() {
    return inbox.view().alone() && gate.wasOpened() && transfers.get() == 0;
  }

  /** The engine's role, term, members or status have changed. On the replica set's thread. */
  void changed() {
    inbox.changed();
    EngineView view = inbox.view();
    boolean ready = view.leading() && machine.readyTerm() == view.term() && !isRemoved();
    watch.update(leader(), view.term(), ready);
    if (!isAtRest()) {
      parts.executor().stir();
      if (!watched) {
        watched = true;
        watchOver();
      }
    }
    if (stopped == null
        && !removed
        && RaftNodeStatus.isTerminal(node.getStatus())
        && !node.getCommittedMembers().getMembers().contains(parts.local())) {
      var _ = ended(); // as leader, it has committed its own removal
    }
  }

  @Override
  public String id() {
    return id;
  }

  /** Returns the replica set's name in this node's log. */
  String logName() {
    return log.name();
  }

  @Override
  public NodeEndpoint local() {
    return parts.local();
  }

  MemberChanges changes() {
    return changes;
  }

  StartGate gate() {
    return gate;
  }

  @Override
  public void receive(String from, MemberMessage message) {
    inbox.receive(from, message);
  }

  @Override
  public CompletableFuture<Applied> propose(byte[] bytes, @Nullable Object attachment) {
    if (bytes.length > options.maxCommandBytes()) {
      throw new IllegalArgumentException(
          "a command of "
              + bytes.length
              + " bytes is above maxCommandBytes, "
              + options.maxCommandBytes());
    }
    if (stopped != null) {
      return CompletableFuture.failedFuture(stoppedException());
    }
    return proposals.propose(bytes, attachment);
  }

  /** Tells whether nothing goes on here any more. */
  boolean isOver() {
    return stopped != null || removed;
  }

  ReplicaSetStoppedException stoppedException() {
    return failures.stopped(stopped);
  }

  @Override
  public CompletableFuture<Long> readIndex() {
    return reads.index();
  }

  @Override
  public CompletableFuture<Void> awaitApplied(long index) {
    return reads.awaitApplied(index);
  }

  ConsistentReads reads() {
    return reads;
  }

  @Override
  public @Nullable Leadership leadership() {
    RaftTerm term = node.getTerm();
    int current = term.getTerm();
    boolean leads =
        stopped == null
            && transfers.get() == 0
            && machine.readyTerm() == current
            && parts.local().equals(term.getLeaderEndpoint())
            && parts.lease().isValid(current, parts.now())
            && !RaftNodeStatus.isTerminal(node.getStatus());
    return leads ? new Leadership(current) : null;
  }

  @Override
  public boolean isStopped() {
    return stopped != null;
  }

  @Override
  public boolean isLeader() {
    return stopped == null && parts.local().equals(node.getTerm().getLeaderEndpoint());
  }

  @Override
  public @Nullable String leader() {
    RaftEndpoint leader = node.getTerm().getLeaderEndpoint();
    return leader == null ? null : NodeEndpoint.nodeIdOf(leader);
  }

  @Override
  public void onLeadershipChange(LeadershipListener listener) {
    parts.execute(() -> watch.add(listener));
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
  public int proposalsInFlight() {
    return proposals.inFlight();
  }

  @Override
  public List<Member> members() {
    // Each update asks, and the engine makes a new object with each change.
    RaftGroupMembers now = node.getEffectiveMembers();
    Members known = members;
    if (known == null || !known.engines.equals(now)) {
      known = new Members(now, list(now));
      members = known;
    }
    return known.list;
  }

  private List<Member> list(RaftGroupMembers members) {
    return members.getMembers().stream()
        .filter(member -> !member.equals(NodeEndpoint.ABSENT) && !isEarlierLife(member))
        .map(
            member ->
                new Member(
                    NodeEndpoint.nodeIdOf(member), members.getVotingMembers().contains(member)))
        .toList();
  }

  private boolean isEarlierLife(RaftEndpoint member) {
    return !member.equals(parts.local())
        && NodeEndpoint.nodeIdOf(member).equals(parts.local().nodeId());
  }

  @Override
  public Map<String, MemberProgress> progress() {
    if (!isLeader()) {
      return Map.of();
    }
    List<NodeEndpoint> others = new ArrayList<>();
    for (RaftEndpoint member : node.getEffectiveMembers().getMembers()) {
      if (!member.equals(parts.local()) && !member.equals(NodeEndpoint.ABSENT)) {
        others.add((NodeEndpoint) member);
      }
    }
    return inbox.progress().of(others, parts.now());
  }

  @Override
  public CompletableFuture<Void> changeMembers(String nodeId, MemberChange change) {
    CompletableFuture<Void> result = new CompletableFuture<>();
    if (stopped != null) {
      result.completeExceptionally(stoppedException());
    } else {
      parts.execute(() -> changes.change(nodeId, change, result));
    }
    return result;
  }

  void finish(CompletableFuture<?> future, CompletableFuture<Void> result) {
    var _ =
        future.whenComplete(
            (_, failure) -> {
              if (failure == null) {
                result.complete(null);
              } else {
                result.completeExceptionally(failures.translate(failure, false, stopped));
              }
            });
  }

  @Override
  public boolean isRemoved() {
    return removed;
  }

  /** Another member says that this node is none, by a configuration at an index. */
  void notMember(long index) {
    RaftGroupMembers members = node.getEffectiveMembers();
    if (members.getMembers().contains(parts.local()) && members.getLogIndex() < index) {
      LOG.info("This node was removed from group {}", id);
      var _ = ended();
    }
  }

  /** The replica set has removed this node: nothing goes on here any more. */
  CompletableFuture<?> ended() {
    removed = true;
    putState(EngineStore.REMOVED, "removed");
    parts.execute(() -> endWaiting(failures.stopped(null)));
    return node.terminate();
  }

  private void endWaiting(ReplicaSetStoppedException reason) {
    reads.stop(reason);
    changes.stop(reason);
    machine.stop(reason);
    watch.update(null, term(), false);
  }

  @Override
  public CompletableFuture<Void> transfer(String nodeId) {
    transfers.incrementAndGet(); // before anything happens: the lease is void from here on
    CompletableFuture<Void> result = new CompletableFuture<>();
    NodeEndpoint heir = NodeEndpoint.in(node.getEffectiveMembers().getMembers(), nodeId);
    finish(node.transferLeadership(heir == null ? new NodeEndpoint(nodeId) : heir), result);
    return result.whenComplete((_, _) -> parts.execute(this::transferEnded));
  }

  private void transferEnded() {
    port.nextEpoch();
    parts.lease().restart(parts.now());
    transfers.decrementAndGet();
  }

  /** A snapshot from another member is going to be installed. On the replica set's thread. */
  void installing(String from) {
    putState(EngineStore.INSTALLED_FROM, from);
  }

  private void putState(byte key, String value) {
    try {
      log.putState(key, value.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      LOG.debug("The log has failed, and says so itself", e);
    }
  }

  /** Says what the log may forget. */
  void release() {
    log.release(Math.min(machine.durableIndex(), markIndex()));
  }

  private long markIndex() {
    LogPart.SnapshotMark mark = log.snapshotMark();
    return mark == null ? 0 : mark.index();
  }

  /** Asks for what lets the log forget more, soon. */
  void seekRelease() {
    long applied = machine.lastApplied();
    if (stopped == null && markIndex() < applied) {
      requestSnapshot();
    }
    machine.makeDurable(applied);
  }

  /** Has the engine take a snapshot soon, if it can bear one. */
  void requestSnapshot() {
    parts.execute(
        () -> {
          if (mayTakeSnapshot()) {
            parts.executor().inline(this::takeSnapshot);
          }
        });
  }

  /**
   * With a snapshot the engine keeps a tenth of its snapshot interval of entries below it, even if
   * it does not have them, because it was restored from, or has installed, a snapshot in between;
   * then it breaks. So two snapshots must lie further apart than that. It takes them of its own
   * accord at the multiples of the interval, which is the same on all members; hence a snapshot in
   * between must keep away from the last one, and from the multiple to come. It lies where the
   * engine is, which after a start may be far behind the state machine.
   */
  private boolean mayTakeSnapshot() {
    RaftState state = ((RaftNodeImpl) node).state();
    long applied = state.commitIndex();
    int interval = options.snapshotEntries();
    int kept = interval / 10 + 1;
    return applied - state.log().snapshotIndex() > kept && interval - applied % interval > kept;
  }

  private void takeSnapshot() {
    // Should it fail, the next one covers it; a failing disk is reported by the log itself.
    var _ = node.takeSnapshot();
  }

  @Override
  public @Nullable Throwable failure() {
    return failure;
  }

  /** The replica can go on no more, although its node can. */
  private void fail(Throwable reason) {
    if (failure == null) {
      failure = reason;
      LOG.info( // whoever keeps the replica tells the operator, once
          "Group {}: the replica on {} stops and serves nothing until it was filled anew: {}",
          id,
          parts.local().nodeId(),
          reason.getMessage());
      var _ = stop(reason);
    }
  }

  /** Refuses everything from now on; what is in flight fails as unknown. */
  CompletableFuture<?> stop(Throwable reason) {
    if (stopped == null) {
      stopped = reason;
      proposals.stopped(reason);
    }
    parts.execute(() -> endWaiting(stoppedException()));
    return node.terminate();
  }
}
