// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** The checker agrees with one that tries every order, on small histories of all kinds. */
class BruteForceTest {

  private static final int HISTORIES = 60_000;
  private static final List<String> VALUES = List.of("a", "b", "c");

  @Test
  void agreesWithTryingEveryOrder() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(11);
    int linearizable = 0;
    for (int i = 0; i < HISTORIES; i++) {
      List<Call> calls = history(random, i % 2 == 0);
      boolean expected = tryAll(calls, DocumentState.ABSENT, new boolean[calls.size()]);
      Verdict verdict = new LinearizabilityChecker().check("/d", calls);
      assertThat(verdict.isLinearizable()).as("history %d: %s", i, calls).isEqualTo(expected);
      if (verdict instanceof Verdict.NotLinearizable explained) {
        List<Call> core = explained.core();
        assertThat(core).as("history %d: %s", i, calls).isNotEmpty();
        assertThat(explained.prefix()).hasSizeLessThanOrEqualTo(calls.size());
      }
      linearizable += expected ? 1 : 0;
    }
    assertThat(linearizable).as("both kinds occur").isBetween(HISTORIES / 10, HISTORIES * 9 / 10);
  }

  /** Orders every subset of the calls that holds all with a known result. */
  private static boolean tryAll(List<Call> calls, DocumentState state, boolean[] ordered) {
    long firstEnd = Long.MAX_VALUE;
    boolean left = false;
    for (int i = 0; i < ordered.length; i++) {
      if (!ordered[i] && isCertain(calls.get(i))) {
        left = true;
        firstEnd = Math.min(firstEnd, calls.get(i).returnedNanos());
      }
    }
    if (!left) {
      return true;
    }
    for (int i = 0; i < ordered.length; i++) {
      Call call = calls.get(i);
      if (ordered[i] || call.result() instanceof Result.Refused || call.invokedNanos() > firstEnd) {
        continue;
      }
      DocumentState next = RegisterModel.step(state, call.action(), call.result());
      if (next != null) {
        ordered[i] = true;
        if (tryAll(calls, next, ordered)) {
          return true;
        }
        ordered[i] = false;
      }
    }
    return false;
  }

  private static boolean isCertain(Call call) {
    return !call.isUnknown() && !(call.result() instanceof Result.Refused);
  }

  private static List<Call> history(RandomGenerator random, boolean uniqueValues) {
    List<Call> calls = new ArrayList<>();
    int size = 2 + random.nextInt(6);
    calls.add(call(-1, 0, new Action.Create("first"), Calls.DONE));
    for (int i = 0; i < size; i++) {
      long from = random.nextInt(12);
      Action action = action(random, uniqueValues ? "v" + i : anyOf(random, VALUES));
      calls.add(call(from, from + 1 + random.nextInt(8), action, result(random, action, size)));
    }
    return calls;
  }

  private static Call call(long from, long to, Action action, Result result) {
    return new Call(0, "/d", action, result, from, to);
  }

  private static Action action(RandomGenerator random, String value) {
    return switch (random.nextInt(8)) {
      case 0, 1 -> new Action.Write(value);
      case 2 -> new Action.Increment(1 + random.nextInt(2));
      case 3 -> random.nextBoolean() ? new Action.Delete() : new Action.Create(value);
      case 4 ->
          new Action.ConditionalWrite(
              value, DocumentState.of(seenValue(random, 4), random.nextInt(2), random.nextInt(3)));
      default -> new Action.Read();
    };
  }

  private static Result result(RandomGenerator random, Action action, int size) {
    int kind = random.nextInt(10);
    if (kind < 2) {
      return Calls.UNKNOWN;
    }
    if (kind == 2) {
      return Calls.REFUSED;
    }
    if (kind == 3) {
      return switch (action) {
        case Action.Create _ -> new Result.Exists();
        case Action.ConditionalWrite _ -> new Result.Mismatch();
        case Action.Delete _ -> Calls.DONE;
        case Action.Read _, Action.Write _, Action.Increment _ -> new Result.Absent();
      };
    }
    boolean looks = action instanceof Action.Read || action instanceof Action.Increment;
    return new Result.Done(
        new Seen(
            looks && random.nextInt(3) > 0 ? seenValue(random, size) : null,
            looks && random.nextInt(4) == 0 ? (Long) (long) random.nextInt(3) : null,
            random.nextInt(4) == 0 ? (Long) (long) random.nextInt(4) : null));
  }

  private static String seenValue(RandomGenerator random, int size) {
    return switch (random.nextInt(3)) {
      case 0 -> "first";
      case 1 -> "v" + random.nextInt(size);
      default -> anyOf(random, VALUES);
    };
  }

  private static String anyOf(RandomGenerator random, List<String> values) {
    return values.get(random.nextInt(values.size()));
  }
}
