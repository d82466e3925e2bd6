// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Says when a trouble that comes again and again is to be told again. Thread-safe. */
public final class OncePerMinute {
  private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final LongSupplier nanoTime;
  private @Nullable Long told;

  public OncePerMinute(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  public synchronized boolean isDue() {
    long now = nanoTime.getAsLong();
    boolean due = told == null || now - told >= QUIET_NANOS;
    if (due) {
      told = now;
    }
    return due;
  }
}
