// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.log.StoredEntry;
import io.microraft.MembershipChangeMode;
import io.microraft.RaftEndpoint;
import io.microraft.model.RaftModelFactory;
import io.microraft.model.groupop.UpdateRaftGroupMembersOp;
import io.microraft.model.log.LogEntry;
import io.microraft.model.log.RaftGroupMembersView;
import io.microraft.model.persistence.RaftEndpointPersistentState;
import io.microraft.model.persistence.RaftTermPersistentState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The engine's objects as bytes of the log. */
final class Codec {

  private static final byte COMMAND = 1;
  private static final byte NEW_TERM = 2;
  private static final byte MEMBERS = 3;
  private static final byte[] EMPTY = new byte[0];

  private final RaftModelFactory models;
  private final NodeEndpoint local;

  Codec(RaftModelFactory models, NodeEndpoint local) {
    this.local = local;
    this.models = models;
  }

  /** Something that writes itself. */
  private interface Body {
    void writeTo(DataOutputStream out) throws IOException;
  }

  private static byte[] bytes(Body body) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      body.writeTo(out);
    }
    return bytes.toByteArray();
  }

  private static DataInputStream reader(byte[] bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }

  StoredEntry toStored(LogEntry entry, byte @Nullable [] command) throws IOException {
    Object operation = entry.getOperation();
    int term = entry.getTerm();
    if (command != null) {
      return new StoredEntry(COMMAND, term, command);
    } else if (operation instanceof UpdateRaftGroupMembersOp members) {
      return new StoredEntry(MEMBERS, term, bytes(out -> writeChange(out, members)));
    } else if (operation == Marker.NEW_TERM) {
      return new StoredEntry(NEW_TERM, term, EMPTY);
    }
    throw new IllegalArgumentException("cannot store " + operation);
  }

  /** Returns the entry for the engine; a command's bytes stay in the log. */
  LogEntry fromStored(long index, StoredEntry stored) throws IOException {
    return models
        .createLogEntryBuilder()
        .setIndex(index)
        .setTerm(stored.term())
        .setOperation(operation(stored))
        .build();
  }

  private Object operation(StoredEntry stored) throws IOException {
    return switch (stored.kind()) {
      case COMMAND -> new Command(null, null);
      case NEW_TERM -> Marker.NEW_TERM;
      case MEMBERS -> readChange(reader(stored.payload()));
      default -> throw new IOException("an entry of unknown kind " + stored.kind());
    };
  }

  static boolean isCommand(StoredEntry stored) {
    return stored.kind() == COMMAND;
  }

  private static void writeChange(DataOutputStream out, UpdateRaftGroupMembersOp change)
      throws IOException {
    writeEndpoints(out, change.getMembers());
    writeEndpoints(out, change.getVotingMembers());
    out.writeUTF(NodeEndpoint.idOf(change.getEndpoint()));
    out.writeUTF(change.getMode().name());
  }

  private UpdateRaftGroupMembersOp readChange(DataInputStream in) throws IOException {
    var builder =
        models
            .createUpdateRaftGroupMembersOpBuilder()
            .setMembers(readEndpoints(in))
            .setVotingMembers(readEndpoints(in));
    RaftEndpoint changed = new NodeEndpoint(in.readUTF());
    MembershipChangeMode mode = MembershipChangeMode.valueOf(in.readUTF());
    return builder.setEndpoint(changed).setMode(local.modeFor(changed, mode)).build();
  }

  byte[] encode(RaftGroupMembersView members) throws IOException {
    return bytes(out -> writeMembers(out, members));
  }

  RaftGroupMembersView decodeMembers(byte[] bytes) throws IOException {
    return readMembers(reader(bytes));
  }

  /** A snapshot mark's payload: the members then, and the state machine's reference. */
  byte[] encodeSnapshot(RaftGroupMembersView members, byte[] reference) throws IOException {
    return bytes(
        out -> {
          writeMembers(out, members);
          out.write(reference);
        });
  }

  /** The members in a snapshot mark, and the reference. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Snapshot(RaftGroupMembersView members, byte[] reference) {}

  Snapshot decodeSnapshot(byte[] bytes) throws IOException {
    DataInputStream in = reader(bytes);
    return new Snapshot(readMembers(in), in.readAllBytes());
  }

  private static void writeMembers(DataOutputStream out, RaftGroupMembersView members)
      throws IOException {
    out.writeLong(members.getLogIndex());
    writeEndpoints(out, members.getMembers());
    writeEndpoints(out, members.getVotingMembers());
  }

  private RaftGroupMembersView readMembers(DataInputStream in) throws IOException {
    return models
        .createRaftGroupMembersViewBuilder()
        .setLogIndex(in.readLong())
        .setMembers(readEndpoints(in))
        .setVotingMembers(readEndpoints(in))
        .build();
  }

  byte[] encode(RaftEndpointPersistentState state) throws IOException {
    return bytes(
        out -> {
          out.writeUTF(NodeEndpoint.idOf(state.getLocalEndpoint()));
          out.writeBoolean(state.isVoting());
        });
  }

  RaftEndpointPersistentState decodeEndpoint(byte[] bytes) throws IOException {
    DataInputStream in = reader(bytes);
    return models
        .createRaftEndpointPersistentStateBuilder()
        .setLocalEndpoint(new NodeEndpoint(in.readUTF()))
        .setVoting(in.readBoolean())
        .build();
  }

  byte[] encode(RaftTermPersistentState state) throws IOException {
    RaftEndpoint vote = state.getVotedFor();
    return bytes(
        out -> {
          out.writeInt(state.getTerm());
          out.writeUTF(vote == null ? "" : NodeEndpoint.idOf(vote));
        });
  }

  RaftTermPersistentState decodeTerm(byte[] bytes) throws IOException {
    DataInputStream in = reader(bytes);
    int term = in.readInt();
    String vote = in.readUTF();
    var builder = models.createRaftTermPersistentStateBuilder().setTerm(term);
    if (!vote.isEmpty()) {
      builder.setVotedFor(new NodeEndpoint(vote));
    }
    return builder.build();
  }

  private static void writeEndpoints(DataOutputStream out, Collection<RaftEndpoint> endpoints)
      throws IOException {
    out.writeInt(endpoints.size());
    for (RaftEndpoint endpoint : endpoints) {
      out.writeUTF(NodeEndpoint.idOf(endpoint));
    }
  }

  private static List<RaftEndpoint> readEndpoints(DataInputStream in) throws IOException {
    int count = in.readInt();
    List<RaftEndpoint> endpoints = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      endpoints.add(new NodeEndpoint(in.readUTF()));
    }
    return endpoints;
  }
}
