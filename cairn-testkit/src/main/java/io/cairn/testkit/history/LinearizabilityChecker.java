// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/**
 * Checks that each document of a history behaved as if one call after the other had been carried
 * out, each at one moment between the time at which its client asked for it and the time at which
 * the client knew the result. A call of unknown outcome may have been carried out at any time after
 * it was asked for, or never.
 *
 * <p>The algorithm is the depth first search of Wing and Gong (<i>Testing and Verifying Concurrent
 * Objects</i>, J. Parallel Distrib. Comput. 17, 1993) with the memory of Lowe (<i>Testing for
 * Linearizability</i>, Concurrency Comput. Pract. Exp. 29(4), 2017), which never searches twice
 * from the same set of calls and state. Documents are checked one by one, since a history is
 * linearizable if each object's is (Herlihy and Wing; used so by Horn and Kroening, <i>Faster
 * Linearizability Checking via P-Compositionality</i>, FORTE 2015).
 *
 * <p>The time is exponential at worst. Histories in which each write has a value of its own, and in
 * which answers tell versions, take time proportional to their length; some thousand calls on a
 * document with fifty clients and as many unknown outcomes take a second or so. Thread-safe.
 */
public final class LinearizabilityChecker {

  private static final long DEFAULT_BUDGET = 500_000;

  private final long budget;

  /** A checker that gives a document up after half a million configurations (some 80 MB). */
  public LinearizabilityChecker() {
    this(DEFAULT_BUDGET);
  }

  /**
   * Creates a checker.
   *
   * @param budget how many configurations of one document are looked at before it is given up
   */
  public LinearizabilityChecker(long budget) {
    this.budget = budget;
  }

  /** Checks all documents; tells of those that are not linearizable or could not be decided. */
  public List<Verdict> violations(History history) {
    List<Verdict> violations = new ArrayList<>();
    history
        .byDocument()
        .forEach(
            (document, calls) -> {
              Verdict verdict = check(document, calls);
              if (!verdict.isLinearizable()) {
                violations.add(verdict);
              }
            });
    return violations;
  }

  /**
   * Checks one document, which is absent at first.
   *
   * @param document its name, for the verdict
   * @param calls all calls on it, in any order
   */
  public Verdict check(String document, List<Call> calls) {
    Search.Answer answer = search(calls);
    if (answer == Search.Answer.EXPLAINED) {
      return new Verdict.Linearizable();
    }
    if (Contradiction.isInValues(calls)) {
      return explain(document, calls, Contradiction::isInValues);
    }
    return answer == Search.Answer.UNEXPLAINED
        ? explain(document, calls, some -> search(some) == Search.Answer.UNEXPLAINED)
        : new Verdict.Undecided(document, budget);
  }

  private Search.Answer search(List<Call> calls) {
    return new Search(Step.of(calls), budget).run();
  }

  private static Verdict explain(
      String document, List<Call> calls, Predicate<List<Call>> contradicts) {
    List<Call> prefix = shortestPrefix(calls, contradicts);
    return new Verdict.NotLinearizable(document, prefix, new Contradiction(prefix).core());
  }

  /** A beginning of a linearizable history is linearizable, so that the end can be bisected for. */
  private static List<Call> shortestPrefix(List<Call> calls, Predicate<List<Call>> contradicts) {
    long[] ends =
        calls.stream()
            .filter(call -> !call.isUnknown())
            .mapToLong(Call::returnedNanos)
            .sorted()
            .distinct()
            .toArray();
    int low = 0;
    int high = ends.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (contradicts.test(until(ends[middle], calls))) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return until(ends[high], calls);
  }

  /** What was known at a time, by the time of asking. */
  private static List<Call> until(long end, List<Call> calls) {
    return calls.stream()
        .filter(call -> call.invokedNanos() <= end)
        .map(call -> call.returnedNanos() <= end ? call : undecided(call))
        .sorted(Comparator.comparingLong(Call::invokedNanos))
        .toList();
  }

  /**
   * A refusal is one from the beginning: what was refused must not have been seen before either.
   */
  private static Call undecided(Call call) {
    return call.result() instanceof Result.Refused ? call : call.forgotten();
  }
}
