// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Checks documents that collect the marks of the requests that changed them: each acknowledged mark
 * is there exactly once, no refused one is, an unknown one at most once, and the order of the marks
 * agrees with the order in which clients saw their requests end. Used by one thread.
 */
public final class LedgerChecker {

  private final Map<String, Map<String, RecordedRequest>> byLink = new HashMap<>();
  private final List<String> violations = new ArrayList<>();

  /** Takes in requests whose marks are to be in the documents that they were sent to. */
  public LedgerChecker expect(Collection<RecordedRequest> requests) {
    for (RecordedRequest request : requests) {
      byLink.computeIfAbsent(request.link(), link -> new HashMap<>()).put(request.mark(), request);
    }
    return this;
  }

  /** The documents that requests were sent to. */
  public Collection<String> links() {
    return byLink.keySet();
  }

  /** Checks what a document holds. */
  public LedgerChecker check(String link, List<String> found) {
    Map<String, RecordedRequest> sent = byLink.getOrDefault(link, Map.of());
    Map<String, Integer> counts = new HashMap<>();
    long latestInvoked = Long.MIN_VALUE;
    for (String mark : found) {
      RecordedRequest request = sent.get(mark);
      if (counts.merge(mark, 1, Integer::sum) > 1) {
        violations.add(link + " has " + mark + " more than once");
      }
      if (request == null) {
        violations.add(link + " has " + mark + ", which nobody sent");
        continue;
      }
      if (request.outcome() == Outcome.REFUSED) {
        violations.add(link + " has " + mark + ", which was refused: " + request.answer());
      }
      if (request.outcome() == Outcome.ACKNOWLEDGED && request.returnedNanos() < latestInvoked) {
        violations.add(link + " has " + mark + " behind a request that began after it had ended");
      }
      latestInvoked = Math.max(latestInvoked, request.invokedNanos());
    }
    for (RecordedRequest request : sent.values()) {
      if (request.outcome() == Outcome.ACKNOWLEDGED && !counts.containsKey(request.mark())) {
        violations.add(link + " lacks " + request.mark() + ", which was acknowledged");
      }
    }
    return this;
  }

  /** What is wrong; empty if everything holds. */
  public List<String> violations() {
    return List.copyOf(violations);
  }
}
