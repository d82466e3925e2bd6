// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.quotas;

import java.util.concurrent.TimeUnit;

/**
 * Lets so many through in a second, and as many at once as a second brings; one at least. Given the
 * time, so that it needs neither a clock nor a thread. Thread-safe; guarded by this.
 */
final class TokenBucket {

  private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

  private double perSecond;
  private double tokens;
  private long lastNanos;

  /** A full one. */
  TokenBucket(double perSecond, long nowNanos) {
    this.perSecond = perSecond;
    this.tokens = capacity();
    this.lastNanos = nowNanos;
  }

  private double capacity() {
    return Math.max(1, perSecond);
  }

  /** Has it be filled at another rate from now on. */
  synchronized void rate(double wanted, long nowNanos) {
    if (wanted != perSecond) {
      fill(nowNanos);
      perSecond = wanted;
      tokens = Math.min(tokens, capacity());
    }
  }

  /**
   * Takes a token if there is one.
   *
   * @return 0 if it was taken, else in how many nanoseconds there will be one
   */
  synchronized long take(long nowNanos) {
    fill(nowNanos);
    if (tokens >= 1) {
      tokens--;
      return 0;
    }
    return nanosFor(1 - tokens);
  }

  /**
   * Takes a token that may have to be waited for, unless that would last too long.
   *
   * @param mostAhead how many tokens may be waited for at a time
   * @return for how many nanoseconds to wait; -1 if that is longer than allowed, or too many are
   *     waited for: nothing was taken
   */
  synchronized long reserve(long nowNanos, long mostNanos, int mostAhead) {
    fill(nowNanos);
    long wait = tokens >= 1 ? 0 : nanosFor(1 - tokens);
    if (wait > mostNanos || -tokens > mostAhead - 1) {
      return -1;
    }
    tokens--;
    return wait;
  }

  /** Brings one back that was taken, and not used. */
  synchronized void giveBack() {
    tokens = Math.min(capacity(), tokens + 1);
  }

  /** How many of the tokens of a second are gone: about what was taken in the last one. */
  synchronized long taken(long nowNanos) {
    fill(nowNanos);
    return Math.round(Math.ceil(capacity() - tokens));
  }

  private void fill(long nowNanos) {
    tokens = Math.min(capacity(), tokens + perSecond * (nowNanos - lastNanos) / SECOND);
    lastNanos = nowNanos;
  }

  private long nanosFor(double missing) {
    return (long) Math.ceil(missing / perSecond * SECOND);
  }
}
