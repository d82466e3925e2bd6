// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.peers;

import io.cairn.cluster.group.peers.ControlQuestion.JoinPosition;
import io.cairn.cluster.group.peers.ControlQuestion.Located;
import io.cairn.cluster.group.state.SystemState;
import io.cairn.cluster.group.state.SystemStateCodec;
import io.cairn.wire.MalformedException;
import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;
import java.util.List;

/** What nodes answer each other. */
public sealed interface ControlAnswer {

  /** More partitions than a node knows. */
  int MAX_PARTITIONS = 100_000;

  /**
   * How the answering node stands.
   *
   * @param standing it
   * @param sure whether it can be sure who is a member of its group
   * @param youAreMember whether the asker's membership is known in that group
   */
  record Stands(JoinPosition standing, boolean sure, boolean youAreMember)
      implements ControlAnswer {}

  /** You are a member; this is the group. */
  record Accepted(SystemState state) implements ControlAnswer {}

  /** Nothing was done; ask again a little later. */
  record Busy(String reason) implements ControlAnswer {}

  /** Nothing was done, and asking again will not help. */
  record Refused(String reason) implements ControlAnswer {}

  /**
   * A proposal was decided.
   *
   * @param effective whether it took effect; false if another change came first
   */
  record Decided(boolean effective) implements ControlAnswer {}

  /**
   * Nothing was done, as another node leads.
   *
   * @param leader it; empty if unknown
   */
  record Elsewhere(String leader) implements ControlAnswer {}

  /** It may have been done or not. */
  record Unknown(String reason) implements ControlAnswer {}

  /** What is known of the partitions. */
  record LocatedPartitions(List<Located> partitions) implements ControlAnswer {}

  /**
   * The group's state.
   *
   * @param index the entry that it is the state after
   */
  record State(long index, SystemState state) implements ControlAnswer {}

  /** Returns the bytes to send. */
  default byte[] encode() {
    WireWriter out = new WireWriter().u8(ControlQuestion.VERSION);
    switch (this) {
      case Stands stands -> {
        stands.standing.write(out.u8(1));
        out.flag(stands.sure).flag(stands.youAreMember);
      }
      case Accepted accepted -> SystemStateCodec.write(out.u8(2), accepted.state);
      case Busy busy -> out.u8(3).text(busy.reason);
      case Refused refused -> out.u8(4).text(refused.reason);
      case Decided decided -> out.u8(5).flag(decided.effective);
      case Elsewhere elsewhere -> out.u8(6).text(elsewhere.leader);
      case Unknown unknown -> out.u8(7).text(unknown.reason);
      case LocatedPartitions leaders -> out.u8(8).items(leaders.partitions, ControlAnswer::write);
      case State copy -> SystemStateCodec.write(out.u8(9).i64(copy.index), copy.state);
    }
    return out.take();
  }

  private static void write(WireWriter out, Located located) {
    out.text(located.selector()).i32(located.number()).flag(located.leads()).flag(located.sure());
    out.texts(located.members());
  }

  /** Reads what was sent; see {@link WireReader#read} for failures. */
  static ControlAnswer decode(byte[] bytes) {
    return WireReader.read(
        bytes,
        in -> {
          in.version(ControlQuestion.VERSION, WireReader.SAME_ON_ALL_NODES);
          int kind = in.u8();
          return switch (kind) {
            case 1 -> new Stands(JoinPosition.read(in), in.flag(), in.flag());
            case 2 -> new Accepted(SystemStateCodec.read(in));
            case 3 -> new Busy(in.text());
            case 4 -> new Refused(in.text());
            case 5 -> new Decided(in.flag());
            case 6 -> new Elsewhere(in.text());
            case 7 -> new Unknown(in.text());
            case 8 -> new LocatedPartitions(in.items(MAX_PARTITIONS, ControlAnswer::readLocated));
            case 9 -> new State(in.i64(), SystemStateCodec.read(in));
            default -> throw new MalformedException("no answer is of kind " + kind);
          };
        });
  }

  private static Located readLocated(WireReader in) {
    return new Located(in.text(), in.i32(), in.flag(), in.flag(), in.texts());
  }
}
