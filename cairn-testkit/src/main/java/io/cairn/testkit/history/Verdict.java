// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.history;

import java.util.List;
import java.util.stream.Collectors;

/** What a check of one document's history found. */
public sealed interface Verdict {

  /** There is an order of the calls that explains what the clients saw. */
  record Linearizable() implements Verdict {
    @Override
    public String toString() {
      return "linearizable";
    }
  }

  /**
   * There is no such order.
   *
   * @param document the document
   * @param prefix the calls of a beginning of the history that has none and ends as early as could
   *     be found, by the time of asking; results that were not known by then are unknown
   * @param core calls among these that contradict each other, and those that wrote what they saw:
   *     whatever the results of all the others were, these cannot be explained
   */
  record NotLinearizable(String document, List<Call> prefix, List<Call> core) implements Verdict {
    private static final int SHOWN = 20;

    @Override
    public String toString() {
      long origin = prefix.getFirst().invokedNanos();
      List<Call> shown = core.subList(Math.max(0, core.size() - SHOWN), core.size());
      return "%s is not linearizable: no order explains these %d of the first %d calls:\n%s%s"
          .formatted(
              document,
              core.size(),
              prefix.size(),
              shown.size() < core.size() ? "  ...\n" : "",
              shown.stream()
                  .map(call -> "  " + call.describe(origin))
                  .collect(Collectors.joining("\n")));
    }
  }

  /**
   * The search was given up.
   *
   * @param document the document
   * @param configurations how many configurations were looked at
   */
  record Undecided(String document, long configurations) implements Verdict {
    @Override
    public String toString() {
      return "%s: undecided after %d configurations".formatted(document, configurations);
    }
  }

  /** Whether an order was found. */
  default boolean isLinearizable() {
    return this instanceof Linearizable;
  }
}
