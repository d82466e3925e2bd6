// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** Counters. Thread-safe. */
final class Counters {

  private final Map<Counter, LongAdder> counters = new EnumMap<>(Counter.class);

  Counters() {
    for (Counter counter : Counter.values()) {
      counters.put(counter, new LongAdder());
    }
  }

  void count(Counter counter) {
    LongAdder sum = counters.get(counter);
    if (sum != null) {
      sum.increment();
    }
  }

  Map<String, Long> all() {
    Map<String, Long> all = new TreeMap<>();
    counters.forEach((counter, sum) -> all.put(counter.key(), sum.sum()));
    return all;
  }
}
