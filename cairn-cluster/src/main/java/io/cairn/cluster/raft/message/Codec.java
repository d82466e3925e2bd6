// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft.message;

import io.cairn.cluster.log.StoredEntry;
import io.cairn.wire.MalformedException;
import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;
import io.microraft.model.RaftModelFactory;
import io.microraft.model.groupop.UpdateRaftGroupMembersOp;
import io.microraft.model.log.LogEntry;
import io.microraft.model.log.RaftGroupMembersView;
import io.microraft.model.persistence.RaftEndpointPersistentState;
import io.microraft.model.persistence.RaftTermPersistentState;
import java.io.IOException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The engine's objects as bytes of the log, whose format's version covers them. */
public final class Codec {

  /** The kind of entries whose payload is a command of the state machine's. */
  public static final byte COMMAND = 1;

  private static final byte NEW_TERM = 2;
  private static final byte MEMBERS = 3;
  private static final byte[] EMPTY = new byte[0];

  private final RaftModelFactory models;
  private final MembersCodec membersCodec;
  private final NodeEndpoint local;

  public Codec(RaftModelFactory models, NodeEndpoint local) {
    this.models = models;
    this.membersCodec = new MembersCodec(models);
    this.local = local;
  }

  /** Reads a record that the log found intact. */
  public static <T> T read(byte[] bytes, Function<WireReader, T> parser) throws IOException {
    try {
      return WireReader.read(bytes, parser);
    } catch (MalformedException e) {
      throw new IOException(
          "A record of the log was not written by this version of Cairn: " + e.getMessage(), e);
    }
  }

  public StoredEntry toStored(LogEntry entry, byte @Nullable [] command) {
    Object operation = entry.getOperation();
    int term = entry.getTerm();
    if (command != null) {
      return new StoredEntry(COMMAND, term, command);
    } else if (operation instanceof UpdateRaftGroupMembersOp members) {
      WireWriter out = new WireWriter();
      MembersCodec.writeChange(out, members);
      return new StoredEntry(MEMBERS, term, out.take());
    } else if (operation == Marker.NEW_TERM) {
      return new StoredEntry(NEW_TERM, term, EMPTY);
    }
    throw new IllegalArgumentException("cannot store " + operation);
  }

  /** Returns the entry for the engine; a command's bytes stay in the log, and need not be given. */
  public LogEntry fromStored(long index, StoredEntry stored) throws IOException {
    return models
        .createLogEntryBuilder()
        .setIndex(index)
        .setTerm(stored.term())
        .setOperation(operation(stored))
        .build();
  }

  private Object operation(StoredEntry stored) throws IOException {
    return switch (stored.kind()) {
      case COMMAND -> new EngineCommand(null, null);
      case NEW_TERM -> Marker.NEW_TERM;
      case MEMBERS -> read(stored.payload(), in -> membersCodec.readChange(in, local));
      default -> throw new IOException("an entry of unknown kind " + stored.kind());
    };
  }

  public static boolean isCommand(StoredEntry stored) {
    return stored.kind() == COMMAND;
  }

  public byte[] encode(RaftGroupMembersView members) {
    WireWriter out = new WireWriter();
    MembersCodec.writeMembers(out, members);
    return out.take();
  }

  public RaftGroupMembersView decodeMembers(byte[] bytes) throws IOException {
    return read(bytes, membersCodec::readMembers);
  }

  /** A snapshot mark's payload: the members then, and the state machine's reference. */
  public byte[] encodeSnapshot(RaftGroupMembersView members, byte[] reference) {
    WireWriter out = new WireWriter();
    MembersCodec.writeMembers(out, members);
    return out.raw(reference).take();
  }

  /** The members in a snapshot mark, and the reference. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Snapshot(RaftGroupMembersView members, byte[] reference) {}

  public Snapshot decodeSnapshot(byte[] bytes) throws IOException {
    return read(bytes, in -> new Snapshot(membersCodec.readMembers(in), in.rest()));
  }

  public byte[] encode(RaftEndpointPersistentState state) {
    WireWriter out = new WireWriter();
    MembersCodec.writeNode(out, state.getLocalEndpoint());
    return out.flag(state.isVoting()).take();
  }

  public RaftEndpointPersistentState decodeEndpoint(byte[] bytes) throws IOException {
    return read(
        bytes,
        in ->
            models
                .createRaftEndpointPersistentStateBuilder()
                .setLocalEndpoint(MembersCodec.readNode(in))
                .setVoting(in.flag())
                .build());
  }

  public byte[] encode(RaftTermPersistentState state) {
    return new WireWriter()
        .i32(state.getTerm())
        .optional(state.getVotedFor(), MembersCodec::writeNode)
        .take();
  }

  public RaftTermPersistentState decodeTerm(byte[] bytes) throws IOException {
    return read(
        bytes,
        in ->
            models
                .createRaftTermPersistentStateBuilder()
                .setTerm(in.i32())
                .setVotedFor(in.optional(MembersCodec::readNode))
                .build());
  }
}
