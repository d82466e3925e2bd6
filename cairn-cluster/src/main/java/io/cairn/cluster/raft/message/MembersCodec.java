// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft.message;

import io.cairn.wire.MalformedException;
import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;
import io.microraft.MembershipChangeMode;
import io.microraft.RaftEndpoint;
import io.microraft.model.RaftModelFactory;
import io.microraft.model.groupop.UpdateRaftGroupMembersOp;
import io.microraft.model.log.RaftGroupMembersView;
import java.util.Collection;
import java.util.List;

/**
 * The members of a group, and changes of them, as bytes of a message and of the log alike.
 * Stateless.
 */
public final class MembersCodec {

  /** The longest name of a group or node, in bytes. */
  static final int MAX_NAME = 1024;

  static final int MAX_MEMBERS = 10_000;

  private final RaftModelFactory models;

  MembersCodec(RaftModelFactory models) {
    this.models = models;
  }

  static void writeNode(WireWriter out, RaftEndpoint node) {
    out.text(NodeEndpoint.idOf(node));
  }

  static RaftEndpoint readNode(WireReader in) {
    return new NodeEndpoint(in.text(MAX_NAME));
  }

  static void writeNodes(WireWriter out, Collection<RaftEndpoint> nodes) {
    out.items(nodes, MembersCodec::writeNode);
  }

  static List<RaftEndpoint> readNodes(WireReader in) {
    return in.items(MAX_MEMBERS, MembersCodec::readNode);
  }

  static void writeMembers(WireWriter out, RaftGroupMembersView members) {
    out.i64(members.getLogIndex());
    writeNodes(out, members.getMembers());
    writeNodes(out, members.getVotingMembers());
  }

  RaftGroupMembersView readMembers(WireReader in) {
    return models
        .createRaftGroupMembersViewBuilder()
        .setLogIndex(in.index())
        .setMembers(readNodes(in))
        .setVotingMembers(readNodes(in))
        .build();
  }

  static void writeChange(WireWriter out, UpdateRaftGroupMembersOp change) {
    writeNodes(out, change.getMembers());
    writeNodes(out, change.getVotingMembers());
    writeNode(out, change.getEndpoint());
    out.text(change.getMode().name());
  }

  /** Reads a change as {@code local} takes it. */
  UpdateRaftGroupMembersOp readChange(WireReader in, NodeEndpoint local) {
    var builder =
        models
            .createUpdateRaftGroupMembersOpBuilder()
            .setMembers(readNodes(in))
            .setVotingMembers(readNodes(in));
    RaftEndpoint changed = readNode(in);
    String mode = in.text(MAX_NAME);
    for (MembershipChangeMode known : MembershipChangeMode.values()) {
      if (known.name().equals(mode)) {
        return builder.setEndpoint(changed).setMode(local.modeFor(changed, known)).build();
      }
    }
    throw new MalformedException("it has an unknown change of members");
  }
}
