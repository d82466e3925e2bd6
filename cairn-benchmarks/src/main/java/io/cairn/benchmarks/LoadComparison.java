// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import io.cairn.benchmarks.Phases.Phase;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Compares two builds of the server: both run at the same time on one core, and are loaded in turn, for a
 * second or two each, many times. What the machine does meanwhile happens to both, so that their ratio
 * shows a few per cent where two runs one after the other show nothing below a third.
 */
public final class LoadComparison {

  private static final String USAGE =
      """
      LoadComparison CLASS_PATH_A CLASS_PATH_B ROUNDS [--name=value ...], with the options of LoadRun;
      'seconds' is the length of one turn.
      """;

  private final LoadOptions options;
  private final int rounds;
  private final PrintStream report;

  private LoadComparison(LoadOptions options, int rounds, PrintStream report) {
    this.options = options;
    this.rounds = rounds;
    this.report = report;
  }

  /** One of the two. */
  private record Side(ServerProcess server, Phases phases, LoadClient clients, LoadClient single)
      implements AutoCloseable {

    LoadClient of(Phase phase) {
      return phase.single() ? single : clients;
    }

    @Override
    public void close() throws IOException {
      clients.close();
      single.close();
      server.close();
    }
  }

  /** Compares; the arguments are two class paths, the number of turns, and options. */
  public static void main(String[] args) throws Exception {
    PrintStream report = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    if (args.length < 3) {
      report.print(USAGE);
      return;
    }
    LoadOptions options = LoadOptions.parse(Arrays.copyOfRange(args, 3, args.length));
    new LoadComparison(options, Integer.parseInt(args[2]), report).run(args[0], args[1]);
  }

  private void run(String first, String second) throws IOException, InterruptedException {
    Files.createDirectories(options.sandbox());
    try (Side a = start("a", first, options.port());
        Side b = start("b", second, options.port() + 1)) {
      report.printf(
          "%-34s %10s %10s %8s %9s %9s %8s%n",
          "phase", "A per s", "B per s", "B/A", "A CPU us", "B CPU us", "B/A");
      compare(a, b, a.phases.writing(), b.phases.writing());
      boolean full =
          a.phases.fill(a.clients, options.documents())
              && b.phases.fill(b.clients, options.documents());
      report.print(full ? "" : "the documents were not all made in time\n");
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
    Side side =
        new Side(
            server,
            new Phases(),
            new LoadClient(port, options.connections()),
            new LoadClient(port, 1));
    byte[] ready = Requests.get(Requests.FACTORY + "?$top=1");
    while (side.single.run(() -> ready, TimeUnit.SECONDS.toNanos(10), 1).count() == 0) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    side.phases.prepare(side.clients);
    return side;
  }

  private void compare(Side a, Side b, List<Phase> phasesOfA, List<Phase> phasesOfB)
      throws IOException {
    for (int i = 0; i < phasesOfA.size(); i++) {
      compare(a, b, phasesOfA.get(i), phasesOfB.get(i));
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
        ofA.name(), rateA, rateB, rateB / rateA, cpuA, cpuB, cpuB / cpuA);
  }

  /** Returns the rate, and the processor time of one request. */
  private static double[] turn(Side side, Phase phase, int seconds) throws IOException {
    long before = side.server.cpuMicros();
    LoadClient.Outcome outcome =
        side.of(phase).run(phase.requests(), TimeUnit.SECONDS.toNanos(seconds), Long.MAX_VALUE);
    if (outcome.failures() > 0) {
      throw new IOException(phase.name() + " failed " + outcome.failures() + " times");
    }
    double cpu = side.server.cpuMicros() - before;
    return new double[] {outcome.perSecond(), cpu / Math.max(1, outcome.count())};
  }

  private static double median(Stream<Double> values) {
    List<Double> sorted = values.sorted().toList();
    return sorted.get(sorted.size() / 2);
  }
}
