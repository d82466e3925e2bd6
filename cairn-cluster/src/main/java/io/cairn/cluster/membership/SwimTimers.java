// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import java.time.Duration;

/** One thread with timers and a clock, which runs the protocol. May be used by any thread. */
interface SwimTimers {

  /** Returns a time in nanoseconds that never goes back. */
  long nanoTime();

  /** Runs a task in the thread after a while; not at all if the thread has ended. */
  void after(Duration delay, Runnable task);

  /** Ends the thread; what waits is forgotten. Idempotent. */
  void close();
}
