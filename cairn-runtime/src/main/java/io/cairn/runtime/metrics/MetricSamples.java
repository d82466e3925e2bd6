// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.metrics;

import io.cairn.net.DurationHistogram;
import io.cairn.net.DurationHistogram.Durations;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The values of one scrape. For one thread. */
public final class MetricSamples {
  private static final double NANOS = 1e9;
  private static final List<Double> BOUNDS =
      Stream.concat(DurationHistogram.bounds().stream(), Stream.of(Double.POSITIVE_INFINITY))
          .toList();

  private final Map<HostMetric, GaugeSnapshot.Builder> gauges = new EnumMap<>(HostMetric.class);
  private final Map<HostMetric, CounterSnapshot.Builder> counters = new EnumMap<>(HostMetric.class);
  private final Map<HostMetric, HistogramSnapshot.Builder> histograms =
      new EnumMap<>(HostMetric.class);

  /**
   * Adds a value.
   *
   * @param labels the values of the metric's labels, in their order
   */
  public void add(HostMetric metric, double value, String... labels) {
    Labels named = named(metric, labels);
    switch (metric.type()) {
      case GAUGE ->
          gauges
              .computeIfAbsent(metric, MetricSamples::gauge)
              .dataPoint(
                  GaugeSnapshot.GaugeDataPointSnapshot.builder()
                      .value(value)
                      .labels(named)
                      .build());
      case COUNTER ->
          counters
              .computeIfAbsent(metric, MetricSamples::counter)
              .dataPoint(
                  CounterSnapshot.CounterDataPointSnapshot.builder()
                      .value(Math.max(0, value))
                      .labels(named)
                      .build());
      case HISTOGRAM -> throw new IllegalArgumentException(metric + " is a histogram");
    }
  }

  /** Adds a count, of which a double knows 15 digits; as the other form. */
  public void add(HostMetric metric, long value, String... labels) {
    add(metric, (double) value, labels);
  }

  /** Adds 1 or 0. */
  public void add(HostMetric metric, boolean value, String... labels) {
    add(metric, value ? 1L : 0L, labels);
  }

  /** Adds how long something took; as the other form. */
  public void add(HostMetric metric, Durations durations, String... labels) {
    histograms
        .computeIfAbsent(metric, MetricSamples::histogram)
        .dataPoint(
            HistogramSnapshot.HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(
                    ClassicHistogramBuckets.of(
                        new ArrayList<>(BOUNDS), new ArrayList<Number>(durations.counts())))
                .sum(durations.sumNanos() / NANOS)
                .labels(named(metric, labels))
                .build());
  }

  private static Labels named(HostMetric metric, String... values) {
    if (values.length != metric.labels().size()) {
      throw new IllegalArgumentException(
          "%s has the labels %s".formatted(metric.title(), metric.labels()));
    }
    return Labels.of(metric.labels(), List.of(values));
  }

  private static GaugeSnapshot.Builder gauge(HostMetric metric) {
    return GaugeSnapshot.builder().name(metric.family()).help(metric.help());
  }

  private static CounterSnapshot.Builder counter(HostMetric metric) {
    return CounterSnapshot.builder().name(metric.family()).help(metric.help());
  }

  private static HistogramSnapshot.Builder histogram(HostMetric metric) {
    return HistogramSnapshot.builder().name(metric.family()).help(metric.help());
  }

  MetricSnapshots snapshots() {
    List<MetricSnapshot> all = new ArrayList<>();
    gauges.values().forEach(gauge -> all.add(gauge.build()));
    counters.values().forEach(counter -> all.add(counter.build()));
    histograms.values().forEach(histogram -> all.add(histogram.build()));
    return new MetricSnapshots(all);
  }
}
