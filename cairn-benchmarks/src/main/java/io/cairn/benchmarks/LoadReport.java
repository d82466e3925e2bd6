// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import io.cairn.benchmarks.load.LoadClient;
import io.cairn.benchmarks.load.LoadClient.Outcome;
import io.cairn.benchmarks.load.LoadClient.RequestSource;
import io.cairn.benchmarks.measure.DiskProbe;
import io.cairn.benchmarks.measure.Stopwatch;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/** Measures the phases of a load run, and tells what came of them. Not thread-safe. */
final class LoadReport {

  private final LoadOptions options;
  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  private final List<PhaseResult> results = new ArrayList<>();

  private LoadReport(LoadOptions options) {
    this.options = options;
  }

  /** What is to be measured. */
  @FunctionalInterface
  interface Run {
    void run(LoadOptions options, LoadReport report) throws IOException, InterruptedException;
  }

  /** Tells what processor time the servers have used so far, in microseconds. */
  @FunctionalInterface
  interface CpuTime {
    long micros() throws IOException;
  }

  /** Runs what is to be measured with arguments that {@link LoadOptions#USAGE} explains. */
  static void run(String[] args, Run run) throws IOException, InterruptedException {
    LoadOptions options;
    try {
      options = LoadOptions.parse(args);
    } catch (IllegalArgumentException e) {
      new PrintStream(System.out, true, StandardCharsets.UTF_8).println(e.getMessage());
      return;
    }
    LoadReport report = new LoadReport(options);
    run.run(options, report);
    report.writeJson();
  }

  /** Begins in a new sandbox, with what the machine can do; returns how long its disk takes. */
  Histogram begin() throws IOException {
    if (Files.exists(options.sandbox())) {
      throw new IOException(options.sandbox() + " exists already");
    }
    Files.createDirectories(options.sandbox());
    Histogram force = DiskProbe.forceMicros(options.sandbox());
    out.printf(
        Locale.ROOT,
        "%s, %d processors, %d connections; 4 KiB write and fsync: p50 %.3f ms, p99 %.3f ms;"
            + " load %.1f%n%n",
        Stopwatch.timeOfDay(),
        Runtime.getRuntime().availableProcessors(),
        options.connections(),
        force.getValueAtPercentile(50) / 1000.0,
        force.getValueAtPercentile(99) / 1000.0,
        load());
    return force;
  }

  /** Where the report goes. */
  PrintStream out() {
    return out;
  }

  /** The load of the machine. */
  static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  /** Measures one phase, after it has run for a while. */
  void measure(CpuTime cpu, LoadClient clients, String name, RequestSource source)
      throws IOException {
    if (results.isEmpty()) {
      out.println(PhaseResult.heading());
    }
    clients.run(source, TimeUnit.SECONDS.toNanos(options.warmSeconds()), Long.MAX_VALUE);
    long before = cpu.micros();
    Outcome outcome =
        clients.run(source, TimeUnit.SECONDS.toNanos(options.seconds()), Long.MAX_VALUE);
    PhaseResult result = new PhaseResult(name, outcome, cpu.micros() - before);
    results.add(result);
    out.println(result.line());
  }

  /** The result of a phase that was measured. */
  PhaseResult result(String phase) {
    return results.stream().filter(result -> result.name().equals(phase)).findFirst().orElseThrow();
  }

  double rate(String phase) {
    return result(phase).outcome().perSecond();
  }

  private void writeJson() throws IOException {
    if (!options.json().isEmpty()) {
      Files.writeString(
          Path.of(options.json()),
          results.stream()
              .map(PhaseResult::json)
              .collect(Collectors.joining(",\n", "[\n", "\n]\n")));
    }
  }
}
