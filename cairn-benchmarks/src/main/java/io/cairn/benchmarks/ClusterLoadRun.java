// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import io.cairn.benchmarks.LoadClient.Outcome;
import io.cairn.benchmarks.LoadClient.RequestSource;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/**
 * Loads one host, then three that replicate, with the same clients, and kills and restarts hosts of
 * the three. See {@code docs/performance.md}.
 */
public final class ClusterLoadRun {

  private static final int HOSTS = 3;
  private static final int SPREAD = 1_000;
  private static final String PATCH = "PATCH over 1,000";

  private final LoadOptions options;
  private final PrintStream report;
  private final List<PhaseResult> results = new ArrayList<>();
  private final Random random = new Random(1);
  private long counter = 1;
  private long created;

  private ClusterLoadRun(LoadOptions options, PrintStream report) {
    this.options = options;
    this.report = report;
  }

  /** Runs all phases; {@link LoadOptions#USAGE} has the arguments. */
  public static void main(String[] args) throws Exception {
    PrintStream report = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    try {
      new ClusterLoadRun(LoadOptions.parse(args), report).run();
    } catch (IllegalArgumentException e) {
      report.println(e.getMessage());
    }
  }

  private void run() throws IOException, InterruptedException {
    if (Files.exists(options.sandbox())) {
      throw new IOException(options.sandbox() + " exists already");
    }
    Files.createDirectories(options.sandbox());
    Histogram force = DiskProbe.forceMicros(options.sandbox());
    report.printf(
        Locale.ROOT,
        "%s, %d processors, %d connections; 4 KiB write and fsync: p50 %.3f ms; load %.1f%n%n",
        Instant.now(),
        Runtime.getRuntime().availableProcessors(),
        options.connections(),
        force.getValueAtPercentile(50) / 1000.0,
        load());
    if (options.killsOnly()) {
      try (ClusterHosts three = new ClusterHosts(options, options.port() + 10, HOSTS)) {
        awaitAll(three);
        try (LoadClient clients = new LoadClient(three.ports(), options.connections())) {
          createSpread(clients);
        }
        new Kills(three, report).run(options.kills());
      }
      return;
    }
    report.println(PhaseResult.heading());
    try (ClusterHosts one = new ClusterHosts(options, options.port(), 1)) {
      one.await(0);
      load(one, "one host: ");
    }
    try (ClusterHosts three = new ClusterHosts(options, options.port() + 10, HOSTS)) {
      awaitAll(three);
      load(three, "three hosts: ");
      readsByOwner(three);
      ratios();
      if (options.kills() > 0) {
        new Kills(three, report).run(options.kills());
      }
      fill(three);
      new Joins(three, report).run(created);
    }
    if (!options.json().isEmpty()) {
      Files.writeString(
          Path.of(options.json()),
          results.stream()
              .map(PhaseResult::json)
              .collect(Collectors.joining(",\n", "[\n", "\n]\n")));
    }
  }

  static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  private static void awaitAll(ClusterHosts hosts) throws IOException, InterruptedException {
    for (int i = 0; i < hosts.count(); i++) {
      hosts.await(i);
    }
  }

  private void load(ClusterHosts hosts, String prefix) throws IOException {
    try (LoadClient clients = new LoadClient(hosts.ports(), options.connections())) {
      long wait = TimeUnit.SECONDS.toNanos(30);
      clients.run(() -> Requests.create(created++, "one"), wait, 1);
      createSpread(clients);
      measure(hosts, clients, prefix + PATCH, () -> Requests.patch(any(), counter++));
      measure(hosts, clients, prefix + "POST", () -> Requests.create(created++, ""));
      measure(hosts, clients, prefix + "GET over 1,000", () -> Requests.get(any()));
    }
  }

  private void createSpread(LoadClient clients) throws IOException {
    for (int i = 0; i < SPREAD; i++) {
      String link = "spread-" + i;
      clients.run(() -> Requests.create(created++, link), TimeUnit.SECONDS.toNanos(30), 1);
    }
  }

  private String any() {
    return Requests.FACTORY + "/spread-" + random.nextInt(SPREAD);
  }

  private void readsByOwner(ClusterHosts hosts) throws IOException, InterruptedException {
    int owner = Math.max(0, hosts.owner(0, Requests.HOT));
    byte[] get = Requests.get(Requests.HOT);
    try (LoadClient at = new LoadClient(hosts.port(owner), options.connections());
        LoadClient beside =
            new LoadClient(hosts.port((owner + 1) % HOSTS), options.connections())) {
      measure(hosts, at, "three hosts: GET at the owner", () -> get);
      measure(hosts, beside, "three hosts: GET at another", () -> get);
    }
  }

  private void fill(ClusterHosts hosts) throws IOException {
    long missing = options.documents() - created;
    try (LoadClient clients = new LoadClient(hosts.ports(), options.connections())) {
      clients.run(
          () -> Requests.create(created++, ""),
          TimeUnit.SECONDS.toNanos(300),
          Math.max(0, missing));
    }
  }

  private void measure(ClusterHosts hosts, LoadClient clients, String name, RequestSource source)
      throws IOException {
    clients.run(source, TimeUnit.SECONDS.toNanos(options.warmSeconds()), Long.MAX_VALUE);
    long before = hosts.cpuMicros();
    Outcome outcome =
        clients.run(source, TimeUnit.SECONDS.toNanos(options.seconds()), Long.MAX_VALUE);
    PhaseResult result = new PhaseResult(name, outcome, hosts.cpuMicros() - before);
    results.add(result);
    report.println(result.line());
  }

  private void ratios() {
    report.println();
    for (String phase : List.of(PATCH, "POST", "GET over 1,000")) {
      report.printf(
          Locale.ROOT,
          "%s: three hosts / one host: %.0f%%%n",
          phase,
          100 * rate("three hosts: " + phase) / rate("one host: " + phase));
    }
    report.printf(Locale.ROOT, "load now %.1f%n%n", load());
  }

  private double rate(String phase) {
    return results.stream()
        .filter(result -> result.name().equals(phase))
        .findFirst()
        .orElseThrow()
        .outcome()
        .perSecond();
  }
}
