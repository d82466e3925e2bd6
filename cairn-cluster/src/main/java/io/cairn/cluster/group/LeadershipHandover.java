// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import io.cairn.cluster.Member;
import io.cairn.cluster.ReplicaSet;
import io.cairn.cluster.group.context.GroupContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * Gives the leadership of replica sets to other nodes, before this one stops.
 *
 * @param context says which nodes are alive
 */
record LeadershipHandover(GroupContext context) {

  /**
   * Has other nodes lead what this node leads, as far as there are any. Returns what it has begun.
   */
  List<CompletableFuture<Void>> begin(Stream<ReplicaSet> led) {
    List<CompletableFuture<Void>> transfers = new ArrayList<>();
    led.forEach(
        group -> heir(group).ifPresent(heir -> transfers.add(group.transfer(heir.nodeId()))));
    return transfers;
  }

  /** Whether there is anybody to lead a group in place of this node. */
  boolean hasHeir(ReplicaSet group) {
    return heir(group).isPresent();
  }

  private Optional<Member> heir(ReplicaSet group) {
    return group.members().stream()
        .filter(member -> member.voter() && !member.nodeId().equals(context.self()))
        .filter(member -> context.peers().isAlive(member.nodeId()))
        .filter(member -> !context.peers().isLeaving(member.nodeId()))
        .max(Comparator.comparingLong(member -> matchIndex(group, member)));
  }

  private static long matchIndex(ReplicaSet group, Member member) {
    var progress = group.progress().get(member.nodeId());
    return progress == null ? -1 : progress.matchIndex();
  }
}
