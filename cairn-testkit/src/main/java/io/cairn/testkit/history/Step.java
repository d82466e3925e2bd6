// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A call as {@link Search} wants it.
 *
 * @param action the call's; values that nobody has seen are all the same one
 * @param invoked when it may take effect at the earliest
 * @param deadline when it has taken effect at the latest; {@link #NEVER} if it need not
 * @param demanded the value that must be there before it and that one call alone can have written;
 *     null if there is no such
 * @param twins a number shared by calls that differ in nothing but their times
 */
record Step(
    Action action,
    Result result,
    long invoked,
    long deadline,
    @Nullable String demanded,
    int twins) {

  static final long NEVER = Long.MAX_VALUE;

  /** Stands for all values that no result tells of; no client can write it. */
  private static final String UNSEEN = "\u0000unseen";

  boolean isOptional() {
    return deadline == NEVER;
  }

  /** Whether it changes nothing in any state. */
  boolean onlyLooks() {
    return action instanceof Action.Read
        || !(result instanceof Result.Done || result instanceof Result.Unknown);
  }

  /** Prepares the calls on one document, by the time at which they were asked for. */
  static List<Step> of(List<Call> calls) {
    Sightings sightings = Sightings.in(calls);
    Map<List<Object>, Integer> twins = new HashMap<>();
    List<Step> steps = new ArrayList<>();
    calls.stream()
        .filter(Step::tells)
        .sorted(Comparator.comparingLong(Call::invokedNanos))
        .forEach(call -> steps.add(of(call, sightings, twins)));
    return steps;
  }

  private static Step of(Call call, Sightings sightings, Map<List<Object>, Integer> twins) {
    String written = RegisterModel.written(call.action());
    Action action =
        written == null || sightings.first.containsKey(written)
            ? call.action()
            : RegisterModel.writing(call.action(), UNSEEN);
    String demanded = RegisterModel.demanded(call.action(), call.result());
    Object outcome = call.isUnknown() ? new Result.Done(Seen.NOTHING) : call.result();
    return new Step(
        action,
        call.result(),
        call.invokedNanos(),
        deadline(call, written, sightings),
        demanded != null && sightings.unique(demanded) ? demanded : null,
        twins.computeIfAbsent(List.of(action, outcome), _ -> twins.size()));
  }

  /**
   * A write of unknown outcome has taken effect before an answer that shows what it alone wrote.
   */
  private static long deadline(Call call, @Nullable String written, Sightings sightings) {
    if (!call.isUnknown()) {
      return call.returnedNanos();
    }
    return written != null && sightings.unique(written)
        ? sightings.first.getOrDefault(written, NEVER)
        : NEVER;
  }

  private static boolean tells(Call call) {
    return !(call.result() instanceof Result.Refused)
        && !(call.isUnknown() && call.action() instanceof Action.Read);
  }

  /** When each value was first seen, and which values were written by more than one call. */
  private static final class Sightings {
    private final Map<String, Long> first = new HashMap<>();
    private final Set<String> written = new HashSet<>();
    private final Set<String> ambiguous = new HashSet<>();

    static Sightings in(List<Call> calls) {
      Sightings sightings = new Sightings();
      calls.forEach(sightings::take);
      return sightings;
    }

    private void take(Call call) {
      String value = RegisterModel.written(call.action());
      boolean refused = call.result() instanceof Result.Refused;
      if (value != null && !refused && !written.add(value)) {
        ambiguous.add(value);
      }
      if (call.result() instanceof Result.Done(Seen seen) && seen.value() != null) {
        first.merge(seen.value(), call.returnedNanos(), Math::min);
      }
      if (call.action() instanceof Action.ConditionalWrite(String _, DocumentState expected)) {
        long returned = call.result() instanceof Result.Done ? call.returnedNanos() : NEVER;
        first.merge(expected.value(), returned, Math::min);
      }
    }

    boolean unique(String value) {
      return !ambiguous.contains(value);
    }
  }
}
