// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft.message;

import io.cairn.wire.MalformedException;
import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;
import io.microraft.RaftEndpoint;
import io.microraft.model.groupop.UpdateRaftGroupMembersOp;
import io.microraft.model.log.LogEntry;
import io.microraft.model.log.RaftGroupMembersView;
import io.microraft.model.log.SnapshotChunk;
import io.microraft.model.message.InstallSnapshotRequest;
import io.microraft.model.message.RaftMessage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/** Log entries and snapshot references as bytes of a message. Stateless. */
public final class EntryCodec {

  /** More entries than the engine ever puts into one message. */
  private static final int MAX_ENTRIES = 100_000;

  private static final int MAX_REFERENCE = 16 << 20;

  private static final int COMMAND = 1;
  private static final int NEW_TERM = 2;
  private static final int MEMBERS = 3;

  private final Models models;
  private final MembersCodec members;
  private final int maxCommandBytes;

  EntryCodec(Models models, int maxCommandBytes) {
    this.models = models;
    this.members = new MembersCodec(models);
    this.maxCommandBytes = maxCommandBytes;
  }

  /** Writes consecutive entries. */
  void write(WireWriter out, List<LogEntry> entries) {
    out.number(entries.size());
    for (LogEntry entry : entries) {
      out.number(entry.getTerm());
      switch (entry.getOperation()) {
        case EngineCommand command -> out.u8(COMMAND).bytes(command.heldBytes());
        case Marker _ -> out.u8(NEW_TERM);
        case UpdateRaftGroupMembersOp change -> {
          out.u8(MEMBERS);
          MembersCodec.writeChange(out, change);
        }
        default -> throw new IllegalArgumentException("cannot send " + entry.getOperation());
      }
    }
  }

  /** Reads consecutive entries as {@code local} takes them. */
  List<LogEntry> read(WireReader in, long previousIndex, NodeEndpoint local) {
    int count = in.count(MAX_ENTRIES, 2);
    List<LogEntry> entries = new ArrayList<>(Math.min(count, 1024));
    for (int i = 1; i <= count; i++) {
      int term = in.number(Integer.MAX_VALUE);
      int kind = in.u8();
      Object operation =
          switch (kind) {
            case COMMAND -> new EngineCommand(in.bytes(maxCommandBytes), null);
            case NEW_TERM -> Marker.NEW_TERM;
            case MEMBERS -> members.readChange(in, local);
            default -> throw new MalformedException("it has an entry of kind " + kind);
          };
      entries.add(
          new Entry().setIndex(previousIndex + i).setTerm(term).setOperation(operation).build());
    }
    return entries;
  }

  void write(WireWriter out, InstallSnapshotRequest message) {
    out.flag(message.isSenderLeader());
    out.number(message.getSnapshotTerm()).i64(message.getSnapshotIndex());
    out.number(message.getTotalSnapshotChunkCount());
    MembersCodec.writeNodes(out, message.getSnapshottedMembers());
    MembersCodec.writeMembers(out, message.getGroupMembersView());
    out.i64(message.getQuerySequenceNumber()).i64(message.getFlowControlSequenceNumber());
    SnapshotChunk chunk = message.getSnapshotChunk();
    out.optional(
        chunk == null ? null : (byte[]) Objects.requireNonNull(chunk.getOperation()),
        WireWriter::bytes);
  }

  RaftMessage readInstall(WireReader in, String groupId, RaftEndpoint sender, int term) {
    boolean leader = in.flag();
    int snapshotTerm = in.number(Integer.MAX_VALUE);
    long index = in.index();
    int chunks = in.number(1);
    Collection<RaftEndpoint> holders = MembersCodec.readNodes(in);
    RaftGroupMembersView view = members.readMembers(in);
    var builder =
        models
            .createInstallSnapshotRequestBuilder()
            .setGroupId(groupId)
            .setSender(sender)
            .setTerm(term)
            .setSenderLeader(leader)
            .setSnapshotTerm(snapshotTerm)
            .setSnapshotIndex(index)
            .setTotalSnapshotChunkCount(chunks)
            .setSnapshottedMembers(holders)
            .setGroupMembersView(view)
            .setQuerySequenceNumber(in.index())
            .setFlowControlSequenceNumber(in.index());
    byte[] reference = in.optional(r -> r.bytes(MAX_REFERENCE));
    if (reference != null) {
      builder.setSnapshotChunk(
          models.chunk(new Models.Place(snapshotTerm, index), reference, view));
    }
    return builder.build();
  }
}
