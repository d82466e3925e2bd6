// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.history;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds few calls that contradict each other among many that do. Three ways, the first that leads
 * to something: two answers whose versions do not agree with their times; the values alone, without
 * counters, versions and deletions; and else by forgetting results. Each of them only ever allows
 * more than the model, so that what is left contradicts itself.
 */
final class Contradiction {

  /** Configurations in one search; a search that needs more counts as one that explains. */
  private static final long BUDGET = 100_000;

  /** Configurations, times calls in each, over all searches: a few seconds. */
  private static final long TOTAL = 200_000_000;

  private static final Result DONE = new Result.Done(Seen.NOTHING);

  private final List<Call> calls;
  private long spent;

  /**
   * Prepares the search.
   *
   * @param calls calls on one document that cannot be explained, by the time of asking
   */
  Contradiction(List<Call> calls) {
    this.calls = calls;
  }

  /**
   * Whether the values alone cannot be explained, which costs far less to find out than the rest.
   */
  static boolean isInValues(List<Call> calls) {
    Contradiction all = new Contradiction(calls);
    BitSet some = new BitSet();
    some.set(0, calls.size());
    return all.failsByValues(some);
  }

  /** The calls that contradict each other, and those that wrote what they saw. */
  List<Call> core() {
    BitSet found = pair();
    if (found == null) {
      found = byValues();
    }
    return withWriters(found == null ? byForgetting() : found);
  }

  private @Nullable BitSet pair() {
    if (calls.stream().anyMatch(call -> call.action() instanceof Action.Delete)) {
      return null;
    }
    for (int later = calls.size() - 1; later >= 0; later--) {
      for (int other = 0; other < calls.size(); other++) {
        if (disagree(calls.get(other), calls.get(later)) && later != other) {
          return bits(other, later);
        }
      }
    }
    return null;
  }

  /** Whether the versions that two answers told cannot both be right. */
  private static boolean disagree(Call first, Call second) {
    if (!(first.result() instanceof Result.Done(Seen seen) && seen.version() != null)
        || !(second.result() instanceof Result.Done(Seen then) && then.version() != null)) {
      return false;
    }
    boolean secondReads = second.action() instanceof Action.Read;
    if (first.returnedNanos() < second.invokedNanos()) {
      return secondReads ? then.version() < seen.version() : then.version() <= seen.version();
    }
    boolean bothUpdate = !secondReads && !(first.action() instanceof Action.Read);
    return seen.version().equals(then.version())
        && (bothUpdate || differ(seen.value(), then.value()));
  }

  private static boolean differ(@Nullable String one, @Nullable String other) {
    return one != null && other != null && !one.equals(other);
  }

  private @Nullable BitSet byValues() {
    BitSet all = new BitSet();
    all.set(0, calls.size());
    if (!failsByValues(all)) {
      return null;
    }
    List<String> values =
        calls.stream().map(Contradiction::valueOf).filter(v -> v != null).distinct().toList();
    BitSet kept = new BitSet();
    kept.set(0, values.size());
    BitSet left = shrink(kept, some -> failsByValues(callsWith(v -> some.get(values.indexOf(v)))));
    BitSet reduced = callsWith(value -> left.get(values.indexOf(value)));
    return shrink(reduced, this::failsByValues);
  }

  private BitSet callsWith(Predicate<String> wanted) {
    BitSet found = new BitSet();
    for (int i = 0; i < calls.size(); i++) {
      String value = valueOf(calls.get(i));
      found.set(i, value != null && wanted.test(value));
    }
    return found;
  }

  /** The value that a call wrote or saw; each call counts as one or the other here. */
  private static @Nullable String valueOf(Call call) {
    String written = RegisterModel.written(call.action());
    return written != null ? written : sees(call);
  }

  private static @Nullable String sees(Call call) {
    return call.result() instanceof Result.Done(Seen seen) ? seen.value() : null;
  }

  /** Takes calls as plain writes and reads of a register that is there from the beginning. */
  private boolean failsByValues(BitSet some) {
    List<Call> plain = new ArrayList<>();
    plain.add(new Call(-1, "", new Action.Create(""), DONE, Long.MIN_VALUE, Long.MIN_VALUE));
    some.stream().mapToObj(calls::get).forEach(call -> addPlain(call, plain));
    return fails(plain);
  }

  private static void addPlain(Call call, List<Call> plain) {
    String written = RegisterModel.written(call.action());
    String seen = sees(call);
    boolean done = call.result() instanceof Result.Done;
    if (written != null && (done || call.isUnknown())) {
      Result result = done ? DONE : call.result();
      plain.add(like(call, new Action.Write(written), result));
    } else if (written == null && seen != null) {
      plain.add(like(call, new Action.Read(), new Result.Done(new Seen(seen, null, null))));
    }
  }

  private static Call like(Call call, Action action, Result result) {
    return new Call(
        call.process(), call.document(), action, result, call.invokedNanos(), call.returnedNanos());
  }

  private BitSet byForgetting() {
    BitSet known = new BitSet();
    for (int i = 0; i < calls.size(); i++) {
      known.set(i, !calls.get(i).isUnknown() && !(calls.get(i).result() instanceof Result.Refused));
    }
    return shrink(known, this::failsKnowingOnly);
  }

  private boolean failsKnowingOnly(BitSet known) {
    List<Call> rest = new ArrayList<>();
    for (int i = 0; i < calls.size(); i++) {
      Call call = calls.get(i);
      boolean keep = known.get(i) || call.result() instanceof Result.Refused;
      rest.add(keep ? call : call.forgotten());
    }
    return fails(rest);
  }

  private boolean fails(List<Call> some) {
    Search search = new Search(Step.of(some), Math.min(BUDGET, (TOTAL - spent) / some.size()));
    Search.Answer answer = search.run();
    spent += (1L + search.configurations()) * some.size();
    return answer == Search.Answer.UNEXPLAINED;
  }

  /** Leaves out many at once and then fewer, as long as the rest fails (Zeller's ddmin). */
  private BitSet shrink(BitSet whole, Predicate<BitSet> fails) {
    BitSet kept = (BitSet) whole.clone();
    for (int chunk = Math.max(1, kept.cardinality() / 2); chunk > 0; chunk /= 2) {
      int from = kept.nextSetBit(0);
      while (from >= 0 && spent < TOTAL) {
        BitSet rest = (BitSet) kept.clone();
        int next = from;
        for (int left = chunk; left > 0 && next >= 0; left--) {
          rest.clear(next);
          next = rest.nextSetBit(next);
        }
        if (fails.test(rest)) {
          kept = rest;
        }
        from = next;
      }
    }
    return kept;
  }

  private List<Call> withWriters(BitSet core) {
    List<String> seen =
        core.stream().mapToObj(calls::get).map(Contradiction::sees).filter(v -> v != null).toList();
    List<Call> shown = new ArrayList<>();
    for (int i = 0; i < calls.size(); i++) {
      String written = RegisterModel.written(calls.get(i).action());
      if (core.get(i) || (written != null && seen.contains(written))) {
        shown.add(calls.get(i));
      }
    }
    return shown;
  }

  private static BitSet bits(int one, int other) {
    BitSet bits = new BitSet();
    bits.set(one);
    bits.set(other);
    return bits;
  }
}
