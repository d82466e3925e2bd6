// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.metrics;

import io.cairn.net.DurationHistogram.Durations;
import io.cairn.runtime.model.RequestMeter;
import io.cairn.runtime.model.RequestMeter.Noted;
import io.cairn.runtime.model.RequestMeter.Outcome;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The requests of each factory. The first {@link #MOST} that were asked anything have a name of
 * their own, the others count together. Thread-safe.
 */
public final class FactoryMetrics implements MetricSource {
  /** How many factories are told apart. */
  public static final int MOST = 100;

  /** What the others are called. */
  public static final String OTHERS = "other";

  private final Supplier<Map<String, RequestMeter>> factories;
  private final int most;
  private final Set<String> named = ConcurrentHashMap.newKeySet();

  /**
   * Shows the requests of factories.
   *
   * @param factories what was noted of each, by their links
   */
  public FactoryMetrics(Supplier<Map<String, RequestMeter>> factories) {
    this(factories, MOST);
  }

  FactoryMetrics(Supplier<Map<String, RequestMeter>> factories, int most) {
    this.factories = factories;
    this.most = most;
  }

  @Override
  public void addTo(MetricSamples samples) {
    Map<String, Noted> others = new HashMap<>();
    factories
        .get()
        .forEach(
            (link, meter) ->
                meter.forEach(
                    (verb, noted) -> {
                      if (isNamed(link)) {
                        add(samples, link, verb, noted);
                      } else {
                        others.merge(verb, noted, FactoryMetrics::together);
                      }
                    }));
    others.forEach((verb, noted) -> add(samples, OTHERS, verb, noted));
  }

  private synchronized boolean isNamed(String link) {
    return named.contains(link) || (named.size() < most && named.add(link));
  }

  @SuppressWarnings("EnumOrdinal") // what is noted is in the order of the enum
  private static void add(MetricSamples samples, String factory, String verb, Noted noted) {
    for (Outcome outcome : Outcome.values()) {
      samples.add(
          HostMetric.REQUESTS,
          noted.outcomes().get(outcome.ordinal()),
          factory,
          verb,
          outcome.label());
    }
    samples.add(HostMetric.REQUEST_DURATION, noted.durations(), factory, verb);
  }

  private static Noted together(Noted one, Noted other) {
    return new Noted(
        sums(one.outcomes(), other.outcomes()),
        new Durations(
            sums(one.durations().counts(), other.durations().counts()),
            one.durations().sumNanos() + other.durations().sumNanos()));
  }

  private static List<Long> sums(List<Long> one, List<Long> other) {
    return IntStream.range(0, one.size()).mapToObj(at -> one.get(at) + other.get(at)).toList();
  }
}
