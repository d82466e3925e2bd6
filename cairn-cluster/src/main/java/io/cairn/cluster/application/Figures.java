// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** Counters. Thread-safe. */
final class Figures {

  private final Map<Figure, LongAdder> counters = new EnumMap<>(Figure.class);

  Figures() {
    for (Figure figure : Figure.values()) {
      counters.put(figure, new LongAdder());
    }
  }

  void count(Figure figure) {
    LongAdder counter = counters.get(figure);
    if (counter != null) {
      counter.increment();
    }
  }

  Map<String, Long> all() {
    Map<String, Long> all = new TreeMap<>();
    counters.forEach((figure, counter) -> all.put(figure.key(), counter.sum()));
    return all;
  }
}
