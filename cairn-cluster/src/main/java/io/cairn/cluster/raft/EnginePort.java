// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.raft.message.MemberMessage;
import io.cairn.cluster.raft.message.MemberMessage.Engine;
import io.cairn.cluster.raft.message.MemberMessageCodec;
import io.cairn.cluster.raft.message.NodeEndpoint;
import io.cairn.wire.WireWriter;
import io.microraft.RaftEndpoint;
import io.microraft.RaftNode;
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
import io.microraft.model.message.VoteResponse;
import io.microraft.transport.Transport;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one group's engine sends goes through here: it gains what our protocol adds, and is put into
 * the peers' mail. Used on the group's thread, within the engine's tasks.
 */
final class EnginePort implements Transport {

  /** Steps of the search for a match, in one task. */
  private static final int REFUSALS_A_TURN = 10_000;

  private final ReplicaSetContext parts;
  private final PeerMail mail;
  private final MemberMessageCodec codec;
  private final AppendLimiter appends;
  private final WireWriter writer = new WireWriter();
  private final Set<PeerMail.Box> touched = new LinkedHashSet<>();
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
    if (target == null || target.equals(NodeEndpoint.ABSENT) || !open.getAsBoolean()) {
      return;
    }
    String to = NodeEndpoint.idOf(target);
    answered = true;
    switch (message) {
      case AppendEntriesRequest append -> sendAppend(to, append);
      case InstallSnapshotRequest install -> post(to, stamped(install), true);
      case AppendEntriesSuccessResponse success -> sendSuccess(to, success);
      case AppendEntriesFailureResponse failure -> post(to, refusal(failure), true);
      case InstallSnapshotResponse wanted -> post(to, new Engine(wanted, answering, 0), true);
      case PreVoteRequest preVote -> sendUnlessQuiet(to, ofRound(inTime(preVote)));
      case VoteRequest vote ->
          sendUnlessQuiet(to, new Engine(vote, 0, parts.votes().triggeredEpoch()));
      case TriggerLeaderElectionRequest trigger -> post(to, new Engine(trigger, 0, epoch), true);
      case PreVoteResponse answer -> agree(to, answer, answer.isGranted());
      case VoteResponse answer -> agree(to, answer, answer.isGranted());
      default -> post(to, new Engine(message), true);
    }
  }

  private void agree(String to, RaftMessage answer, boolean granted) {
    agreed |= granted;
    post(to, new Engine(answer, answering, 0), true);
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

  private void sendUnlessQuiet(String to, Engine message) {
    if (!parts.votes().isQuiet(parts.now())) {
      post(to, message, true);
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
    RaftMessage sendable = appends.sendable(append);
    if (sendable != null) {
      boolean beat = append.getLogEntries().isEmpty() && append.getFlowControlSequenceNumber() == 0;
      post(to, stamped(sendable), !beat);
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
    post(to, new Engine(message, answering, 0), success.getFlowControlSequenceNumber() != 0);
  }

  /**
   * Puts a message into a peer's mail, for the end of this turn or, if it can wait, soon.
   *
   * @param to the member, named with its life
   */
  void post(String to, MemberMessage message, boolean urgent) {
    NodeEndpoint receiver = new NodeEndpoint(to);
    codec.write(writer, parts.id(), parts.local(), receiver, message);
    byte[] bytes = writer.take();
    PeerMail.Box box = mail.box(receiver.nodeId());
    if (urgent) {
      box.add(bytes);
      touched.add(box);
    } else {
      box.addPatient(bytes);
    }
  }

  /** The group's turn is over. */
  void flush() {
    if (!touched.isEmpty()) {
      touched.forEach(PeerMail.Box::post);
      touched.clear();
    }
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
