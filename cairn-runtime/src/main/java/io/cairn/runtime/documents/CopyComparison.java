// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What the copies of one partition came to at one place of the log.
 *
 * @param index the place
 * @param timeMicros when they were compared, microseconds since 1970
 * @param judge the node that led, and compared
 * @param digests the digest of each node that could give one
 */
public record CopyComparison(
    long index, long timeMicros, String judge, Map<String, String> digests) {

  /** Sorts by node. */
  public CopyComparison {
    digests = Collections.unmodifiableMap(new TreeMap<>(digests));
  }

  /** Whether all that were compared are the same. */
  public boolean agrees() {
    return digests.values().stream().distinct().count() <= 1;
  }

  /** The digest that counts: more than half have it; if none is that common, the judge's. */
  private String right() {
    Map<String, Long> counts =
        digests.values().stream()
            .collect(Collectors.groupingBy(digest -> digest, Collectors.counting()));
    return counts.entrySet().stream()
        .filter(each -> each.getValue() * 2 > digests.size())
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(digests.getOrDefault(judge, ""));
  }

  /** The nodes whose copy is to be rebuilt. */
  public List<String> wrong() {
    String right = right();
    return digests.entrySet().stream()
        .filter(each -> !right.isEmpty() && !each.getValue().equals(right))
        .map(Map.Entry::getKey)
        .toList();
  }
}
