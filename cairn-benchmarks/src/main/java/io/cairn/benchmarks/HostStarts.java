// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import io.cairn.benchmarks.load.LoadClient;
import io.cairn.benchmarks.load.LoadClient.RequestSource;
import io.cairn.benchmarks.load.WorkKind;
import io.cairn.benchmarks.measure.ProcessMemory;
import io.cairn.benchmarks.measure.Stopwatch;
import io.cairn.benchmarks.report.Curve;
import io.cairn.benchmarks.report.Fact;
import io.cairn.benchmarks.report.Results;
import io.cairn.benchmarks.systems.ClusterHosts;
import io.cairn.benchmarks.systems.Contender;
import io.cairn.benchmarks.systems.Installed;
import io.cairn.benchmarks.systems.Launch;
import io.cairn.benchmarks.systems.XenonHosts;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** How long hosts take to start, with few documents and many, and how fast they are right after. */
final class HostStarts {

  static final String MEMORY = "Memory";
  private static final String STARTS = "Starts";
  private static final int TIMES = 3;
  private static final int CLIENTS = 64;
  private static final int WATCHED_CLIENTS = 16;
  private static final int MILLION = 1_000_000;
  private static final long FILL_NANOS = TimeUnit.MINUTES.toNanos(5);
  private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final ComparisonOptions options;
  private final Results results;
  private final LongSupplier left;
  private final Launch launch;
  private final String command;

  /**
   * Prepares them.
   *
   * @param left the time that may be used yet, in nanoseconds
   */
  HostStarts(ComparisonOptions options, Results results, LongSupplier left) throws IOException {
    this.options = options;
    this.left = left;
    this.results = results;
    boolean built =
        Files.isExecutable(options.home().resolve("cairn"))
            && Files.exists(options.home().resolve("cairn-server/target/cairn-server.jar"));
    Launch java = options.launch().in("starts");
    Files.createDirectories(java.sandbox());
    this.launch = built ? java.by(options.home().resolve("cairn").toString()) : java;
    this.command = built ? "./cairn start" : "start by class path";
    if (!built) {
      results.missing().add("./cairn start: it is not built here; ./cairn build does it");
    }
  }

  /** Starts an empty host again and again. */
  void empty() throws IOException, InterruptedException {
    List<Double> times = new ArrayList<>();
    for (int i = 0; i < TIMES; i++) {
      Stopwatch starting = new Stopwatch();
      try (ClusterHosts host = host(i)) {
        host.await();
        times.add(starting.nanos() / 1e6);
        if (i == 0) {
          memory(results, host, "empty");
        }
      }
    }
    add(ClusterHosts.NAME, name("empty"), times);
  }

  private ClusterHosts host(int number) throws IOException, InterruptedException {
    return new ClusterHosts(ClusterHosts.NAME, launch, options.port() + 200 + number, 1);
  }

  private String name(String state) {
    return command + " to first 200, " + state;
  }

  /** Fills a host in two steps, and restarts it after each. */
  void full() throws IOException, InterruptedException {
    ClusterHosts host = host(10);
    try (host) {
      host.await();
      for (int documents : new int[] {options.documents(), options.million()}) {
        long made = fill(host, documents);
        String state = documents(made);
        memory(results, host, state);
        List<Double> times = new ArrayList<>();
        for (int i = 0; i < TIMES; i++) {
          host.stop(0);
          times.add(restart(host));
        }
        add(ClusterHosts.NAME, name(state), times);
      }
      host.kill(0);
      add(ClusterHosts.NAME, name("after kill -9, as many documents"), List.of(restart(host)));
    }
  }

  private static String documents(long made) {
    return made >= MILLION
        ? "1 million documents"
        : String.format(Locale.ROOT, "%,d documents", made);
  }

  private static double restart(ClusterHosts host) throws IOException, InterruptedException {
    Stopwatch starting = new Stopwatch();
    host.start(0);
    host.await(0);
    return starting.nanos() / 1e6;
  }

  private long fill(Contender system, int documents) throws IOException, InterruptedException {
    try (LoadClient clients = new LoadClient(system.ports(), CLIENTS)) {
      long made =
          system.workload().fill(clients, documents, Math.clamp(left.getAsLong(), 0, FILL_NANOS));
      if (made < documents) {
        results
            .missing()
            .add(
                String.format(
                    Locale.ROOT,
                    "%s made only %,d of %,d documents in time",
                    system.name(),
                    made,
                    documents));
      }
      return made;
    }
  }

  /** Restarts Xenon with the smaller number of documents. */
  void xenon(Installed.Xenon installed) throws IOException, InterruptedException {
    try (XenonHosts host = new XenonHosts(installed, launch, options.port() + 220, 1)) {
      host.await();
      memory(results, host, "empty");
      String state = documents(fill(host, options.documents()));
      memory(results, host, state);
      Stopwatch starting = new Stopwatch();
      host.restart();
      host.await();
      add(
          host.name(),
          "start until examples are available, " + state,
          List.of(starting.nanos() / 1e6));
    }
  }

  /** Watches the rate of updates from a start on. */
  void firstMinutes(Contender prepared, Restart restart) throws IOException, InterruptedException {
    try (LoadClient client = new LoadClient(prepared.ports(), 1)) {
      prepared.workload().prepare(client);
    }
    RequestSource requests = prepared.workload().requests(WorkKind.PATCH);
    if (requests == null) {
      return;
    }
    Stopwatch age = new Stopwatch();
    restart.run();
    prepared.await();
    List<Curve.Point> points = new ArrayList<>();
    try (LoadClient clients = new LoadClient(prepared.ports(), WATCHED_CLIENTS)) {
      while (age.nanos() < options.minutes().toNanos() && left.getAsLong() > 0) {
        double rate = clients.run(requests, INTERVAL_NANOS, Long.MAX_VALUE).perSecond();
        points.add(new Curve.Point(age.nanos() / 1e9, rate));
      }
    }
    results.curves().add(new Curve(prepared.name(), points));
  }

  /** Stops a system and starts it with its data. */
  @FunctionalInterface
  interface Restart {
    void run() throws IOException, InterruptedException;
  }

  void firstMinutes() throws IOException, InterruptedException {
    try (ClusterHosts host = host(30)) {
      host.await();
      firstMinutes(
          host,
          () -> {
            host.stop(0);
            host.start(0);
          });
    }
  }

  void firstMinutes(Installed.Xenon installed) throws IOException, InterruptedException {
    try (XenonHosts host = new XenonHosts(installed, launch, options.port() + 240, 1)) {
      host.await();
      firstMinutes(host, host::restart);
    }
  }

  /** Notes what the first process of a system holds in memory. */
  static void memory(Results results, Contender system, String state) throws InterruptedException {
    long pid = system.pids().getFirst();
    ProcessMemory.heapAfterCollection(pid)
        .ifPresent(
            heap ->
                results
                    .facts()
                    .add(
                        new Fact(
                            MEMORY,
                            system.name(),
                            "heap after GC, " + state,
                            "MiB",
                            List.of(heap))));
    ProcessMemory.resident(pid)
        .ifPresent(
            resident ->
                results
                    .facts()
                    .add(
                        new Fact(
                            MEMORY, system.name(), "RSS, " + state, "MiB", List.of(resident))));
  }

  private void add(String system, String name, List<Double> millis) {
    results.facts().add(new Fact(STARTS, system, name, "ms", millis));
  }
}
