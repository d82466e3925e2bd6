// SPDX-License-Identifier: Apache-2.0
package io.cairn.host.dispatch;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Whether a host may yet start the service that somebody asks for. A host listens, and owns
 * documents, before its services are started; what it does not know until then is not absent. It is
 * over when the host says so, or when no service was started for a while. Thread-safe.
 */
public final class Startup {

  private static final long QUIET_NANOS = Duration.ofSeconds(15).toNanos();
  private static final long LONG_QUIET_NANOS = Duration.ofMinutes(1).toNanos();

  private final BooleanSupplier shared;
  private final Predicate<String> stored;
  private final LongSupplier nanoTime;
  private volatile boolean listening;
  private volatile long lastStart;
  private volatile boolean complete;

  /**
   * Begins.
   *
   * @param shared whether other hosts have to do with this one's documents, so that whatever is not
   *     known here may exist
   * @param stored whether a document is stored here under a link
   * @param nanoTime a clock
   */
  public Startup(BooleanSupplier shared, Predicate<String> stored, LongSupplier nanoTime) {
    this.shared = shared;
    this.stored = stored;
    this.nanoTime = nanoTime;
    this.lastStart = nanoTime.getAsLong();
  }

  /** Clients are answered from now on, so that the host can begin to start its services. */
  public void listening() {
    goesOn();
    listening = true;
  }

  /** A service is being started. */
  public void goesOn() {
    lastStart = nanoTime.getAsLong();
  }

  /** All is started that the host starts by itself. */
  public void complete() {
    complete = true;
  }

  /** Whether a document is stored here under a link. */
  boolean isStored(String link) {
    return stored.test(link);
  }

  /** Whether something may be at a path where no service is started. */
  boolean mayBringUp(String path) {
    if (complete) {
      return false;
    }
    long quiet = listening ? nanoTime.getAsLong() - lastStart : 0;
    return (quiet < QUIET_NANOS && shared.getAsBoolean())
        || (quiet < LONG_QUIET_NANOS && stored.test(path));
  }
}
