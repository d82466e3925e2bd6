// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server.stream;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** Counts answers by the first digit of their status. Thread-safe. */
public final class AnswerCounts {
  private static final int CLASSES = 5;

  private final LongAdder[] counts =
      Stream.generate(LongAdder::new).limit(CLASSES).toArray(LongAdder[]::new);

  /** Counts an answer. */
  public void answered(int status) {
    counts[Math.clamp(status / 100 - 1L, 0, CLASSES - 1)].increment();
  }

  /** Returns how many there were from 100, 200, 300, 400 and 500 on. */
  public List<Long> all() {
    return Stream.of(counts).map(LongAdder::sum).toList();
  }
}
