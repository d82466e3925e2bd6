// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.load;

import io.cairn.testkit.TestStopwatch;
import io.cairn.testkit.history.Result;
import java.util.Map;
import java.util.TreeMap;

/** Counts what clients were told, and how long they had to wait for a success. Thread-safe. */
public final class LoadTally {

  private final Map<String, Integer> counts = new TreeMap<>();
  private TestStopwatch sinceSuccess = new TestStopwatch();
  private long longestGap;
  private int givenUp;
  private String lastGivenUp = "";

  synchronized void add(Result result) {
    counts.merge(result.getClass().getSimpleName(), 1, Integer::sum);
    if (result instanceof Result.Done) {
      longestGap = Math.max(longestGap, sinceSuccess.nanos());
      sinceSuccess = new TestStopwatch();
    }
  }

  synchronized void giveUp(String answer) {
    givenUp++;
    lastGivenUp = answer;
  }

  /** How many calls had a kind of result, such as {@code Result.Done.class}. */
  public synchronized int count(Class<? extends Result> kind) {
    return counts.getOrDefault(kind.getSimpleName(), 0);
  }

  /** How many times a client was refused as often as it asks. */
  public synchronized int givenUp() {
    return givenUp;
  }

  @Override
  public synchronized String toString() {
    return "%s, given up %d %s, longest time without success %d ms"
        .formatted(counts, givenUp, lastGivenUp, longestGap / 1_000_000);
  }
}
