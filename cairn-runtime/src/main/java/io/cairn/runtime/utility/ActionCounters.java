// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.utility;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts of one verb. Written by every request at the same time, read now and then: adders that do
 * not contend, a histogram bin only where there was a sample, no lock. A reader may see a request's
 * bin before its sum.
 */
final class ActionCounters {
  static final int BINS = 15;

  private final AtomicReferenceArray<@Nullable LongAdder> bins = new AtomicReferenceArray<>(BINS);
  private final LongAdder sumMicros = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final AtomicLong latestMicros = new AtomicLong();
  private final AtomicLong changedMicros = new AtomicLong();

  void success(long durationMicros, long nowMicros) {
    bin(binOf(durationMicros)).increment();
    sumMicros.add(durationMicros);
    latestMicros.setOpaque(durationMicros);
    changedMicros.setOpaque(nowMicros);
  }

  void failure(long nowMicros) {
    failures.increment();
    changedMicros.setOpaque(nowMicros);
  }

  /** Samples by order of magnitude. */
  long[] histogram() {
    long[] counts = new long[BINS];
    for (int i = 0; i < BINS; i++) {
      LongAdder bin = bins.getAcquire(i);
      counts[i] = bin == null ? 0 : bin.sum();
    }
    return counts;
  }

  long failures() {
    return failures.sum();
  }

  long sumMicros() {
    return sumMicros.sum();
  }

  long latestMicros() {
    return latestMicros.getOpaque();
  }

  long changedMicros() {
    return changedMicros.getOpaque();
  }

  /** The whole part of the decimal logarithm, without floating point. */
  static int binOf(long value) {
    int bin = 0;
    for (long rest = value; rest >= 10 && bin < BINS - 1; rest /= 10) {
      bin++;
    }
    return bin;
  }

  private LongAdder bin(int index) {
    LongAdder present = bins.getAcquire(index);
    if (present != null) {
      return present;
    }
    LongAdder fresh = new LongAdder();
    LongAdder winner = bins.compareAndExchange(index, null, fresh);
    return winner == null ? fresh : winner;
  }
}
