// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.checkup;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node has found about itself and the others, as clients see it.
 *
 * @param node the id of the node that answers
 * @param version the version of Cairn that it runs; null if it is not known
 * @param timeMicros when it looked, microseconds since 1970
 * @param verdict the worst of its checks'
 * @param checks always the same ones, in the same order
 */
public record CheckupState(
    String node, @Nullable String version, long timeMicros, Verdict verdict, List<Check> checks) {

  /** How something is; the later, the worse. */
  public enum Verdict {
    /** Nothing was found. */
    OK,
    /** Everything is served, but the next thing that goes wrong costs more, or comes soon. */
    WARNING,
    /** Something is not served, or does not go away by waiting. */
    FAILED
  }

  /**
   * Something that was looked at.
   *
   * @param name its name in few words
   * @param about what is so if the check is OK
   * @param verdict how it is
   * @param findings what is the matter; empty if it is OK
   */
  public record Check(String name, String about, Verdict verdict, List<Finding> findings) {}

  /**
   * Something that is the matter.
   *
   * @param found what it is, a sentence
   * @param advice what to do about it
   */
  public record Finding(String found, String advice) {}

  /** A node's checks. */
  static CheckupState of(
      String node, @Nullable String version, long timeMicros, List<Check> checks) {
    Verdict worst =
        checks.stream().map(Check::verdict).max(Comparator.naturalOrder()).orElse(Verdict.OK);
    return new CheckupState(node, version, timeMicros, worst, checks);
  }
}
