// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Whether a host may yet start the service that somebody asks for. A host listens, and owns
 * documents, before its services are started; what it does not know until then is not absent. It is
 * over when the host says so, or when no service was started for a while. Thread-safe.
 */
public final class Startup {

  private static final long QUIET_NANOS = Duration.ofSeconds(15).toNanos();

  /** A host alone starts its services in a row; its clients should not wait for a 404 for long. */
  private static final long QUIET_ALONE_NANOS = Duration.ofSeconds(3).toNanos();

  private static final long LONG_QUIET_NANOS = Duration.ofMinutes(1).toNanos();

  private final BooleanSupplier shared;
  private final Predicate<String> stored;
  private final LongSupplier nanoTime;
  private volatile boolean listening;
  private volatile long lastStart;
  private final Map<String, Integer> underWay = new ConcurrentHashMap<>();
  private volatile boolean complete;
  private volatile boolean over;
  private volatile @Nullable String failure;

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

  /** A service is being started at a path, until {@link #ended} is called. */
  public void begun(String path) {
    goesOn();
    underWay.merge(path, 1, Integer::sum);
  }

  /** The start of a service has succeeded or failed. */
  public void ended(String path) {
    underWay.computeIfPresent(path, (same, starts) -> starts == 1 ? null : starts - 1);
  }

  private void goesOn() {
    lastStart = nanoTime.getAsLong();
  }

  /** What keeps clients from finding every service, a sentence each. */
  public List<String> obstacles() {
    List<String> all = new ArrayList<>();
    String failed = failure;
    if (failed != null) {
      all.add("the services of this host could not be started: " + failed);
    } else if (!isOver()) {
      all.add(
          "the services of this host are being started, until it calls startupCompleted() or has"
              + " started none for %d s".formatted(limit() / 1_000_000_000));
    }
    new TreeSet<>(underWay.keySet())
        .forEach(path -> all.add("service " + path + " is being started"));
    return all;
  }

  /** Once it is over, more services may be started now and then; each is waited for by its path. */
  private boolean isOver() {
    if (!over && (complete || quiet() >= limit())) {
      over = true;
    }
    return over;
  }

  private long limit() {
    return shared.getAsBoolean() ? QUIET_NANOS : QUIET_ALONE_NANOS;
  }

  private long quiet() {
    return listening ? nanoTime.getAsLong() - lastStart : 0;
  }

  /** All is started that the host starts by itself. */
  public void complete() {
    complete = true;
  }

  /**
   * Says that the services of this host could not be started, and why. Until they are, that is the
   * answer for all that is not known here, and the host is not ready.
   *
   * @param why for clients and operators; null if they can be started after all
   */
  public void failed(@Nullable String why) {
    failure = why;
  }

  /** Why the services of this host could not be started; null if that is not so. */
  @Nullable String failure() {
    return failure;
  }

  /** Whether a document is stored here under a link. */
  boolean isStored(String link) {
    return stored.test(link);
  }

  /**
   * Whether something may be at a path where no service is started.
   *
   * @param client whether a client asks, to whom the host has promised nothing yet; the host's own
   *     services may look for what they are about to start
   */
  boolean mayBringUp(String path, boolean client) {
    if (complete) {
      return client && underWay.containsKey(path);
    }
    boolean alone = !shared.getAsBoolean();
    boolean yetToCome = alone ? client && !isOver() : quiet() < QUIET_NANOS;
    return yetToCome || (quiet() < LONG_QUIET_NANOS && stored.test(path));
  }
}
