// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import io.cairn.benchmarks.load.LoadClient;
import io.cairn.benchmarks.load.Phases;
import io.cairn.benchmarks.load.Phases.Phase;
import io.cairn.benchmarks.load.Requests;
import io.cairn.benchmarks.measure.Stopwatch;
import io.cairn.benchmarks.systems.BareServer;
import io.cairn.benchmarks.systems.ClusterHosts;
import io.cairn.benchmarks.systems.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

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
  private final LoadReport report;
  private final Phases phases = new Phases();

  private LoadRun(LoadOptions options, LoadReport report) {
    this.options = options;
    this.report = report;
  }

  /** Runs all phases; {@link LoadOptions#USAGE} has the arguments. */
  public static void main(String[] args) throws IOException, InterruptedException {
    LoadReport.run(args, (options, report) -> new LoadRun(options, report).run());
  }

  private void run() throws IOException, InterruptedException {
    long forceMicros = report.begin().getValueAtPercentile(50);
    bare();
    cairn();
    budgets(forceMicros);
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
      report.measure(server::cpuMicros, clients, "bare Netty GET", () -> get);
      report.measure(server::cpuMicros, clients, "bare Netty PATCH", phases::patchHot);
    }
  }

  private void cairn() throws IOException, InterruptedException {
    Stopwatch starting = new Stopwatch();
    try (ClusterHosts host = new ClusterHosts(options.launch(), options.port(), 1)) {
      host.await(0);
      long startMillis = starting.millis();
      try (LoadClient clients = new LoadClient(options.port(), options.connections())) {
        phases.prepare(clients);
      }
      measure(host, phases.writing());
      try (LoadClient clients = new LoadClient(options.port(), options.connections())) {
        if (!phases.fill(clients, options.documents())) {
          report.out().printf(Locale.ROOT, "the documents were not all made in time%n");
        }
      }
      measure(host, phases.reading());
      report
          .out()
          .printf(Locale.ROOT, "%nstart of an empty host to its first 200: %d ms%n", startMillis);
      host.stop(0);
      Stopwatch restarting = new Stopwatch();
      host.start(0);
      host.await(0);
      report
          .out()
          .printf(
              Locale.ROOT,
              "start with %d documents to the first 200: %d ms%n",
              phases.created(),
              restarting.millis());
      host.kill(0);
    }
  }

  private void measure(ClusterHosts host, List<Phase> phases) throws IOException {
    try (LoadClient clients = new LoadClient(options.port(), options.connections());
        LoadClient single = new LoadClient(options.port(), 1)) {
      for (Phase phase : phases) {
        LoadClient senders = phase.single() ? single : clients;
        report.measure(host::cpuMicros, senders, phase.name(), phase.requests());
      }
    }
  }

  private void budgets(long forceMicros) {
    report
        .out()
        .printf(
            Locale.ROOT,
            "%nGET one / bare GET: %.0f%% of its rate, %.0f%% of its processor time%n",
            100 * report.rate("GET one") / report.rate("bare Netty GET"),
            100
                * report.result("GET one").cpuPerRequest()
                / report.result("bare Netty GET").cpuPerRequest());
    report
        .out()
        .printf(
            Locale.ROOT,
            "PATCH one hot: %.0f/s, commit-bound target %.0f/s%n",
            report.rate("PATCH one hot"),
            1e6 / (forceMicros + 100));
  }
}
