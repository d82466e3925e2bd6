// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.utility;

import io.cairn.service.Service;
import io.cairn.service.Service.Action;
import io.cairn.service.state.ServiceStats.ServiceStat;
import io.cairn.service.state.ServiceStats.ServiceStatLogHistogram;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an instrumented service did, by verb. Recording is on the path of every request: it neither
 * locks nor builds a name. Statistics are made of it when somebody asks. Thread-safe.
 */
@SuppressWarnings("EnumOrdinal") // indexes arrays that are made from the enum itself
final class RequestCounters {
  private static final String[] COUNT = names(Service.STAT_NAME_REQUEST_COUNT);
  private static final String[] DURATION = names(Service.STAT_NAME_OPERATION_DURATION);
  private static final String[] FAILURE = names(Service.STAT_NAME_FAILURE_COUNT);
  private static final Set<String> NAMES =
      Stream.of(COUNT, DURATION, FAILURE)
          .flatMap(Arrays::stream)
          .collect(Collectors.toUnmodifiableSet());
  private static final String MICROSECONDS = "microseconds";

  private final AtomicReferenceArray<@Nullable ActionCounters> byAction =
      new AtomicReferenceArray<>(COUNT.length);

  /** Whether the statistic of this name is made from the counters. */
  static boolean keeps(String name) {
    return NAMES.contains(name);
  }

  void success(Action action, long durationMicros, long nowMicros) {
    of(action).success(durationMicros, nowMicros);
  }

  void failure(Action action, long nowMicros) {
    of(action).failure(nowMicros);
  }

  /** Adds a statistic for each count that is not zero. */
  void addTo(Map<String, ServiceStat> stats) {
    for (int i = 0; i < COUNT.length; i++) {
      ActionCounters counters = byAction.getAcquire(i);
      if (counters != null) {
        addTo(stats, counters, i);
      }
    }
  }

  private static void addTo(Map<String, ServiceStat> stats, ActionCounters counters, int action) {
    ServiceStatLogHistogram histogram = new ServiceStatLogHistogram();
    histogram.bins = counters.histogram();
    long succeeded = 0;
    for (long bin : histogram.bins) {
      succeeded += bin;
    }
    long failed = counters.failures();
    long changed = counters.changedMicros();
    put(stats, COUNT[action], succeeded + failed, succeeded + failed, changed);
    if (failed > 0) {
      put(stats, FAILURE[action], failed, failed, changed);
    }
    if (succeeded > 0) {
      ServiceStat duration =
          put(stats, DURATION[action], counters.latestMicros(), succeeded, changed);
      duration.accumulatedValue = (double) counters.sumMicros();
      duration.logHistogram = histogram;
      duration.unit = MICROSECONDS;
    }
  }

  private static ServiceStat put(
      Map<String, ServiceStat> stats, String name, long value, long version, long changed) {
    ServiceStat stat = new ServiceStat();
    stat.name = name;
    stat.latestValue = (double) value;
    stat.version = version;
    stat.lastUpdateMicrosUtc = changed;
    stats.put(name, stat);
    return stat;
  }

  private ActionCounters of(Action action) {
    int index = action.ordinal();
    ActionCounters present = byAction.getAcquire(index);
    if (present != null) {
      return present;
    }
    ActionCounters fresh = new ActionCounters();
    ActionCounters winner = byAction.compareAndExchange(index, null, fresh);
    return winner == null ? fresh : winner;
  }

  private static String[] names(String suffix) {
    Action[] actions = Action.values();
    String[] names = new String[actions.length];
    for (Action action : actions) {
      names[action.ordinal()] = action.name() + suffix;
    }
    return names;
  }
}
