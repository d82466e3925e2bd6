// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.bulk;

import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Lets at most so many items pass in a second, by pauses. Used by one thread, which it blocks. */
final class Throttle {

  private static final int PAUSES_PER_SECOND = 10;
  private static final int MOST = 1_000_000;

  private final long batch;
  private final long pauseMillis;
  private long passed;

  /**
   * A throttle.
   *
   * @param perSecond how many items; 0 for as many as come
   */
  Throttle(int perSecond) {
    if (perSecond < 0 || perSecond > MOST) {
      throw new IllegalArgumentException(
          "perSecond is %d: it must be from 1 to %d, or 0 for no limit".formatted(perSecond, MOST));
    }
    batch = perSecond == 0 ? 0 : Math.max(1, perSecond / PAUSES_PER_SECOND);
    pauseMillis = perSecond == 0 ? 0 : Math.max(1, 1_000 * batch / perSecond);
  }

  /** Waits, if so many have passed that it is time to. */
  void pass() throws InterruptedIOException {
    if (batch > 0 && passed > 0 && passed % batch == 0) {
      try {
        Thread.sleep(pauseMillis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw (InterruptedIOException) new InterruptedIOException("interrupted").initCause(e);
      }
    }
    passed++;
  }

  /** Waits, for a thread that may. An interruption ends it. */
  static void pause(long millis) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
  }
}
