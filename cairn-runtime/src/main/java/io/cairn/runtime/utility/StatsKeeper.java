// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.utility;

import io.cairn.service.Service.Action;
import io.cairn.service.state.ServiceStats.ServiceStat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The statistics of one service: what the runtime counts, and what the author or a client sets.
 * Thread-safe. At most {@link #MAXIMUM_STATS} are kept; a further one works for whoever made it, is
 * not shown, and adds to the statistic {@link #DROPPED}.
 */
public final class StatsKeeper {
  /** How many statistics a service may have beside those of the runtime. */
  public static final int MAXIMUM_STATS = 2_000;

  /** How often a statistic was not kept because there were too many. */
  public static final String DROPPED = "droppedStatCount";

  private final LongSupplier nowMicros;
  private final ConcurrentHashMap<String, ServiceStat> stats = new ConcurrentHashMap<>();
  private volatile @Nullable RequestCounters counters;

  /**
   * Creates an empty set.
   *
   * @param nowMicros the time, in microseconds since the epoch
   */
  public StatsKeeper(LongSupplier nowMicros) {
    this.nowMicros = nowMicros;
  }

  /** Counts a request that succeeded. */
  public void recordRequest(Action action, long durationMicros) {
    counters().success(action, durationMicros, nowMicros.getAsLong());
  }

  /** Counts a request that failed. */
  public void recordFailure(Action action) {
    counters().failure(action, nowMicros.getAsLong());
  }

  /** Gives a statistic a value. */
  public void set(String name, double value) {
    obtain(name).set(value, nowMicros.getAsLong());
  }

  /** Adds to a statistic. */
  public void adjust(String name, double delta) {
    obtain(name).adjust(delta, nowMicros.getAsLong());
  }

  /** Gives a statistic a value; {@code stat} itself is kept if there was none of its name. */
  public void set(ServiceStat stat, double value) {
    keep(stat).set(value, nowMicros.getAsLong());
  }

  /** Adds to a statistic; {@code stat} itself is kept if there was none of its name. */
  public void adjust(ServiceStat stat, double delta) {
    keep(stat).adjust(delta, nowMicros.getAsLong());
  }

  /** The statistic, made if absent; one that the runtime counts comes as a copy. */
  public ServiceStat get(String name) {
    ServiceStat counted = RequestCounters.keeps(name) ? counted().get(name) : null;
    return counted != null ? counted : obtain(name);
  }

  /** The statistic if there is one that was set. */
  public @Nullable ServiceStat find(String name) {
    return stats.get(name);
  }

  /** Puts a statistic in the place of the one of the same name. */
  void replace(ServiceStat stat) {
    String name = requireOwn(nameOf(stat));
    if (stats.containsKey(name) || hasRoom()) {
      stats.put(name, stat);
    }
  }

  /** Forgets everything, what the runtime counted too, and starts with these. */
  void replaceAll(Map<String, ServiceStat> next) {
    stats.clear();
    counters = null;
    stats.putAll(next);
  }

  boolean hasRoom() {
    return stats.size() < MAXIMUM_STATS;
  }

  /** Copies of all statistics that pass, in the order of their names. */
  SortedMap<String, ServiceStat> snapshot(Predicate<ServiceStat> filter) {
    SortedMap<String, ServiceStat> found = counted();
    stats.forEach((name, stat) -> found.putIfAbsent(name, StatCopies.snapshot(stat)));
    found.values().removeIf(filter.negate());
    return found;
  }

  /**
   * Checks that a statistic is not one that the runtime counts.
   *
   * @throws IllegalArgumentException if it is
   */
  static String requireOwn(String name) {
    if (RequestCounters.keeps(name)) {
      throw new IllegalArgumentException(name + " is counted by the runtime and cannot be set");
    }
    return name;
  }

  static String nameOf(ServiceStat stat) {
    String name = stat.name;
    if (name == null) {
      throw new IllegalArgumentException("name is required");
    }
    return name;
  }

  private ServiceStat obtain(String name) {
    ServiceStat present = stats.get(name);
    return present != null ? present : keep(named(name));
  }

  private ServiceStat keep(ServiceStat stat) {
    String name = nameOf(stat);
    ServiceStat present = stats.get(name);
    if (present != null) {
      return present;
    }
    requireOwn(name);
    if (!hasRoom()) {
      ServiceStat dropped = stats.computeIfAbsent(DROPPED, StatsKeeper::named);
      dropped.adjust(1, nowMicros.getAsLong());
      return stat;
    }
    ServiceStat winner = stats.putIfAbsent(name, stat);
    return winner == null ? stat : winner;
  }

  private static ServiceStat named(String name) {
    ServiceStat stat = new ServiceStat();
    stat.name = name;
    return stat;
  }

  private SortedMap<String, ServiceStat> counted() {
    SortedMap<String, ServiceStat> counted = new TreeMap<>();
    RequestCounters present = counters;
    if (present != null) {
      present.addTo(counted);
    }
    return counted;
  }

  private RequestCounters counters() {
    RequestCounters present = counters;
    return present != null ? present : makeCounters();
  }

  private synchronized RequestCounters makeCounters() {
    if (counters == null) {
      counters = new RequestCounters();
    }
    return counters;
  }
}
