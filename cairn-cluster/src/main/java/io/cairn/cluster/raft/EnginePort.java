// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.raft.message.MemberMessage;
import io.cairn.cluster.raft.message.MemberMessage.Engine;
import io.cairn.cluster.raft.message.MemberMessageCodec;
import io.cairn.cluster.raft.message.Models;
import io.cairn.cluster.raft.message.NodeEndpoint;
import io.cairn.cluster.raft.thread.SerialExecutor;
import io.microraft.RaftEndpoint;
import io.microraft.RaftNode;
import io.microraft.impl.RaftNodeImpl;
import io.microraft.impl.log.RaftLog;
import io.microraft.impl.state.RaftState;
import io.microraft.model.log.LogEntry;
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
import io.microraft.model.message.VoteResponse;
import io.microraft.transport.Transport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one replica set's engine sends goes through here: it gains what our protocol adds, and is
 * put into the peers' mail at the end of the turn. A leader's appends go before this node's own log
 * is on disk, so that all write at the same time; an answer that confirms entries or grants a vote
 * goes after. Used on the replica set's thread, within the engine's tasks.
 */
final class EnginePort implements Transport, SerialExecutor.TurnEnd {

  /** Entries that a message may have, by the engine's way to count. */
  static final int BATCH = 1000;

  /** Steps of the search for a match, in one task. */
  private static final int REFUSALS_A_TURN = 10_000;

  private final ReplicaSetContext parts;
  private final PeerMail mail;
  private final MemberMessageCodec codec;
  private final AppendLimiter appends;

  /** A leader's last append to each member in this turn. */
  private final Map<String, Append> outgoing = new LinkedHashMap<>();

  /** What waits for the disk. */
  private final List<Sendable> held = new ArrayList<>();

  private final List<RaftMessage> refusals = new ArrayList<>();
  private @Nullable RaftNode node;
  private BooleanSupplier open = () -> true;
  private int epoch;
  private boolean delivering;

  /**
   * What a request being handled now was stamped with, or its question's name, and what its
   * answer's index is off by.
   */
  private long answering;

  private long answerOffset;
  private boolean answered;
  private boolean agreed;
  private boolean muted;

  /** An append, and whether the leader waits for its answer: not if it only tells of a commit. */
  private record Append(AppendEntriesRequest message, boolean awaited) {}

  private record Sendable(String to, MemberMessage message) {}

  /** Who has sent the request being handled now. */
  private @Nullable RaftEndpoint asker;

  EnginePort(ReplicaSetContext parts, PeerMail mail, MemberMessageCodec codec) {
    this.parts = parts;
    this.mail = mail;
    this.codec = codec;
    this.appends = new AppendLimiter(parts);
  }

  void attach(RaftNode engine) {
    node = engine;
  }

  /** Sets what tells whether the engine may send anything. */
  void gate(BooleanSupplier isOpen) {
    open = isOpen;
  }

  private RaftNode node() {
    return Objects.requireNonNull(node);
  }

  @Override
  public boolean isReachable(RaftEndpoint endpoint) {
    return mail.isReachable(NodeEndpoint.nodeIdOf(endpoint));
  }

  @Override
  public void send(@Nullable RaftEndpoint leader, RaftMessage message) {
    // To a snapshot that was fetched meanwhile the engine answers its leader, and may know none.
    RaftEndpoint target = leader == null ? asker : leader;
    if (muted || target == null || target.equals(NodeEndpoint.ABSENT) || !open.getAsBoolean()) {
      return;
    }
    String to = NodeEndpoint.idOf(target);
    answered = true;
    switch (message) {
      case AppendEntriesRequest append -> sendAppend(to, append);
      case InstallSnapshotRequest install -> post(to, stamped(install));
      case AppendEntriesSuccessResponse success -> sendSuccess(to, success);
      case AppendEntriesFailureResponse failure -> post(to, refusal(failure));
      case InstallSnapshotResponse wanted -> post(to, new Engine(wanted, answering, 0));
      case PreVoteRequest preVote -> sendIfMayStand(to, ofRound(inTime(preVote)));
      case VoteRequest vote ->
          sendIfMayStand(to, new Engine(vote, 0, parts.votes().triggeredEpoch()));
      case TriggerLeaderElectionRequest trigger -> post(to, new Engine(trigger, 0, epoch));
      case PreVoteResponse answer -> agree(to, answer, answer.isGranted());
      case VoteResponse answer -> agree(to, answer, answer.isGranted());
      default -> post(to, new Engine(message));
    }
  }

  private void agree(String to, RaftMessage answer, boolean granted) {
    agreed |= granted;
    post(to, new Engine(answer, answering, 0));
  }

  private Engine stamped(RaftMessage message) {
    long now = parts.now();
    parts.lease().sending(message.getTerm(), now);
    return new Engine(message, now, epoch);
  }

  /**
   * The state machine may have been ahead of the engine at the start; the engine applies changes of
   * members alone. A leader that goes back below what is committed here finds a match, but the
   * engine here would take its commit index back with it.
   */
  private Engine refusal(AppendEntriesFailureResponse failure) {
    long last = parts.log().lastIndex();
    long committed =
        Math.max(parts.machine().lastApplied(), ((RaftNodeImpl) node()).state().commitIndex());
    return new Engine(failure, answering, 0, last, Math.min(last, committed));
  }

  private Engine ofRound(RaftMessage preVote) {
    Object round = ((RaftNodeImpl) node()).state().preCandidateState();
    return new Engine(preVote, parts.votes().roundId(round, parts.questions()), 0);
  }

  /**
   * The engine counts the vote of a candidate for itself, even if it has no vote: its own log may
   * say so already, of a removal that it should not have been told of.
   */
  private void sendIfMayStand(String to, Engine message) {
    boolean votes = ((RaftNodeImpl) node()).state().isVotingMember(parts.local());
    if (votes && !parts.votes().isQuiet(parts.now())) {
      post(to, message);
    }
  }

  private RaftMessage inTime(PreVoteRequest preVote) {
    return parts
        .models()
        .createPreVoteRequestBuilder()
        .setGroupId(preVote.getGroupId())
        .setSender(preVote.getSender())
        .setTerm(parts.votes().termToAskAbout(preVote.getTerm()))
        .setLastLogTerm(preVote.getLastLogTerm())
        .setLastLogIndex(preVote.getLastLogIndex())
        .build();
  }

  private void sendAppend(String to, AppendEntriesRequest append) {
    if (parts.steps().wouldRefuse(to, append.getPreviousLogIndex())) {
      refuse(to, append);
      return;
    }
    boolean awaited = append.getFlowControlSequenceNumber() != 0 || parts.executor().isBeating();
    Append before = outgoing.get(to);
    // Of what carries no entries, the later one says all that the earlier one did.
    outgoing.put(to, new Append(append, awaited || (before != null && before.awaited())));
  }

  /**
   * Takes in what was appended, and committed, since the engine has made the message: it keeps one
   * message with entries under way to each follower, so what comes later would wait for its answer.
   * A member that was removed since gets nothing more: by a configuration without itself it would
   * stand with a vote of its own that nobody else counts.
   */
  private AppendEntriesRequest brought(String to, AppendEntriesRequest append) {
    RaftState state = ((RaftNodeImpl) node()).state();
    if (state.leaderState() == null
        || state.term() != append.getTerm()
        || !state.isKnownMember(new NodeEndpoint(to))) {
      return append; // as it was when this node led, and that one was a member
    }
    List<LogEntry> entries = append.getLogEntries();
    RaftLog log = state.log();
    if (!entries.isEmpty() && log.containsLogEntry(append.getPreviousLogIndex() + 1)) {
      long first = append.getPreviousLogIndex() + 1;
      long last = Math.min(first + BATCH, log.lastLogOrSnapshotIndex());
      if (last >= first + entries.size()) {
        entries = log.getLogEntriesBetween(first, last);
        // The engine would do so with a message of its own, which these entries need no more.
        var _ = ((RaftNodeImpl) node()).submitLeaderFlushTask(state.leaderState());
      }
    }
    return parts
        .models()
        .append(
            append,
            new Models.Place(append.getPreviousLogTerm(), append.getPreviousLogIndex()),
            state.commitIndex(),
            entries);
  }

  private void write(String to, Append append) {
    RaftMessage sendable = appends.sendable(brought(to, append.message()));
    if (sendable != null) {
      write(to, append.awaited() ? stamped(sendable) : new Engine(sendable, 0, epoch));
    }
  }

  /** Answers in the follower's name what it is sure to refuse. */
  private void refuse(String to, AppendEntriesRequest append) {
    refusals.add(
        parts
            .models()
            .createAppendEntriesFailureResponseBuilder()
            .setGroupId(append.getGroupId())
            .setSender(new NodeEndpoint(to))
            .setTerm(append.getTerm())
            .setExpectedNextIndex(append.getPreviousLogIndex() + 1)
            .setQuerySequenceNumber(0)
            .setFlowControlSequenceNumber(append.getFlowControlSequenceNumber())
            .build());
    if (!delivering) {
      delivering = true;
      parts.execute(this::deliverRefusals);
    }
  }

  private void deliverRefusals() {
    // Each lets the engine try the index before, which may be refused in turn: in a loop, so that
    // a long search is one task.
    for (int i = 0; i < REFUSALS_A_TURN && !refusals.isEmpty(); i++) {
      RaftMessage refusal = refusals.removeFirst();
      parts.executor().inline(() -> node().handle(refusal));
    }
    delivering = !refusals.isEmpty();
    if (delivering) {
      parts.execute(this::deliverRefusals);
    }
  }

  private void sendSuccess(String to, AppendEntriesSuccessResponse success) {
    if (answering == 0 && success.getFlowControlSequenceNumber() == 0) {
      return; // the leader has only told of a commit
    }
    RaftMessage message = success;
    if (answerOffset > 0) {
      message =
          parts
              .models()
              .createAppendEntriesSuccessResponseBuilder()
              .setGroupId(success.getGroupId())
              .setSender(success.getSender())
              .setTerm(success.getTerm())
              .setLastLogIndex(success.getLastLogIndex() + answerOffset)
              .setQuerySequenceNumber(success.getQuerySequenceNumber())
              .setFlowControlSequenceNumber(success.getFlowControlSequenceNumber())
              .build();
    }
    post(to, new Engine(message, answering, 0));
  }

  /**
   * Sends a message to a member, named with its life, at the end of this turn: before the disk is
   * waited for, unless it says what has to be there.
   */
  void post(String to, MemberMessage message) {
    if (mayLeave(message)) {
      write(to, message);
    } else {
      held.add(new Sendable(to, message));
      parts.executor().wantDisk();
    }
  }

  private boolean mayLeave(MemberMessage message) {
    boolean confirms =
        message instanceof Engine engine
            && (engine.message() instanceof AppendEntriesSuccessResponse
                || engine.message() instanceof VoteResponse);
    return confirms ? parts.store().isDurable() : parts.store().arePromisesDurable();
  }

  private void write(String to, MemberMessage message) {
    NodeEndpoint receiver = new NodeEndpoint(to);
    mail.add(
        receiver.nodeId(),
        frame -> codec.write(frame, parts.id(), parts.local(), receiver, message));
  }

  @Override
  public void leave() {
    if (!outgoing.isEmpty() && parts.store().arePromisesDurable()) {
      outgoing.forEach(this::write);
      outgoing.clear();
    }
  }

  @Override
  public void durable() {
    parts.store().durable();
    held.forEach(one -> write(one.to(), one.message()));
    held.clear();
  }

  @Override
  public void failed() {
    outgoing.clear();
    held.clear();
  }

  /**
   * Lets the engine handle a request now; its answer carries the stamp, unless it refuses a request
   * of an earlier term: it does so in its own term, in which the stamp must not count.
   *
   * @param offset added to the index in its answer
   * @return whether it has sent anything
   */
  boolean handleAnswering(RaftMessage request, long stamp, long offset) {
    answering = request.getTerm() < node().getTerm().getTerm() ? 0 : stamp;
    answerOffset = offset;
    answered = false;
    asker = request.getSender();
    try {
      parts.executor().inline(() -> node().handle(request));
      return answered;
    } finally {
      asker = null;
      answering = 0;
      answerOffset = 0;
    }
  }

  /** Lets the engine handle a request of its leader's that nobody waits to have answered. */
  void handleQuietly(RaftMessage request) {
    muted = true;
    try {
      parts.executor().inline(() -> node().handle(request));
    } finally {
      muted = false;
    }
  }

  /** Lets the engine handle a question, and tells whether it has agreed to another's leading. */
  boolean handleAgreeing(RaftMessage question, long stamp) {
    agreed = false;
    handleAnswering(question, stamp, 0);
    return agreed;
  }

  /** From now on requests are of the next epoch: a transfer of leadership was given up. */
  void nextEpoch() {
    epoch++;
  }
}
