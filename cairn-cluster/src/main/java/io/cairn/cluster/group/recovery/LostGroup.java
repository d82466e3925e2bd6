// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.recovery;

import io.cairn.cluster.group.partition.PartitionMachines;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node that does not run holds of a group with other members; see {@link GroupRecovery}.
 *
 * @param name the group's name
 * @param uid the group
 * @param members who was in it, as far as this node knows
 * @param partitions its partitions, held here or not
 * @param isUnfinishedJoin whether this node still has a group of its own, and had only begun to
 *     join this one
 */
public record LostGroup(
    String name,
    String uid,
    List<Member> members,
    List<HeldPartition> partitions,
    boolean isUnfinishedJoin) {

  /** Copies the lists. */
  public LostGroup {
    members = List.copyOf(members);
    partitions = List.copyOf(partitions);
  }

  /**
   * A member.
   *
   * @param id its name
   * @param address where it was last reached
   * @param votes whether its vote counts for a majority
   * @param isThisNode whether it is the node whose data these are
   */
  public record Member(String id, URI address, boolean votes, boolean isThisNode) {}

  /**
   * What there is of one partition.
   *
   * @param key its selector and number, such as {@code default/3}
   * @param holders the members that have it
   * @param isHeld whether this node has a copy
   * @param committed the last entry that is known to be committed
   * @param last the last entry there is
   * @param contents what the copy holds, without the entries that are not known to be committed;
   *     null if there is none that can be read
   * @param problem what is wrong with the copy; null if nothing is
   */
  public record HeldPartition(
      String key,
      List<String> holders,
      boolean isHeld,
      long committed,
      long last,
      PartitionMachines.@Nullable Contents contents,
      @Nullable String problem) {

    /** Copies the list. */
    public HeldPartition {
      holders = List.copyOf(holders);
    }
  }

  /**
   * Tells whether the group may have a majority still, so that it is not lost.
   *
   * @param reachable the other members that something answers for
   */
  public boolean mayLive(Collection<String> reachable) {
    List<Member> voters = members.stream().filter(Member::votes).toList();
    long alive =
        voters.stream()
            .filter(member -> member.isThisNode() || reachable.contains(member.id()))
            .count();
    return alive > voters.size() / 2;
  }

  /** Returns the partitions whose copy cannot be opened. */
  public List<HeldPartition> damaged() {
    return partitions.stream()
        .filter(partition -> partition.isHeld() && partition.contents() == null)
        .toList();
  }
}
