// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import io.cairn.benchmarks.load.LoadClient;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * One line of the report.
 *
 * @param name what was done
 * @param outcome what the clients saw
 * @param cpuMicros processor time of the server meanwhile
 */
record PhaseResult(String name, LoadClient.Outcome outcome, long cpuMicros) {

  static String heading() {
    return "%-34s %10s %9s %9s %9s %9s %8s"
        .formatted("phase", "per s", "p50 ms", "p99 ms", "p99.9 ms", "CPU us", "failed");
  }

  /** Processor time of the server for one request, in microseconds. */
  double cpuPerRequest() {
    return (double) cpuMicros / Math.max(1, outcome.count() + outcome.failures());
  }

  private double millis(double percentile) {
    Histogram latencies = outcome.latencies();
    return latencies.getValueAtPercentile(percentile) / 1000.0;
  }

  String line() {
    return String.format(Locale.ROOT, "%-34s %10.0f %9.2f %9.2f %9.2f %9.1f %8d", figures());
  }

  String json() {
    return String.format(
        Locale.ROOT,
        "{\"phase\":\"%s\",\"perSecond\":%.1f,\"p50Millis\":%.3f,\"p99Millis\":%.3f,"
            + "\"p999Millis\":%.3f,\"serverCpuMicros\":%.2f,\"requests\":%8$d,\"failures\":%7$d}",
        figures());
  }

  private Object[] figures() {
    return new Object[] {
      name,
      outcome.perSecond(),
      millis(50),
      millis(99),
      millis(99.9),
      cpuPerRequest(),
      outcome.failures(),
      outcome.count()
    };
  }
}
