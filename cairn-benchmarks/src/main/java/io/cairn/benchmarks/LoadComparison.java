// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import io.cairn.benchmarks.load.LoadClient;
import io.cairn.benchmarks.load.Phases;
import io.cairn.benchmarks.load.Phases.Phase;
import io.cairn.benchmarks.load.Requests;
import io.cairn.benchmarks.measure.Stopwatch;
import io.cairn.benchmarks.systems.ServerProcess;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Compares two builds of the server: both run at the same time on one core, and are loaded in turn,
 * for a second or two each, many times. What the machine does meanwhile happens to both, so that
 * their ratio shows a few per cent where two runs one after the other show nothing below a third.
 */
public final class LoadComparison {

  private static final String USAGE =
      """
      LoadComparison CLASS_PATH_A CLASS_PATH_B ROUNDS PHASES [--name=value ...], with the options of LoadRun;
      PHASES is a pattern for the names of phases ('.*' for all), 'seconds' the length of one turn.
      """;

  private final LoadOptions options;
  private final int rounds;
  private final Pattern names;
  private final PrintStream report;

  private LoadComparison(LoadOptions options, int rounds, Pattern names, PrintStream report) {
    this.options = options;
    this.rounds = rounds;
    this.names = names;
    this.report = report;
  }

  /** One of the two. */
  private record Side(ServerProcess server, int port, Phases phases) implements AutoCloseable {
    @Override
    public void close() {
      server.close();
    }
  }

  /** Compares; the arguments are {@link #USAGE}'s. */
  public static void main(String[] args) throws Exception {
    PrintStream report = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    if (args.length < 4) {
      report.print(USAGE);
      return;
    }
    LoadOptions options = LoadOptions.parse(Arrays.copyOfRange(args, 4, args.length));
    new LoadComparison(options, Integer.parseInt(args[2]), Pattern.compile(args[3]), report)
        .run(args[0], args[1]);
  }

  private void run(String first, String second) throws IOException, InterruptedException {
    Files.createDirectories(options.sandbox());
    try (Side a = start("a", first, options.port());
        Side b = start("b", second, options.port() + 1)) {
      report.printf(
          "%-34s %10s %10s %8s %9s %9s %8s%n",
          "phase", "A per s", "B per s", "B/A", "A CPU us", "B CPU us", "B/A");
      compare(a, b, a.phases.writing(), b.phases.writing());
      fill(a);
      fill(b);
      compare(a, b, a.phases.reading(), b.phases.reading());
    }
  }

  private Side start(String name, String classPath, int port)
      throws IOException, InterruptedException {
    Path sandbox = options.sandbox().resolve(name);
    ServerProcess server =
        ServerProcess.start(
            options.serverCore(),
            port,
            options.jvm(),
            classPath,
            List.of("io.cairn.server.CairnServer", "--port=" + port, "--sandbox=" + sandbox),
            options.sandbox().resolve(name + ".log"));
    Side side = new Side(server, port, new Phases());
    try (LoadClient client = new LoadClient(port, 1)) {
      byte[] ready = Requests.get(Requests.FACTORY + "?$top=1");
      Stopwatch starting = new Stopwatch();
      if (!starting.await(
          Duration.ofMinutes(2),
          Duration.ofMillis(20),
          () -> client.run(() -> ready, TimeUnit.SECONDS.toNanos(10), 1).count() > 0)) {
        throw new IOException("server " + name + " never answered");
      }
      side.phases.prepare(client);
    }
    return side;
  }

  private void fill(Side side) throws IOException {
    try (LoadClient clients = new LoadClient(side.port, options.connections())) {
      if (!side.phases.fill(clients, options.documents())) {
        report.println("the documents were not all made in time");
      }
    }
  }

  private void compare(Side a, Side b, List<Phase> phasesOfA, List<Phase> phasesOfB)
      throws IOException {
    for (int i = 0; i < phasesOfA.size(); i++) {
      if (names.matcher(phasesOfA.get(i).name()).matches()) {
        compare(a, b, phasesOfA.get(i), phasesOfB.get(i));
      }
    }
  }

  private void compare(Side a, Side b, Phase ofA, Phase ofB) throws IOException {
    turn(a, ofA, options.warmSeconds());
    turn(b, ofB, options.warmSeconds());
    List<double[]> turnsOfA = new ArrayList<>();
    List<double[]> turnsOfB = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      boolean bFirst = round % 2 == 1;
      if (bFirst) {
        turnsOfB.add(turn(b, ofB, options.seconds()));
      }
      turnsOfA.add(turn(a, ofA, options.seconds()));
      if (!bFirst) {
        turnsOfB.add(turn(b, ofB, options.seconds()));
      }
    }
    double rateA = median(turnsOfA.stream().map(turn -> turn[0]));
    double rateB = median(turnsOfB.stream().map(turn -> turn[0]));
    double cpuA = median(turnsOfA.stream().map(turn -> turn[1]));
    double cpuB = median(turnsOfB.stream().map(turn -> turn[1]));
    report.printf(
        Locale.ROOT,
        "%-34s %10.0f %10.0f %8.2f %9.1f %9.1f %8.2f%n",
        ofA.name(),
        rateA,
        rateB,
        rateB / rateA,
        cpuA,
        cpuB,
        cpuB / cpuA);
  }

  /** Returns the rate, and the processor time of one request. */
  private double[] turn(Side side, Phase phase, int seconds) throws IOException {
    // Connections of its own: a host closes those that rest while the other has its turn.
    int connections = phase.single() ? 1 : options.connections();
    try (LoadClient clients = new LoadClient(side.port, connections)) {
      long before = side.server.cpuMicros();
      LoadClient.Outcome outcome =
          clients.run(phase.requests(), TimeUnit.SECONDS.toNanos(seconds), Long.MAX_VALUE);
      if (outcome.failures() > 0) {
        throw new IOException(phase.name() + " failed " + outcome.failures() + " times");
      }
      double cpu = side.server.cpuMicros() - before;
      return new double[] {outcome.perSecond(), cpu / Math.max(1, outcome.count())};
    }
  }

  private static double median(Stream<Double> values) {
    List<Double> sorted = values.sorted().toList();
    return sorted.get(sorted.size() / 2);
  }
}
