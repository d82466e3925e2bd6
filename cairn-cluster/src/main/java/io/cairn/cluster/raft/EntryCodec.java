// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.raft.WireReader.MalformedException;
import io.microraft.MembershipChangeMode;
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

/** Log entries, members and snapshot references as bytes of a message. Stateless. */
final class EntryCodec {

  /** More entries than the engine ever puts into one message. */
  private static final int MAX_ENTRIES = 100_000;

  static final int MAX_MEMBERS = 10_000;
  private static final int MAX_REFERENCE = 16 << 20;

  private static final int COMMAND = 1;
  private static final int NEW_TERM = 2;
  private static final int MEMBERS = 3;

  private final Models models;
  private final int maxCommandBytes;

  EntryCodec(Models models, int maxCommandBytes) {
    this.models = models;
    this.maxCommandBytes = maxCommandBytes;
  }

  /** Writes consecutive entries. */
  void write(WireWriter out, List<LogEntry> entries) {
    out.i32(entries.size());
    for (LogEntry entry : entries) {
      out.i32(entry.getTerm());
      switch (entry.getOperation()) {
        case Command command -> out.u8(COMMAND).bytes(command.heldBytes());
        case Marker _ -> out.u8(NEW_TERM);
        case UpdateRaftGroupMembersOp change -> {
          out.u8(MEMBERS);
          writeNodes(out, change.getMembers());
          writeNodes(out, change.getVotingMembers());
          out.text(NodeEndpoint.idOf(change.getEndpoint())).text(change.getMode().name());
        }
        default -> throw new IllegalArgumentException("cannot send " + entry.getOperation());
      }
    }
  }

  /** Reads consecutive entries as {@code local} takes them. */
  List<LogEntry> read(WireReader in, long previousIndex, NodeEndpoint local)
      throws MalformedException {
    int count = in.count(MAX_ENTRIES);
    List<LogEntry> entries = new ArrayList<>(Math.min(count, 1024));
    for (int i = 1; i <= count; i++) {
      int term = in.count(Integer.MAX_VALUE);
      int kind = in.u8();
      Object operation =
          switch (kind) {
            case COMMAND -> new Command(in.bytes(maxCommandBytes), null);
            case NEW_TERM -> Marker.NEW_TERM;
            case MEMBERS -> readChange(in, local);
            default -> throw new MalformedException("it has an entry of kind " + kind);
          };
      entries.add(new Entry().setIndex(previousIndex + i).setTerm(term).setOperation(operation)
          .build());
    }
    return entries;
  }

  private UpdateRaftGroupMembersOp readChange(WireReader in, NodeEndpoint local)
      throws MalformedException {
    var builder =
        models
            .createUpdateRaftGroupMembersOpBuilder()
            .setMembers(readNodes(in))
            .setVotingMembers(readNodes(in));
    RaftEndpoint changed = new NodeEndpoint(in.text(MessageCodec.MAX_NAME));
    String mode = in.text(MessageCodec.MAX_NAME);
    for (MembershipChangeMode known : MembershipChangeMode.values()) {
      if (known.name().equals(mode)) {
        return builder.setEndpoint(changed).setMode(local.modeFor(changed, known)).build();
      }
    }
    throw new MalformedException("it has an unknown change of members");
  }

  void write(WireWriter out, InstallSnapshotRequest message) {
    SnapshotChunk chunk = message.getSnapshotChunk();
    out.flag(message.isSenderLeader());
    out.i32(message.getSnapshotTerm()).i64(message.getSnapshotIndex());
    out.i32(message.getTotalSnapshotChunkCount());
    writeNodes(out, message.getSnapshottedMembers());
    writeMembers(out, message.getGroupMembersView());
    out.i64(message.getQuerySequenceNumber()).i64(message.getFlowControlSequenceNumber());
    out.flag(chunk != null);
    if (chunk != null) {
      out.bytes((byte[]) Objects.requireNonNull(chunk.getOperation()));
    }
  }

  RaftMessage readInstall(WireReader in, String groupId, RaftEndpoint sender, int term)
      throws MalformedException {
    boolean leader = in.flag();
    int snapshotTerm = in.count(Integer.MAX_VALUE);
    long index = in.index();
    int chunks = in.count(1);
    Collection<RaftEndpoint> holders = readNodes(in);
    RaftGroupMembersView members = readMembers(in);
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
            .setGroupMembersView(members)
            .setQuerySequenceNumber(in.index())
            .setFlowControlSequenceNumber(in.index());
    if (in.flag()) {
      builder.setSnapshotChunk(
          models
              .createSnapshotChunkBuilder()
              .setIndex(index)
              .setTerm(snapshotTerm)
              .setOperation(in.bytes(MAX_REFERENCE))
              .setSnapshotChunkIndex(0)
              .setSnapshotChunkCount(1)
              .setGroupMembersView(members)
              .build());
    }
    return builder.build();
  }

  private static void writeMembers(WireWriter out, RaftGroupMembersView members) {
    out.i64(members.getLogIndex());
    writeNodes(out, members.getMembers());
    writeNodes(out, members.getVotingMembers());
  }

  private RaftGroupMembersView readMembers(WireReader in) throws MalformedException {
    return models
        .createRaftGroupMembersViewBuilder()
        .setLogIndex(in.index())
        .setMembers(readNodes(in))
        .setVotingMembers(readNodes(in))
        .build();
  }

  private static void writeNodes(WireWriter out, Collection<RaftEndpoint> nodes) {
    out.i32(nodes.size());
    for (RaftEndpoint node : nodes) {
      out.text(NodeEndpoint.idOf(node));
    }
  }

  private static List<RaftEndpoint> readNodes(WireReader in) throws MalformedException {
    int count = in.count(MAX_MEMBERS);
    List<RaftEndpoint> nodes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      nodes.add(new NodeEndpoint(in.text(MessageCodec.MAX_NAME)));
    }
    return nodes;
  }
}
