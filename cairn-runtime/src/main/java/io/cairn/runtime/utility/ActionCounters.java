// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.utility;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
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

  private static final VarHandle LATEST = field("latestMicros");
  private static final VarHandle CHANGED = field("changedMicros");

  private final AtomicReferenceArray<@Nullable LongAdder> bins = new AtomicReferenceArray<>(BINS);
  private final LongAdder sumMicros = new LongAdder();
  private final LongAdder failures = new LongAdder();

  @SuppressWarnings("unused") // through LATEST
  private long latestMicros;

  @SuppressWarnings("unused") // through CHANGED
  private long changedMicros;

  void success(long durationMicros, long nowMicros) {
    bin(binOf(durationMicros)).increment();
    sumMicros.add(durationMicros);
    LATEST.setOpaque(this, durationMicros);
    CHANGED.setOpaque(this, nowMicros);
  }

  void failure(long nowMicros) {
    failures.increment();
    CHANGED.setOpaque(this, nowMicros);
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
    return (long) LATEST.getOpaque(this);
  }

  long changedMicros() {
    return (long) CHANGED.getOpaque(this);
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

  private static VarHandle field(String name) {
    try {
      return MethodHandles.lookup().findVarHandle(ActionCounters.class, name, long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
