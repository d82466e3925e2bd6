// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.load;

import java.util.ArrayList;
import java.util.List;

/**
 * Names with the hash of a given one, so that their documents belong to the partition of its
 * document: "Aa" and "BB" have one hash, whatever stands before. Not thread-safe.
 */
final class SameHash {

  private static final int PAIRS = 24;
  private final List<String> stems;
  private long next;

  /** Of documents that were made with {@link #first}. */
  SameHash(List<String> stems) {
    this.stems = new ArrayList<>(stems);
  }

  static String first(String stem) {
    return stem + "Aa".repeat(PAIRS);
  }

  /** Returns the next name: of each stem in turn. */
  String next() {
    long number = ++next;
    String stem = stems.get((int) (number % stems.size()));
    StringBuilder name = new StringBuilder(stem);
    long bits = number / stems.size() + 1;
    for (int i = 0; i < PAIRS; i++) {
      name.append((bits >> i & 1) == 0 ? "Aa" : "BB");
    }
    return name.toString();
  }
}
