// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import io.cairn.cluster.group.ControlQuestion.Located;
import io.cairn.cluster.group.ControlQuestion.Standing;
import java.util.ArrayList;
import java.util.List;

/** What nodes answer each other. */
sealed interface ControlAnswer {

  /**
   * How the answering node stands.
   *
   * @param standing it
   * @param sure whether it can be sure who is a member of its group
   * @param youAreMember whether the asker's membership is known in that group
   */
  record Stands(Standing standing, boolean sure, boolean youAreMember) implements ControlAnswer {}

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
  record Whereabouts(List<Located> partitions) implements ControlAnswer {}

  /**
   * The group's state.
   *
   * @param index the entry that it is the state after
   */
  record State(long index, SystemState state) implements ControlAnswer {}

  /** Returns the bytes to send. */
  default byte[] encode() {
    return Wire.write(
        out -> {
          switch (this) {
            case Stands stands -> {
              out.tag(1);
              stands.standing.write(out);
              out.flag(stands.sure);
              out.flag(stands.youAreMember);
            }
            case Accepted accepted -> {
              out.tag(2);
              SystemStateCodec.write(out, accepted.state);
            }
            case Busy busy -> {
              out.tag(3);
              out.text(busy.reason);
            }
            case Refused refused -> {
              out.tag(4);
              out.text(refused.reason);
            }
            case Decided decided -> {
              out.tag(5);
              out.flag(decided.effective);
            }
            case Elsewhere elsewhere -> {
              out.tag(6);
              out.text(elsewhere.leader);
            }
            case Unknown unknown -> {
              out.tag(7);
              out.text(unknown.reason);
            }
            case State copy -> {
              out.tag(9);
              out.number(copy.index);
              SystemStateCodec.write(out, copy.state);
            }
            case Whereabouts whereabouts -> {
              out.tag(8);
              out.small(whereabouts.partitions.size());
              for (Located located : whereabouts.partitions) {
                out.text(located.selector());
                out.small(located.number());
                out.flag(located.leads());
                out.flag(located.sure());
                out.texts(located.members());
              }
            }
          }
        });
  }

  /** Reads what was sent; see {@link Wire#read} for failures. */
  static ControlAnswer decode(byte[] bytes) {
    return Wire.read(
        bytes,
        in ->
            switch (in.tag()) {
              case 1 -> new Stands(Standing.read(in), in.flag(), in.flag());
              case 2 -> new Accepted(SystemStateCodec.read(in));
              case 3 -> new Busy(in.text());
              case 4 -> new Refused(in.text());
              case 5 -> new Decided(in.flag());
              case 6 -> new Elsewhere(in.text());
              case 7 -> new Unknown(in.text());
              case 8 -> {
                List<Located> partitions = new ArrayList<>();
                for (int count = in.count(); count > 0; count--) {
                  partitions.add(
                      new Located(in.text(), in.small(), in.flag(), in.flag(), in.texts()));
                }
                yield new Whereabouts(partitions);
              }
              case 9 -> new State(in.number(), SystemStateCodec.read(in));
              default -> throw new java.io.IOException("no such answer");
            });
  }
}
