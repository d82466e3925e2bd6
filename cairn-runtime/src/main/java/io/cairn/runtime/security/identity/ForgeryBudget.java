// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How many wrong signatures of an address are looked at: some at once, and a few each second after
 * that. Tokens that were verified before are none of its business, so that somebody who forges them
 * behind the same address as others keeps out new sessions at most. Bounded in number, thread-safe.
 */
final class ForgeryBudget {

  /** How many are looked at in a row. */
  static final int AT_ONCE = 50;

  /** How many more each second. */
  static final int EACH_SECOND = 20;

  private static final long MOST = 10_000;
  private static final long MICROS_EACH = TimeUnit.SECONDS.toMicros(1) / EACH_SECOND;

  private final LongSupplier nowMicros;
  private final Cache<String, Long> paidUntil =
      Caffeine.newBuilder().maximumSize(MOST).executor(Runnable::run).build();

  /**
   * Has seen nothing yet.
   *
   * @param nowMicros a clock in microseconds; when it is set back, what was before is forgotten
   */
  ForgeryBudget(LongSupplier nowMicros) {
    this.nowMicros = nowMicros;
  }

  /** Whether no further token of an address is looked at now. */
  boolean isSpent(@Nullable SocketAddress from) {
    Long until = paidUntil.getIfPresent(ClientNetwork.of(from));
    long now = nowMicros.getAsLong();
    long ahead = until == null ? 0 : until - now;
    return ahead > (AT_ONCE - 1) * MICROS_EACH && ahead <= AT_ONCE * MICROS_EACH;
  }

  /** A signature was wrong. Each takes the place of those that the next instants would allow. */
  void spend(@Nullable SocketAddress from) {
    long now = nowMicros.getAsLong();
    long most = now + AT_ONCE * MICROS_EACH;
    var _ =
        paidUntil
            .asMap()
            .merge(
                ClientNetwork.of(from),
                now + MICROS_EACH,
                (until, first) -> Math.min(most, Math.max(until, now) + MICROS_EACH));
  }

  /** How many addresses are counted. */
  long size() {
    paidUntil.cleanUp();
    return paidUntil.estimatedSize();
  }
}
