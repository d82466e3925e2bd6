// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.cluster;

import io.cairn.cluster.ReplicaSet;
import io.cairn.cluster.group.partition.Partition;
import io.cairn.runtime.documents.CopyComparison;
import io.cairn.runtime.documents.DocumentPartition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The copies of partitions that a node holds, and how they last compared with those of other nodes.
 *
 * @param self the id of the node that answers
 * @param agree whether each copy here has been compared since it was opened, without a difference,
 *     and no group keeps this node from holding what it should
 * @param why what speaks against that, a sentence each; empty if they agree
 * @param partitions those that this node holds, or should
 */
public record CopiesState(
    String self, boolean agree, List<String> why, List<CopyState> partitions) {

  /** A copy that answers. */
  static final String SERVING = "SERVING";

  /** A copy that does not, see its trouble. */
  static final String NOT_SERVING = "NOT_SERVING";

  /**
   * A copy.
   *
   * @param partition the name of the partition's consensus group
   * @param state {@code SERVING} or {@code NOT_SERVING}
   * @param trouble what keeps it from serving and what is done about it; empty if nothing does
   * @param owner the node that leads, as far as it is known here
   * @param applied up to where of the log it stands
   * @param holders the nodes that are to hold a copy
   * @param compared the last comparison since the copy was opened; null before the first
   */
  public record CopyState(
      String partition,
      String state,
      String trouble,
      @Nullable String owner,
      long applied,
      List<String> holders,
      @Nullable ComparedState compared) {}

  /**
   * A comparison.
   *
   * @param index at which place of the log
   * @param timeMicros when, microseconds since 1970
   * @param agrees whether all are the same
   * @param digests what each node's copy came to: the number of documents and a hash
   * @param rebuilt the nodes whose copy differed and was to be rebuilt
   */
  public record ComparedState(
      long index,
      long timeMicros,
      boolean agrees,
      Map<String, String> digests,
      List<String> rebuilt) {}

  /**
   * Describes copies.
   *
   * @param why what keeps this node from holding copies
   */
  public static CopiesState of(String self, List<String> why, List<Partition> partitions) {
    List<CopyState> copies =
        partitions.stream()
            .filter(each -> each.holders().contains(self))
            .map(CopiesState::copy)
            .toList();
    List<String> reasons = new ArrayList<>(why);
    reasons.addAll(doubts(copies));
    return new CopiesState(self, reasons.isEmpty(), reasons, copies);
  }

  private static List<String> doubts(List<CopyState> copies) {
    List<String> doubts = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    for (CopyState copy : copies) {
      ComparedState compared = copy.compared();
      if (!copy.state().equals(SERVING)) {
        String trouble = copy.trouble().isEmpty() ? "it is being opened" : copy.trouble();
        doubts.add("the copy of %s does not serve: %s".formatted(copy.partition(), trouble));
      } else if (compared == null) {
        unknown.add(copy.partition());
      } else if (!compared.agrees()) {
        doubts.add("the copies of %s differed, see its digests".formatted(copy.partition()));
      }
    }
    if (!unknown.isEmpty()) {
      doubts.add(
          "not compared yet since this node opened them: %s".formatted(String.join(", ", unknown)));
    }
    return doubts;
  }

  private static CopyState copy(Partition partition) {
    ReplicaSet replica = partition.replica();
    boolean serving = partition.machine() != null;
    return new CopyState(
        partition.id().groupName(),
        serving ? SERVING : NOT_SERVING,
        partition.trouble(),
        partition.owner(),
        replica == null ? 0 : replica.lastApplied(),
        partition.holders(),
        partition.machine() instanceof DocumentPartition here
            ? compared(here.copies().last())
            : null);
  }

  private static @Nullable ComparedState compared(@Nullable CopyComparison last) {
    return last == null
        ? null
        : new ComparedState(
            last.index(), last.timeMicros(), last.agrees(), last.digests(), last.wrong());
  }
}
