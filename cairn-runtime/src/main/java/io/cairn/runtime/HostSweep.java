// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import io.cairn.cluster.group.NodeGroup;
import io.cairn.cluster.group.NodeGroups;
import io.cairn.runtime.dispatch.InFlightOperations;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sweeps a host: often while something is under way or was a moment ago, and once a second
 * otherwise, because expired documents and a full disk tell nobody. Thread-safe.
 */
final class HostSweep {

  private static final Logger log = LoggerFactory.getLogger(HostSweep.class);
  private static final long BUSY_MILLIS = 250;
  private static final long REST_MILLIS = 1_000;

  /** So many sweeps follow a change soon: what it leads to, as another owner, takes a while. */
  private static final int SWEEPS_OF_A_CHANGE = 8;

  private final ScheduledExecutorService timer;
  private final Runnable sweep;
  private final InFlightOperations operations;
  private final Set<String> watched = ConcurrentHashMap.newKeySet();

  /** A sweep is planned soon, or under way and will look whether another is needed. */
  private final AtomicBoolean soon = new AtomicBoolean();

  private volatile int owed;
  private @Nullable ScheduledFuture<?> planned;

  /**
   * Prepares to sweep.
   *
   * @param sweep does it, and never throws
   * @param operations what is under way, and has to be swept soon
   */
  HostSweep(ScheduledExecutorService timer, Runnable sweep, InFlightOperations operations) {
    this.timer = timer;
    this.sweep = sweep;
    this.operations = operations;
  }

  /** Begins to sweep. */
  void start(NodeGroups groups) {
    operations.onAdd(this::stir);
    groups.onPartitionsChange(this::watch);
    stir();
  }

  /** Sweeps soon after each change of a group. */
  private void watch(NodeGroup group) {
    if (watched.add(group.name())) {
      group.onChange(view -> changed());
    }
    changed();
  }

  private void changed() {
    owed = SWEEPS_OF_A_CHANGE;
    stir();
  }

  /** Sweeps soon: something is under way, or has changed. Cheap while a sweep is planned soon. */
  void stir() {
    if (!soon.get() && soon.compareAndSet(false, true)) {
      plan(BUSY_MILLIS);
    }
  }

  private synchronized void plan(long millis) {
    if (millis == REST_MILLIS && soon.get()) {
      return; // Somebody wants it sooner, and plans that or has.
    }
    if (planned != null) {
      planned.cancel(false);
    }
    try {
      planned = timer.schedule(this::run, millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("The host stops, and is swept no more", e);
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // a change that is lost leads to a sweep at least
  private void run() {
    soon.set(true);
    sweep.run();
    boolean again = owed > 0;
    if (again) {
      owed--;
    }
    soon.set(false);
    if (again || operations.count() > 0) {
      stir();
    } else {
      plan(REST_MILLIS);
    }
  }
}
