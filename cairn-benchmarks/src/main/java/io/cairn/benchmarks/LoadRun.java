// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import io.cairn.benchmarks.LoadClient.Outcome;
import io.cairn.benchmarks.LoadClient.RequestSource;
import io.cairn.benchmarks.Phases.Phase;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/**
 * Loads a server as many clients would, each waiting for its answers, beside a bare Netty server
 * that answers with the same bytes, and reports what came of it. See {@code docs/performance.md}.
 */
public final class LoadRun {

  private static final String STATE =
      """
      {"keyValues":{"colour":"green","size":"large","place":"here"},"counter":1,"name":"name-000001",\
      "tags":[],"documentVersion":0,"documentEpoch":0,"documentKind":"com:vmware:xenon:services:\
      common:ExampleService:ExampleServiceState","documentSelfLink":"/core/examples/one",\
      "documentUpdateTimeMicros":1795332906712000,"documentUpdateAction":"POST",\
      "documentExpirationTimeMicros":0,"documentOwner":"011be8fa-ce53-83eb-75d3-77b7c95ed332",\
      "documentSignature":"2213ef5a32cc6ac6b3aceb6b874152ced9315657"}""";

  private final LoadOptions options;
  private final PrintStream report;
  private final List<PhaseResult> results = new ArrayList<>();
  private final Phases phases = new Phases();

  private LoadRun(LoadOptions options, PrintStream report) {
    this.options = options;
    this.report = report;
  }

  /** Runs all phases; {@link LoadOptions#USAGE} has the arguments. */
  public static void main(String[] args) throws Exception {
    PrintStream report = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    LoadOptions options;
    try {
      options = LoadOptions.parse(args);
    } catch (IllegalArgumentException e) {
      report.println(e.getMessage());
      return;
    }
    new LoadRun(options, report).run();
  }

  private void run() throws IOException, InterruptedException {
    if (Files.exists(options.sandbox())) {
      throw new IOException(options.sandbox() + " exists already");
    }
    Files.createDirectories(options.sandbox());
    Histogram force = DiskProbe.forceMicros(options.sandbox());
    report.printf(
        Locale.ROOT,
        "%s, %d processors, %d connections; 4 KiB write and fsync: p50 %.3f ms, p99 %.3f ms%n%n",
        Instant.now(),
        Runtime.getRuntime().availableProcessors(),
        options.connections(),
        force.getValueAtPercentile(50) / 1000.0,
        force.getValueAtPercentile(99) / 1000.0);
    report.println(PhaseResult.heading());
    bare();
    cairn();
    budgets(force.getValueAtPercentile(50));
    if (!options.json().isEmpty()) {
      Files.writeString(
          Path.of(options.json()),
          results.stream()
              .map(PhaseResult::json)
              .collect(Collectors.joining(",\n", "[\n", "\n]\n")));
    }
  }

  private void bare() throws IOException, InterruptedException {
    Path body = options.sandbox().resolve("body");
    Files.writeString(body, STATE);
    int port = options.port() + 1;
    try (ServerProcess server =
            ServerProcess.start(
                options.serverCore(),
                port,
                options.jvm(),
                List.of(BareServer.class.getName(), Integer.toString(port), body.toString()),
                options.sandbox().resolve("bare.log"));
        LoadClient clients = new LoadClient(port, options.connections())) {
      byte[] get = Requests.get(Requests.HOT);
      measure(server, clients, "bare Netty GET", () -> get);
      measure(server, clients, "bare Netty PATCH", phases::patchHot);
    }
  }

  private void cairn() throws IOException, InterruptedException {
    long begun = System.nanoTime();
    try (ServerProcess server =
        ServerProcess.start(
            options.serverCore(),
            options.port(),
            options.jvm(),
            List.of(
                "io.cairn.server.CairnServer",
                "--port=" + options.port(),
                "--sandbox=" + options.sandbox().resolve("host")),
            options.sandbox().resolve("cairn.log"))) {
      long startMillis = awaitFactory(begun);
      writes(server);
      reads(server);
      report.printf("%nstart of an empty host to its first 200: %d ms%n", startMillis);
    }
    restart();
  }

  /** Polls until the example factory answers; the time since {@code begun} in milliseconds. */
  private long awaitFactory(long begun) throws IOException, InterruptedException {
    byte[] get = Requests.get(Requests.FACTORY + "?$top=1");
    while (true) {
      if (answers(get)) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
      }
      if (System.nanoTime() - begun > TimeUnit.SECONDS.toNanos(120)) {
        throw new IOException("The example factory never answered");
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private boolean answers(byte[] request) {
    try (LoadClient client = new LoadClient(options.port(), 1)) {
      return client.run(() -> request, TimeUnit.SECONDS.toNanos(10), 1).count() == 1;
    } catch (IOException | UncheckedIOException e) {
      return false; // It does not listen yet.
    }
  }

  private void writes(ServerProcess server) throws IOException {
    try (LoadClient clients = new LoadClient(options.port(), options.connections());
        LoadClient single = new LoadClient(options.port(), 1)) {
      phases.prepare(clients);
      for (Phase phase : phases.writing()) {
        measure(server, phase.single() ? single : clients, phase.name(), phase.requests());
      }
      if (!phases.fill(clients, options.documents())) {
        report.println("the documents were not all made in time");
      }
    }
  }

  private void reads(ServerProcess server) throws IOException {
    try (LoadClient clients = new LoadClient(options.port(), options.connections());
        LoadClient single = new LoadClient(options.port(), 1)) {
      for (Phase phase : phases.reading()) {
        measure(server, phase.single() ? single : clients, phase.name(), phase.requests());
      }
    }
  }

  /** Starts the server again on all the documents. */
  private void restart() throws IOException, InterruptedException {
    long begun = System.nanoTime();
    try (ServerProcess server =
        ServerProcess.start(
            options.serverCore(),
            options.port(),
            options.jvm(),
            List.of(
                "io.cairn.server.CairnServer",
                "--port=" + options.port(),
                "--sandbox=" + options.sandbox().resolve("host")),
            options.sandbox().resolve("restart.log"))) {
      report.printf(
          "start with %d documents to the first 200: %d ms%n",
          phases.created(), awaitFactory(begun));
      server.kill();
    }
  }

  private void measure(ServerProcess server, LoadClient clients, String name, RequestSource source)
      throws IOException {
    clients.run(source, TimeUnit.SECONDS.toNanos(options.warmSeconds()), Long.MAX_VALUE);
    long before = server.cpuMicros();
    Outcome outcome =
        clients.run(source, TimeUnit.SECONDS.toNanos(options.seconds()), Long.MAX_VALUE);
    PhaseResult result = new PhaseResult(name, outcome, server.cpuMicros() - before);
    results.add(result);
    report.println(result.line());
  }

  private void budgets(long forceMicros) {
    report.println();
    report.printf(
        Locale.ROOT,
        "GET one / bare GET: %.0f%% of its rate, %.0f%% of its processor time%n",
        100 * rate("GET one") / rate("bare Netty GET"),
        100 * cpu("GET one") / cpu("bare Netty GET"));
    report.printf(
        Locale.ROOT,
        "PATCH one hot: %.0f/s, commit-bound target %.0f/s%n",
        rate("PATCH one hot"),
        1e6 / (forceMicros + 100));
  }

  private double rate(String phase) {
    return find(phase).outcome().perSecond();
  }

  private double cpu(String phase) {
    PhaseResult found = find(phase);
    return (double) found.cpuMicros() / Math.max(1, found.outcome().count());
  }

  private PhaseResult find(String phase) {
    return results.stream().filter(result -> result.name().equals(phase)).findFirst().orElseThrow();
  }
}
