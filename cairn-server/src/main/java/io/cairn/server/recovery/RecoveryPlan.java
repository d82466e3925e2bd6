// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.recovery;

import io.cairn.cluster.group.recovery.LostGroup;
import io.cairn.cluster.group.recovery.LostGroup.HeldPartition;
import io.cairn.cluster.group.recovery.LostGroup.Member;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * What a recovery of one group would do, in words for the operator who decides.
 *
 * @param group what the node has of it
 * @param reachable the other members that something answers for
 * @param empty the damaged partitions that are to begin empty
 */
record RecoveryPlan(LostGroup group, Set<String> reachable, Collection<String> empty) {

  private static final String ROW = "  %-16s %10s %10s %10s  %-20s  %s%n";

  /** Returns why it is refused, a sentence each; empty if nothing speaks against it. */
  List<String> objections(boolean force) {
    List<String> objections = new ArrayList<>();
    if (group.mayLive(reachable) && !force) {
      objections.add(
          "group %s may have a majority: %s. Start this host instead of recovering it; if what answers"
                  .formatted(group.name(), reasons())
              + " there is no member of the group any more, add --force");
    }
    for (HeldPartition damaged : group.damaged()) {
      if (!empty.contains(damaged.key())) {
        objections.add(
            "partition %s cannot be opened: %s. Recover another survivor, restore the directory from a"
                    .formatted(damaged.key(), damaged.problem())
                + " copy, or let the partition begin empty with --empty="
                + damaged.key());
      }
    }
    for (String key : empty) {
      if (group.damaged().stream().noneMatch(partition -> partition.key().equals(key))) {
        objections.add("--empty=" + key + ": that partition is not damaged, and keeps what it has");
      }
    }
    return objections;
  }

  private String reasons() {
    List<String> answering =
        group.members().stream()
            .filter(member -> reachable.contains(member.id()))
            .map(member -> member.id() + " answers at " + member.address())
            .toList();
    return answering.isEmpty() ? "this node alone is one" : String.join(", ", answering);
  }

  /** Returns the plan as text. */
  String text() {
    StringBuilder text = new StringBuilder();
    text.append("Group %s, uid %s%n".formatted(group.name(), group.uid()));
    group.members().forEach(member -> text.append(line(member)));
    text.append('\n');
    text.append(ROW.formatted("PARTITION", "ENTRIES", "UNSURE", "DOCUMENTS", "LATEST CHANGE", ""));
    group.partitions().forEach(partition -> text.append(line(partition)));
    text.append('\n').append(meaning());
    return text.toString();
  }

  private String line(Member member) {
    String state =
        member.isThisNode()
            ? "this node"
            : reachable.contains(member.id()) ? "ANSWERS" : "does not answer";
    return "  %-20s %-32s %-9s %s%n"
        .formatted(member.id(), member.address(), member.votes() ? "votes" : "no vote", state);
  }

  private static String line(HeldPartition partition) {
    PartitionLine line = PartitionLine.of(partition);
    return ROW.formatted(
        partition.key(),
        line.entries(),
        line.unsure(),
        line.documents(),
        line.latest(),
        line.note());
  }

  /** One row of the table. */
  private record PartitionLine(
      String entries, String unsure, String documents, String latest, String note) {

    static PartitionLine of(HeldPartition partition) {
      if (!partition.isHeld()) {
        return new PartitionLine(
            "-", "-", "-", "-", "NOT HELD here, only by " + String.join(", ", partition.holders()));
      }
      var contents = partition.contents();
      String problem = partition.problem();
      return new PartitionLine(
          Long.toString(partition.last()),
          Long.toString(partition.last() - partition.committed()),
          contents == null ? "?" : Long.toString(contents.documents()),
          contents == null ? "?" : time(contents.newestMicros()),
          contents == null ? "DAMAGED" : problem == null ? "" : problem);
    }

    private static String time(long micros) {
      return micros == 0
          ? "-"
          : Instant.EPOCH
              .plus(micros, ChronoUnit.MICROS)
              .truncatedTo(ChronoUnit.SECONDS)
              .toString();
    }
  }

  private String meaning() {
    if (group.isUnfinishedJoin()) {
      return "This node has a group of its own still, and had only begun to join that one. It would"
          + " give the join up\nand go on with its own group. Nothing of its own is lost.\n";
    }
    return """
        This node would become a group of its own, with a new uid, its own vote and all of the above.
        - Lost: what the lost members had acknowledged and this node had not heard of, and partitions that
          are NOT HELD or begin empty. If another member's data survived, compare its LATEST CHANGE and
          ENTRIES (cairn recover there, without --yes) and recover the one that has more.
        - Kept, though perhaps never acknowledged: UNSURE entries, the last ones here, of which this node
          does not know whether a majority had them.
        - membershipQuorum becomes 1; set it again when there are other members.
        - Lost members never come back into this group with their old data. A survivor is recovered too and
          then started with this node among its peerNodes, which brings its documents; all others start
          with empty directories.
        """;
  }
}
