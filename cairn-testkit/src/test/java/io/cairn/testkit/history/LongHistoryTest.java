// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Some thousand calls on one document, fifty of them with unknown outcomes: by fifty clients at
 * once where updates are answered with the new state; by ten, who also delete, where only reads
 * tell.
 */
@Timeout(60)
class LongHistoryTest {

  private static final int CALLS = 4_000;

  @ParameterizedTest
  @CsvSource({"10, true", "50, true", "10, false"})
  void aDocumentAsItShouldBeIsLinearizable(int clients, boolean tellsStates) {
    for (int seed = 0; seed < 3; seed++) {
      Verdict verdict = check(history(seed, clients, tellsStates));
      assertThat(verdict.isLinearizable()).as("seed %d: %s", seed, verdict).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"10, true", "50, true", "10, false"})
  void oneStaleReadIsFoundInIt(int clients, boolean tellsStates) {
    for (int seed = 0; seed < 3; seed++) {
      List<Call> calls = new ArrayList<>(history(seed, clients, tellsStates));
      int at = lastReadBefore(CALLS * 3 / 4, calls);
      Call fresh = calls.get(at);
      Call old = calls.get(lastReadBefore(CALLS / 2, calls));
      Call stale =
          new Call(
              fresh.process(),
              fresh.document(),
              fresh.action(),
              old.result(),
              fresh.invokedNanos(),
              fresh.returnedNanos());
      calls.set(at, stale);
      assertThat(check(calls))
          .as("seed %d", seed)
          .isInstanceOfSatisfying(
              Verdict.NotLinearizable.class,
              verdict -> assertThat(verdict.core()).contains(stale).hasSizeLessThan(12));
    }
  }

  private static List<Call> history(int seed, int clients, boolean tellsStates) {
    return new ImaginaryDocument(new SplittableRandom(seed), tellsStates).run(clients, CALLS, 50);
  }

  private static int lastReadBefore(int index, List<Call> calls) {
    int at = index;
    while (!(calls.get(at).action() instanceof Action.Read
        && calls.get(at).result() instanceof Result.Done)) {
      at--;
    }
    return at;
  }

  private static Verdict check(List<Call> calls) {
    return new LinearizabilityChecker().check("/d", calls);
  }
}
