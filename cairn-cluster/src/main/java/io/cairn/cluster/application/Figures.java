// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** Counters. Thread-safe. */
final class Figures {

  private final List<LongAdder> counters =
      Stream.generate(LongAdder::new).limit(Figure.values().length).toList();

  void count(Figure figure) {
    counters.get(figure.ordinal()).increment();
  }

  Map<String, Long> all() {
    Map<String, Long> all = new TreeMap<>();
    Arrays.stream(Figure.values())
        .forEach(figure -> all.put(figure.key(), counters.get(figure.ordinal()).sum()));
    return all;
  }
}
