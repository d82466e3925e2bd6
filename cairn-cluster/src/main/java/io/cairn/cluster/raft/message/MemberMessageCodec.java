// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft.message;

import io.cairn.cluster.raft.message.MemberMessage.Engine;
import io.cairn.cluster.raft.message.MemberMessage.Life;
import io.cairn.cluster.raft.message.MemberMessage.LifeQuery;
import io.cairn.cluster.raft.message.MemberMessage.MemberQuery;
import io.cairn.cluster.raft.message.MemberMessage.NotMember;
import io.cairn.cluster.raft.message.MemberMessage.ReadRequest;
import io.cairn.cluster.raft.message.MemberMessage.ReadResponse;
import io.cairn.cluster.raft.message.MemberMessage.StartAnswer;
import io.cairn.cluster.raft.message.MemberMessage.StartClaim;
import io.cairn.wire.KnownTexts;
import io.cairn.wire.MalformedException;
import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;
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
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages as bytes. A frame is {@code [version 1]} and any number of messages, each {@code
 * [replica set id][sender's life][receiver's life][type 1][length 4][body]}. Thread-safe.
 */
public final class MemberMessageCodec {

  public static final byte VERSION = 4;

  private static final int APPEND = 1;
  private static final int APPENDED = 2;
  private static final int APPEND_FAILED = 3;
  private static final int INSTALL = 4;
  private static final int CHUNK_WANTED = 5;
  private static final int PRE_VOTE = 6;
  private static final int PRE_VOTED = 7;
  private static final int VOTE = 8;
  private static final int VOTED = 9;
  private static final int TRIGGER = 10;
  private static final int READ = 11;
  private static final int READ_AT = 12;
  private static final int MEMBER = 13;
  private static final int NOT_MEMBER = 14;
  private static final int LIFE_QUERY = 15;
  private static final int LIFE = 16;
  private static final int START = 17;
  private static final int START_EXAMINED = 18;

  private final Models models;
  private final EntryCodec entries;

  /** The names of replica sets and lives: the same ones come in each message. */
  private final KnownTexts names = new KnownTexts();

  public MemberMessageCodec(Models models, int maxCommandBytes) {
    this.models = models;
    this.entries = new EntryCodec(models, maxCommandBytes);
  }

  /** A replica set's member here. */
  public interface Receiver {

    /** Returns its name. */
    NodeEndpoint local();

    /** Takes a message from another member, which is named with its life. */
    void receive(String from, MemberMessage message);
  }

  /** Finds the member that messages to a replica set are for. */
  public interface Receivers {
    @Nullable Receiver of(String groupId);
  }

  /** Writes a message whose entries, if any, all have their bytes in memory. */
  public void write(
      WireWriter out,
      String groupId,
      NodeEndpoint sender,
      NodeEndpoint receiver,
      MemberMessage message) {
    out.text(groupId).text(sender.life()).text(receiver.life()).u8(typeOf(message));
    int begin = out.beginPart();
    switch (message) {
      case Engine engine -> writeEngine(out, engine);
      case ReadRequest read -> out.i64(read.id());
      case ReadResponse read -> out.i64(read.id()).i64(read.index());
      case MemberQuery query -> out.i64(query.index());
      case NotMember not -> out.i64(not.index());
      case LifeQuery query -> out.i64(query.number());
      case Life life -> out.i64(life.number());
      case StartClaim claim -> write(out, claim);
      case StartAnswer answer -> {
        out.i64(answer.token()).flag(answer.accepted()).i64(answer.known());
        out.i64(answer.membersIndex()).texts(answer.voters());
      }
    }
    out.endPart(begin);
  }

  private static int typeOf(MemberMessage message) {
    return switch (message) {
      case ReadRequest _ -> READ;
      case ReadResponse _ -> READ_AT;
      case MemberQuery _ -> MEMBER;
      case NotMember _ -> NOT_MEMBER;
      case LifeQuery _ -> LIFE_QUERY;
      case Life _ -> LIFE;
      case StartClaim _ -> START;
      case StartAnswer _ -> START_EXAMINED;
      case Engine engine ->
          switch (engine.message()) {
            case AppendEntriesRequest _ -> APPEND;
            case AppendEntriesSuccessResponse _ -> APPENDED;
            case AppendEntriesFailureResponse _ -> APPEND_FAILED;
            case InstallSnapshotRequest _ -> INSTALL;
            case InstallSnapshotResponse _ -> CHUNK_WANTED;
            case PreVoteRequest _ -> PRE_VOTE;
            case PreVoteResponse _ -> PRE_VOTED;
            case VoteRequest _ -> VOTE;
            case VoteResponse _ -> VOTED;
            case TriggerLeaderElectionRequest _ -> TRIGGER;
            default -> throw new IllegalArgumentException("cannot send " + engine.message());
          };
    };
  }

  private void writeEngine(WireWriter out, Engine engine) {
    out.number(engine.message().getTerm()).i64(engine.stamp()).number(engine.epoch());
    switch (engine.message()) {
      case AppendEntriesRequest m -> {
        out.number(m.getPreviousLogTerm()).i64(m.getPreviousLogIndex()).i64(m.getCommitIndex());
        out.i64(m.getQuerySequenceNumber()).i64(m.getFlowControlSequenceNumber());
        entries.write(out, m.getLogEntries());
      }
      case AppendEntriesSuccessResponse m ->
          out.i64(m.getLastLogIndex())
              .i64(m.getQuerySequenceNumber())
              .i64(m.getFlowControlSequenceNumber());
      case AppendEntriesFailureResponse m ->
          out.i64(m.getExpectedNextIndex())
              .i64(m.getQuerySequenceNumber())
              .i64(m.getFlowControlSequenceNumber())
              .i64(engine.lastIndex())
              .i64(engine.committed());
      case InstallSnapshotRequest m -> entries.write(out, m);
      case InstallSnapshotResponse m ->
          out.i64(m.getSnapshotIndex())
              .number(m.getRequestedSnapshotChunkIndex())
              .i64(m.getQuerySequenceNumber())
              .i64(m.getFlowControlSequenceNumber());
      case PreVoteRequest m -> out.number(m.getLastLogTerm()).i64(m.getLastLogIndex());
      case PreVoteResponse m -> out.flag(m.isGranted());
      case VoteRequest m ->
          out.number(m.getLastLogTerm()).i64(m.getLastLogIndex()).flag(m.isSticky());
      case VoteResponse m -> out.flag(m.isGranted());
      case TriggerLeaderElectionRequest m ->
          out.number(m.getLastLogTerm()).i64(m.getLastLogIndex());
      default -> throw new IllegalArgumentException("cannot send " + engine.message());
    }
  }

  /**
   * Reads a frame. Drops messages for replica sets that are not here, or for an earlier life in
   * them.
   *
   * @param from the node that sent it, which all its messages are taken to come from
   * @param receivers take the messages, in their order; those before a malformed one too
   */
  public void read(byte[] frame, String from, Receivers receivers) {
    WireReader in = new WireReader(frame);
    in.version(VERSION, WireReader.SAME_ON_ALL_NODES);
    NodeEndpoint sender = null;
    while (in.hasMore()) {
      String groupId = in.text(MembersCodec.MAX_NAME, names);
      String senderLife = life(in);
      if (sender == null || !sender.life().equals(senderLife)) {
        sender = NodeEndpoint.of(from, senderLife);
      }
      String life = life(in);
      int type = in.u8();
      WireReader body = in.part();
      Receiver receiver = receivers.of(groupId);
      if (receiver != null && (isForAnyLife(type) || life.equals(receiver.local().life()))) {
        MemberMessage message = read(body, type, new Header(groupId, sender, receiver.local()));
        body.requireEnd();
        receiver.receive(sender.id(), message);
      }
    }
  }

  private String life(WireReader in) {
    String life = in.text(MembersCodec.MAX_NAME, names);
    if (!NodeEndpoint.isLife(life)) {
      throw new MalformedException("it names no life");
    }
    return life;
  }

  /** Tells whether a message is for a node, whatever the sender knows of it. */
  private static boolean isForAnyLife(int type) {
    return type == LIFE_QUERY || type == MEMBER || type == START;
  }

  /** What is said of a message before its body. */
  private record Header(String groupId, NodeEndpoint sender, NodeEndpoint receiver) {}

  private MemberMessage read(WireReader body, int type, Header header) {
    return switch (type) {
      case READ -> new ReadRequest(body.i64());
      case READ_AT -> new ReadResponse(body.i64(), body.i64());
      case MEMBER -> new MemberQuery(body.index());
      case NOT_MEMBER -> new NotMember(body.index());
      case LIFE_QUERY -> new LifeQuery(body.i64());
      case LIFE -> new Life(body.i64());
      case START -> readClaim(body);
      case START_EXAMINED -> readAnswer(body);
      default -> readEngine(body, type, header);
    };
  }

  private static StartAnswer readAnswer(WireReader body) {
    long token = body.i64();
    boolean accepted = body.flag();
    long known = body.index();
    long membersIndex = body.index();
    List<String> voters =
        body.items(MembersCodec.MAX_MEMBERS, in -> in.text(MembersCodec.MAX_NAME));
    return new StartAnswer(token, accepted, known, membersIndex, voters);
  }

  public static void write(WireWriter out, StartClaim claim) {
    out.i64(claim.disk()).i64(claim.number()).items(claim.tokens(), WireWriter::i64);
  }

  public static StartClaim readClaim(WireReader body) {
    long disk = body.i64();
    long number = body.index();
    List<Long> tokens = body.items(StartClaim.MAX_TOKENS, WireReader::i64);
    MalformedException.require(!tokens.isEmpty(), "a start has no tokens");
    return new StartClaim(disk, number, tokens);
  }

  private Engine readEngine(WireReader in, int type, Header header) {
    int term = term(in);
    long stamp = in.i64();
    int epoch = in.number(Integer.MAX_VALUE);
    RaftMessage message =
        switch (type) {
          case APPEND, APPENDED, APPEND_FAILED -> readAppend(in, type, header, term);
          case INSTALL -> entries.readInstall(in, header.groupId(), header.sender(), term);
          case CHUNK_WANTED ->
              models
                  .createInstallSnapshotResponseBuilder()
                  .setGroupId(header.groupId())
                  .setSender(header.sender())
                  .setTerm(term)
                  .setSnapshotIndex(in.index())
                  .setRequestedSnapshotChunkIndex(in.number(0))
                  .setQuerySequenceNumber(in.index())
                  .setFlowControlSequenceNumber(in.index())
                  .build();
          default -> readElection(in, type, header, term);
        };
    return type == APPEND_FAILED
        ? new Engine(message, stamp, epoch, in.index(), in.index())
        : new Engine(message, stamp, epoch);
  }

  private static int term(WireReader in) {
    return in.number(Integer.MAX_VALUE);
  }

  private RaftMessage readAppend(WireReader in, int type, Header header, int term) {
    return switch (type) {
      case APPENDED ->
          models
              .createAppendEntriesSuccessResponseBuilder()
              .setGroupId(header.groupId())
              .setSender(header.sender())
              .setTerm(term)
              .setLastLogIndex(in.index())
              .setQuerySequenceNumber(in.index())
              .setFlowControlSequenceNumber(in.index())
              .build();
      case APPEND_FAILED ->
          models
              .createAppendEntriesFailureResponseBuilder()
              .setGroupId(header.groupId())
              .setSender(header.sender())
              .setTerm(term)
              .setExpectedNextIndex(in.index())
              .setQuerySequenceNumber(in.index())
              .setFlowControlSequenceNumber(in.index())
              .build();
      default -> {
        int previousTerm = term(in);
        long previous = in.index();
        yield models
            .createAppendEntriesRequestBuilder()
            .setGroupId(header.groupId())
            .setSender(header.sender())
            .setTerm(term)
            .setPreviousLogTerm(previousTerm)
            .setPreviousLogIndex(previous)
            .setCommitIndex(in.index())
            .setQuerySequenceNumber(in.index())
            .setFlowControlSequenceNumber(in.index())
            .setLogEntries(entries.read(in, previous, header.receiver()))
            .build();
      }
    };
  }

  private RaftMessage readElection(WireReader in, int type, Header header, int term) {
    return switch (type) {
      case PRE_VOTE ->
          models
              .createPreVoteRequestBuilder()
              .setGroupId(header.groupId())
              .setSender(header.sender())
              .setTerm(term)
              .setLastLogTerm(term(in))
              .setLastLogIndex(in.index())
              .build();
      case PRE_VOTED ->
          models
              .createPreVoteResponseBuilder()
              .setGroupId(header.groupId())
              .setSender(header.sender())
              .setTerm(term)
              .setGranted(in.flag())
              .build();
      case VOTE ->
          models
              .createVoteRequestBuilder()
              .setGroupId(header.groupId())
              .setSender(header.sender())
              .setTerm(term)
              .setLastLogTerm(term(in))
              .setLastLogIndex(in.index())
              .setSticky(in.flag())
              .build();
      case VOTED ->
          models
              .createVoteResponseBuilder()
              .setGroupId(header.groupId())
              .setSender(header.sender())
              .setTerm(term)
              .setGranted(in.flag())
              .build();
      case TRIGGER ->
          models
              .createTriggerLeaderElectionRequestBuilder()
              .setGroupId(header.groupId())
              .setSender(header.sender())
              .setTerm(term)
              .setLastLogTerm(term(in))
              .setLastLogIndex(in.index())
              .build();
      default -> throw new MalformedException("it has a message of type " + type);
    };
  }
}
