// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.runtime.model.HostClock;
import io.cairn.service.Operation;
import io.cairn.service.failure.NobodyWaitsException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Whoever waits for the answer of a query, and may have gone before it is complete. */
@FunctionalInterface
interface Asker {

  /** One that waits to the end. */
  Asker PATIENT = () -> false;

  /** The sender of an operation. */
  static Asker of(Operation op) {
    return op::isCancelled;
  }

  boolean hasGone();

  /**
   * Ends work that nobody waits for.
   *
   * @throws TooLongException if it has taken longer than it may
   */
  default void requirePresent() {
    if (hasGone()) {
      throw new NobodyWaitsException();
    }
  }

  /** How long it waits from now on, in microseconds. */
  default long leftMicros() {
    return Long.MAX_VALUE;
  }

  /** What it may read; null for everything. */
  default @Nullable Visible visible() {
    return null;
  }

  /** The same, which may read so much only. */
  default Asker seeing(@Nullable Visible visible) {
    return visible == null ? this : new Seeing(this, visible);
  }

  /** Somebody who may not read everything. */
  record Seeing(Asker asker, Visible visible) implements Asker {
    @Override
    public boolean hasGone() {
      return asker.hasGone();
    }

    @Override
    public void requirePresent() {
      asker.requirePresent();
    }

    @Override
    public long leftMicros() {
      return asker.leftMicros();
    }
  }

  /** The same, for so long only. */
  default Asker within(TimeLimit limit) {
    return new Limited(this, limit);
  }

  /**
   * Until when a query may take.
   *
   * @param clock what the end is read from
   * @param endNanos in its nanoseconds
   * @param message what to say then
   */
  record TimeLimit(HostClock clock, long endNanos, String message) {}

  /** A query has taken longer than it may; says what to do. */
  final class TooLongException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooLongException(String message) {
      super(message);
    }
  }

  /** Waits until a time. */
  record Limited(Asker asker, TimeLimit limit) implements Asker {
    @Override
    public boolean hasGone() {
      return asker.hasGone();
    }

    @Override
    public long leftMicros() {
      long own = TimeUnit.NANOSECONDS.toMicros(limit.endNanos() - limit.clock().nanos());
      return Math.min(asker.leftMicros(), Math.max(0, own));
    }

    @Override
    public @Nullable Visible visible() {
      return asker.visible();
    }

    @Override
    public void requirePresent() {
      asker.requirePresent();
      if (limit.clock().nanos() - limit.endNanos() > 0) {
        throw new TooLongException(limit.message());
      }
    }
  }
}
