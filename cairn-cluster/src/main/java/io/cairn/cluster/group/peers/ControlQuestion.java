// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.peers;

import io.cairn.cluster.group.state.JoinRequest;
import io.cairn.cluster.group.state.NodeRole;
import io.cairn.cluster.group.state.SystemCommand;
import io.cairn.wire.MalformedException;
import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;
import java.net.URI;
import java.util.List;

/** What nodes ask each other about a group, each by the group's name. */
public sealed interface ControlQuestion {

  /** The version of the form of questions and answers. */
  int VERSION = 1;

  /** The largest command, in bytes. */
  int MAX_COMMAND = 16 << 20;

  /** Returns the group's name. */
  String group();

  /**
   * How do you stand? Also tells how the asker stands, so that both decide alike who joins whom.
   *
   * @param asker how the asking node stands
   */
  record Inquire(String group, JoinPosition asker) implements ControlQuestion {}

  /**
   * May I become a member?
   *
   * @param joiner who asks
   * @param uid the asker's own group, which dissolves; empty if it has none
   */
  record Join(String group, JoinRequest joiner, String uid) implements ControlQuestion {}

  /**
   * Propose this to the system partition, which you lead.
   *
   * @param uid the group that is meant
   * @param command what to propose
   */
  record Propose(String group, String uid, SystemCommand command) implements ControlQuestion {}

  /** Which partitions do you lead, and who is in them? */
  record Locate(String group, String uid) implements ControlQuestion {}

  /** What is the group's state as you have it? Asked by a member that has lost its own. */
  record Copy(String group, String uid) implements ControlQuestion {}

  /** Returns the bytes to send. */
  default byte[] encode() {
    WireWriter out = new WireWriter().u8(VERSION);
    switch (this) {
      case Inquire inquire -> inquire.asker.write(out.u8(1).text(inquire.group));
      case Join join ->
          out.u8(2)
              .text(join.group)
              .text(join.joiner.id())
              .text(join.joiner.address().toString())
              .flag(join.joiner.role() == NodeRole.PEER)
              .pairs(join.joiner.properties())
              .text(join.joiner.token())
              .text(join.uid);
      case Propose propose ->
          out.u8(3).text(propose.group).text(propose.uid).bytes(propose.command.encode());
      case Locate locate -> out.u8(4).text(locate.group).text(locate.uid);
      case Copy copy -> out.u8(5).text(copy.group).text(copy.uid);
    }
    return out.take();
  }

  /** Reads what was sent; see {@link WireReader#read} for failures. */
  static ControlQuestion decode(byte[] bytes) {
    return WireReader.read(
        bytes,
        in -> {
          in.version(VERSION, WireReader.SAME_ON_ALL_NODES);
          int kind = in.u8();
          return switch (kind) {
            case 1 -> new Inquire(in.text(), JoinPosition.read(in));
            case 2 ->
                new Join(
                    in.text(),
                    new JoinRequest(
                        in.text(),
                        in.uri(),
                        in.flag() ? NodeRole.PEER : NodeRole.OBSERVER,
                        in.pairs(),
                        in.text()),
                    in.text());
            case 3 ->
                new Propose(in.text(), in.text(), SystemCommand.decode(in.bytes(MAX_COMMAND)));
            case 4 -> new Locate(in.text(), in.text());
            case 5 -> new Copy(in.text(), in.text());
            default -> throw new MalformedException("no question is of kind " + kind);
          };
        });
  }

  /**
   * How a node stands towards a group of some name.
   *
   * @param nodeId the node
   * @param address where it is reached
   * @param uid its group; empty if it has none yet
   * @param token of its membership there; empty likewise
   * @param members how many members that group has, 0 if there is none
   * @param seeking whether it looks for others by itself
   * @param joining whether it is about to join a group, or to be let into its own
   * @param quorum how many nodes it wants to see before it makes a group
   * @param formerly the lost groups in whose place its group is
   */
  record JoinPosition(
      String nodeId,
      URI address,
      String uid,
      String token,
      int members,
      boolean seeking,
      boolean joining,
      int quorum,
      List<String> formerly) {

    public JoinPosition {
      formerly = List.copyOf(formerly);
    }

    /**
     * Tells whether this node is to join the other's group. Of two nodes with a group of one each,
     * exactly one is, whichever of them asks: the one that seeks; if both do, the one whose group
     * has the smaller uid. A group never joins by itself the one in whose place it is: whoever
     * recovered it took that one for lost.
     */
    public boolean joins(JoinPosition other) {
      if (members > 1
          || other.members == 0
          || uid.equals(other.uid)
          || formerly.contains(other.uid)) {
        return false;
      }
      return members == 0
          || other.members > 1
          || (seeking && (!other.seeking || uid.compareTo(other.uid) < 0));
    }

    void write(WireWriter out) {
      out.text(nodeId).text(address.toString()).text(uid).text(token);
      out.i32(members).flag(seeking).flag(joining).i32(quorum).texts(formerly);
    }

    static JoinPosition read(WireReader in) {
      return new JoinPosition(
          in.text(),
          in.uri(),
          in.text(),
          in.text(),
          in.i32(),
          in.flag(),
          in.flag(),
          in.i32(),
          in.texts());
    }
  }

  /**
   * What a node knows of one partition.
   *
   * @param selector the selector's name
   * @param number the partition's number
   * @param leads whether the teller itself leads for sure; who else may lead it does not pass on
   * @param sure whether it leads, and {@code members} is therefore final
   * @param members who is in it
   */
  record Located(String selector, int number, boolean leads, boolean sure, List<String> members) {}
}
