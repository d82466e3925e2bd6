// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.runtime.model.RequestMeter;
import io.cairn.service.Service.Action;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FactoryMetricsTest {

  private final Map<String, RequestMeter> factories = new TreeMap<>();
  private final FactoryMetrics metrics = new FactoryMetrics(() -> factories, 2);

  private Map<String, Double> successes() {
    MetricSamples samples = new MetricSamples();
    metrics.addTo(samples);
    Map<String, Double> found = new TreeMap<>();
    samples.snapshots().stream()
        .filter(CounterSnapshot.class::isInstance)
        .flatMap(counter -> ((CounterSnapshot) counter).getDataPoints().stream())
        .filter(point -> "ok".equals(point.getLabels().get("outcome")))
        .forEach(
            point ->
                found.put(
                    point.getLabels().get("factory") + ' ' + point.getLabels().get("verb"),
                    point.getValue()));
    return found;
  }

  private void ask(String factory, int times) {
    RequestMeter meter = factories.computeIfAbsent(factory, _ -> new RequestMeter());
    for (int i = 0; i < times; i++) {
      meter.note(Action.PUT, 200, 1);
    }
  }

  @Test
  void factoriesBeyondTheLimitCountTogether() {
    ask("/c", 1);
    ask("/d", 2);
    assertThat(successes()).containsOnly(Map.entry("/c PUT", 1.0), Map.entry("/d PUT", 2.0));
    ask("/a", 3);
    ask("/b", 4);
    assertThat(successes())
        .as("who has a name keeps it, so that no counter goes back")
        .containsOnly(
            Map.entry("/c PUT", 1.0), Map.entry("/d PUT", 2.0), Map.entry("other PUT", 7.0));
  }

  @Test
  void factoriesThatNobodyAskedTakeNoName() {
    factories.put("/a", new RequestMeter());
    factories.put("/b", new RequestMeter());
    ask("/c", 1);
    assertThat(successes()).containsOnlyKeys("/c PUT");
  }
}
