// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import io.cairn.benchmarks.load.Requests;
import io.cairn.benchmarks.measure.Stopwatch;
import io.cairn.benchmarks.systems.BareIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;

/** The ceiling of the index: Lucene in this process, by one thread, without anything around it. */
final class LuceneCeiling {

  private LuceneCeiling() {}

  /** What it does in a second: documents added, the final commit included, and found by name. */
  record Rates(double added, double found) {}

  /** Adds so many documents in a directory, and searches them for a time. */
  static Rates measure(Path directory, int documents, long nanos) throws IOException {
    try (BareIndex index = new BareIndex(directory)) {
      Stopwatch adding = new Stopwatch();
      for (int i = 0; i < documents; i++) {
        index.add(i);
      }
      index.commit();
      double added = documents * 1e9 / adding.nanos();
      search(index, documents, nanos); // warms up
      return new Rates(added, search(index, documents, nanos));
    }
  }

  private static double search(BareIndex index, int documents, long nanos) throws IOException {
    Random random = new Random(1);
    Stopwatch searching = new Stopwatch();
    long found = 0;
    while (searching.nanos() < nanos) {
      found += index.answer("/name/" + Requests.name(random.nextInt(documents))).length > 2 ? 1 : 0;
    }
    return found * 1e9 / searching.nanos();
  }
}
