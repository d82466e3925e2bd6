// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.raft.election.Candidacy;
import io.cairn.cluster.raft.message.MemberMessage;
import io.cairn.cluster.raft.message.MemberMessage.Engine;
import io.cairn.cluster.raft.message.MemberMessage.Life;
import io.cairn.cluster.raft.message.MemberMessage.LifeQuery;
import io.cairn.cluster.raft.message.MemberMessage.MemberQuery;
import io.cairn.cluster.raft.message.MemberMessage.NotMember;
import io.cairn.cluster.raft.message.MemberMessage.ReadRequest;
import io.cairn.cluster.raft.message.MemberMessage.ReadResponse;
import io.cairn.cluster.raft.message.MemberMessage.StartAnswer;
import io.cairn.cluster.raft.message.MemberMessage.StartClaim;
import io.cairn.cluster.raft.message.NodeEndpoint;
import io.microraft.RaftEndpoint;
import io.microraft.RaftNode;
import io.microraft.RaftNodeStatus;
import io.microraft.impl.RaftNodeImpl;
import io.microraft.model.message.AppendEntriesFailureResponse;
import io.microraft.model.message.AppendEntriesRequest;
import io.microraft.model.message.AppendEntriesSuccessResponse;
import io.microraft.model.message.InstallSnapshotRequest;
import io.microraft.model.message.InstallSnapshotResponse;
import io.microraft.model.message.PreVoteRequest;
import io.microraft.model.message.PreVoteResponse;
import io.microraft.model.message.RaftMessage;
import io.microraft.model.message.TriggerLeaderElectionRequest;
import io.microraft.model.message.VoteRequest;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the peers send to one replica set goes through here on its way to the engine. All but {@link
 * #receive} runs on the replica set's thread.
 */
final class ReplicaSetInbox {

  private static final Logger LOG = LoggerFactory.getLogger(ReplicaSetInbox.class);

  /** Messages that may wait; more are dropped, as a network would. */
  private static final int MAX_WAITING = 10_000;

  private final ReplicaSetContext parts;
  private final EnginePort port;
  private final RaftNode node;
  private final SnapshotInstaller installer;
  private final RoomlessAppends unbearable;
  private final MembersOnInstall members;
  private final Appends appends;
  private final Progress progress = new Progress();
  private final PreVoteQueue suitors;
  private final RaftReplicaSet group;
  private final AtomicInteger waiting = new AtomicInteger();
  private EngineView view;
  private long lastHeard;

  ReplicaSetInbox(ReplicaSetContext parts, EnginePort port, RaftNode node, RaftReplicaSet group) {
    this.parts = parts;
    this.port = port;
    this.node = node;
    this.group = group;
    this.view = EngineView.of(node);
    this.lastHeard = parts.now();
    this.appends = new Appends(parts, port, (RaftNodeImpl) node);
    this.suitors = new PreVoteQueue(parts);
    this.members = new MembersOnInstall(parts.models(), (RaftNodeImpl) node);
    this.unbearable =
        new RoomlessAppends(
            parts,
            (append, stamp) -> {
              if (isRunning()) {
                appends.take(append, stamp);
              }
            });
    this.installer =
        new SnapshotInstaller(
            parts.id(), parts.machine().stateMachine(), parts.executor(), this::install);
  }

  Progress progress() {
    return progress;
  }

  EngineView view() {
    return view;
  }

  /** Takes a message from a peer. Any thread. */
  void receive(String from, MemberMessage message) {
    if (waiting.incrementAndGet() > MAX_WAITING) {
      waiting.decrementAndGet();
      return;
    }
    parts.execute(
        () -> {
          waiting.decrementAndGet();
          if (isRunning()) {
            handle(from, message);
          }
        });
  }

  private boolean isRunning() {
    RaftNodeStatus status = node.getStatus();
    return status != RaftNodeStatus.INITIAL && !RaftNodeStatus.isTerminal(status);
  }

  /** The engine's role, term or members have changed. */
  void changed() {
    EngineView now = EngineView.of(node);
    boolean sameReign = now.leading() && view.leading() && now.term() == view.term();
    view = now;
    if (!sameReign) {
      progress.clear();
      parts.steps().clear();
    }
    parts.lease().configure(now.leading() ? now.term() : 0, now.otherVoters(), now.quorum());
    keepForOthers();
  }

  /** What all others have needs no memory any more; a node that does not lead feeds nobody. */
  private void keepForOthers() {
    parts
        .machine()
        .recent()
        .replicated(view.leading() ? progress.leastMatch(view.others()) : Long.MAX_VALUE);
  }

  private void handle(String from, MemberMessage message) {
    switch (message) {
      case Engine engine -> handle(from, engine);
      case ReadRequest read -> group.reads().serve(from, read.id());
      case ReadResponse read -> group.reads().answered(read.id(), read.index());
      case MemberQuery query -> isStranger(from, query.index());
      case NotMember not -> group.notMember(not.index());
      case LifeQuery query -> {
        if (!group.isRemoved()) { // a life that has ended must not be taken in again
          port.post(from, new Life(query.number()));
        }
      }
      case StartClaim claim -> examine(from, claim);
      case StartAnswer answer -> group.gate().answered(from, answer);
      case Life life -> group.changes().lives(new NodeEndpoint(from), life.number());
    }
  }

  private void examine(String from, StartClaim claim) {
    try {
      StartAnswer answer = parts.starts().examine(new NodeEndpoint(from).nodeId(), claim);
      port.post(from, answer.naming(node.getEffectiveMembers()));
    } catch (IOException e) {
      LOG.debug("The log has failed, and says so itself", e);
    }
  }

  private void handle(String from, Engine engine) {
    if (!group.gate().isOpen()) {
      group.gate().knock(from, engine.message());
      return;
    }
    if (isLate(engine.message())) {
      return;
    }
    switch (engine.message()) {
      case AppendEntriesRequest append -> {
        heardLeader(engine);
        if (!unbearable.hold(append, engine.stamp())) {
          appends.take(append, engine.stamp());
        }
      }
      case InstallSnapshotRequest install -> {
        heardLeader(engine);
        offered(engine, install);
      }
      case AppendEntriesSuccessResponse success -> {
        answered(from, engine, success.getLastLogIndex());
        deliver(success);
      }
      case AppendEntriesFailureResponse failure -> {
        answered(from, engine, 0);
        refused(from, engine, failure);
        deliver(failure);
      }
      case InstallSnapshotResponse wanted -> {
        answered(from, engine, 0);
        deliver(wanted);
      }
      case PreVoteRequest preVote ->
          suitors.ask(promiseLeft(), () -> preVote(from, engine, preVote));
      case PreVoteResponse preVote -> {
        if (!preVote.isGranted()) {
          parts.votes().refusedIn(preVote.getTerm());
        } else if (parts.votes().isOfRound(engine.stamp()) && !suitors.yields()) {
          deliver(preVote);
        }
      }
      case VoteRequest vote -> vote(from, engine, vote);
      case TriggerLeaderElectionRequest trigger -> {
        if (parts.votes().mayFollow(trigger.getTerm(), engine.epoch())) {
          parts.votes().triggered(engine.epoch());
          deliver(trigger);
        }
      }
      default -> deliver(engine.message());
    }
  }

  /**
   * Tells whether a message answers what this node asked as the leader of an earlier term. The
   * engine would take it for an answer of the present one: it would count entries for held that
   * were cut since, and queries for confirmed. One of a later term it needs, to step down.
   */
  private boolean isLate(RaftMessage message) {
    return switch (message) {
      case AppendEntriesSuccessResponse _,
          AppendEntriesFailureResponse _,
          InstallSnapshotResponse _ ->
          message.getTerm() < node.getTerm().getTerm();
      default -> false;
    };
  }

  private void deliver(RaftMessage message) {
    parts.executor().inline(() -> node.handle(message));
  }

  private void heardLeader(Engine engine) {
    int term = engine.message().getTerm();
    if (term >= node.getTerm().getTerm()) {
      parts.votes().appended(term, engine.epoch());
      lastHeard = parts.now();
    }
  }

  private void offered(Engine engine, InstallSnapshotRequest install) {
    boolean stale =
        install.getTerm() < node.getTerm().getTerm()
            || install.getSnapshotIndex() <= parts.machine().lastApplied();
    if (install.getSnapshotChunk() != null && !stale) {
      installer.offer(engine);
      return;
    }
    members.forgetOthers(install);
    boolean answered = port.handleAnswering(members.fitting(install), engine.stamp(), 0);
    if (!answered && install.getTerm() == node.getTerm().getTerm()) {
      port.post(
          NodeEndpoint.idOf(install.getSender()),
          new Engine(answerInstead(install), engine.stamp(), 0));
    }
  }

  /**
   * The engine says nothing of a snapshot that ends before what is committed here: the leader,
   * which has missed how far this node has come, would offer it for ever. And it asks for a
   * reference once, though question and answer may be lost.
   */
  private RaftMessage answerInstead(InstallSnapshotRequest install) {
    if (install.getSnapshotIndex() < ((RaftNodeImpl) node).state().commitIndex()) {
      return parts
          .models()
          .createAppendEntriesSuccessResponseBuilder()
          .setGroupId(parts.id())
          .setSender(parts.local())
          .setTerm(install.getTerm())
          .setLastLogIndex(install.getSnapshotIndex())
          .setQuerySequenceNumber(install.getQuerySequenceNumber())
          .setFlowControlSequenceNumber(install.getFlowControlSequenceNumber())
          .build();
    }
    return parts
        .models()
        .createInstallSnapshotResponseBuilder()
        .setGroupId(parts.id())
        .setSender(parts.local())
        .setTerm(install.getTerm())
        .setSnapshotIndex(install.getSnapshotIndex())
        .setRequestedSnapshotChunkIndex(0)
        .setQuerySequenceNumber(install.getQuerySequenceNumber())
        .setFlowControlSequenceNumber(install.getFlowControlSequenceNumber())
        .build();
  }

  /** The data of a snapshot are here. */
  private void install(Engine engine) {
    if (isRunning()) {
      group.installing(NodeEndpoint.nodeIdOf(engine.message().getSender()));
      members.during(
          (InstallSnapshotRequest) engine.message(),
          fitting -> port.handleAnswering(fitting, engine.stamp(), 0));
    }
  }

  private void answered(String from, Engine engine, long match) {
    if (!view.leading() || engine.message().getTerm() != view.term()) {
      return;
    }
    progress.answered(from, match, parts.now());
    if (engine.stamp() != 0) {
      parts.lease().answered(from, engine.stamp(), parts.now(), view.otherVoters(), view.quorum());
    }
    if (match > 0) {
      parts.steps().matched(from);
      keepForOthers();
    }
  }

  private void refused(String from, Engine engine, AppendEntriesFailureResponse failure) {
    if (view.leading() && failure.getTerm() == view.term()) {
      long previous = failure.getExpectedNextIndex() - 1;
      long sure = Math.max(engine.committed(), progress.leastMatch(List.of(from)));
      if (parts.steps().refused(from, previous, engine.lastIndex(), sure)) {
        group.requestSnapshot();
      }
    }
  }

  private void preVote(String from, Engine engine, PreVoteRequest preVote) {
    if (isRunning()
        && !parts.votes().isQuiet(parts.now())
        && !isStranger(from, preVote.getLastLogIndex())) {
      agreeing(preVote, engine.stamp());
    }
  }

  /** A node that leads has no leader to wait for; it answers at once. */
  private long promiseLeft() {
    return view.leading() ? 0 : lastHeard + parts.ticks().timeoutNanos() - parts.now();
  }

  private void agreeing(RaftMessage question, long stamp) {
    if (port.handleAgreeing(question, stamp)) {
      suitors.agreed(Candidacy.isBefore(parts.id(), question.getSender(), parts.local()));
    }
  }

  private void vote(String from, Engine engine, VoteRequest vote) {
    if (parts.votes().isQuiet(parts.now()) || isStranger(from, vote.getLastLogIndex())) {
      return;
    }
    if (vote.isSticky() || parts.votes().mayFollow(vote.getTerm() - 1, engine.epoch())) {
      agreeing(vote, engine.stamp());
      return;
    }
    agreeing(
        parts
            .models()
            .createVoteRequestBuilder()
            .setGroupId(vote.getGroupId())
            .setSender(vote.getSender())
            .setTerm(vote.getTerm())
            .setLastLogTerm(vote.getLastLogTerm())
            .setLastLogIndex(vote.getLastLogIndex())
            .setSticky(true)
            .build(),
        engine.stamp());
  }

  /**
   * Tells whether a node is a member no more, and tells the node. One whose log goes beyond the
   * configuration known here may have been added since.
   */
  private boolean isStranger(String from, long itsIndex) {
    RaftEndpoint sender = new NodeEndpoint(from);
    var committed = node.getCommittedMembers();
    if (committed.getLogIndex() <= itsIndex
        || committed.getMembers().contains(sender)
        || node.getEffectiveMembers().getMembers().contains(sender)) {
      return false;
    }
    port.post(from, new NotMember(committed.getLogIndex()));
    return true;
  }

  /** Returns for how long a look for a leader is put off; not positive if it may be now. */
  long restraint() {
    if (view.leading()) {
      return 0;
    }
    long turn = node.getTerm().getLeaderEndpoint() == null ? 0 : untilTurn();
    return Math.max(turn, suitors.patience());
  }

  private long untilTurn() {
    long timeout = lastHeard + parts.ticks().timeoutNanos() - parts.now();
    return Candidacy.untilTurn(timeout, Candidacy.rank(parts.id(), parts.local(), node));
  }

  /**
   * Returns when the engine shall send a heartbeat, or look for one, given when the beat is. It has
   * just done so.
   */
  long untilLook(long beat) {
    if (view.leading()) {
      return beat;
    }
    Candidacy.takeUpAgain((RaftNodeImpl) node);
    long timeout = lastHeard + parts.ticks().timeoutNanos() - parts.now();
    return timeout > beat
        ? beat
        : Candidacy.untilLook(beat, timeout, Candidacy.rank(parts.id(), parts.local(), node));
  }

  /** Nobody was heard of for long: perhaps because this node was removed. */
  void askWhetherMember() {
    if (!view.leading() && parts.now() - lastHeard > 2 * parts.ticks().timeoutNanos()) {
      MemberQuery query = new MemberQuery(node.getEffectiveMembers().getLogIndex());
      view.others().forEach(other -> port.post(other, query));
    }
  }
}
