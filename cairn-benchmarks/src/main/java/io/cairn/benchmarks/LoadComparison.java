// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import io.cairn.benchmarks.load.LoadClient;
import io.cairn.benchmarks.load.WorkKind;
import io.cairn.benchmarks.report.Cell;
import io.cairn.benchmarks.report.Round;
import io.cairn.benchmarks.report.Spread;
import io.cairn.benchmarks.systems.ClusterHosts;
import io.cairn.benchmarks.systems.Launch;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;

/**
 * Compares two builds of the server: both run at the same time, and are loaded in turns. What the
 * machine does meanwhile happens to both, so that their ratio shows a few per cent where two runs
 * one after the other show nothing below a third.
 */
public final class LoadComparison {

  private static final String USAGE =
      """
      LoadComparison CLASS_PATH_A CLASS_PATH_B ROUNDS WORKS [--name=value ...]
      WORKS is a pattern for the names of works ('.*' for all):
        %s
      Options:
        sandbox=DIR          where the servers keep their files (target/load-comparison)
        hosts=1              of each build
        port=18400           where the first listens; the others follow
        connections=32       clients, each with one request under way
        seconds=2            length of a turn
        warmSeconds=20       how long each build does each kind of work before that
        documents=100000     what lists and queries work on
        serverCore=0         core for the servers; empty for all. Pin this process with taskset
        jvm="ARGS"           arguments of the servers' virtual machines
      """
          .formatted(
              String.join(", ", Arrays.stream(WorkKind.values()).map(WorkKind::title).toList()));

  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  private final Rounds rounds;
  private final Pattern names;
  private final int connections;
  private final long warmNanos;
  private final int documents;

  private LoadComparison(Rounds rounds, Pattern names, Arguments given) {
    this.rounds = rounds;
    this.names = names;
    this.connections = given.number("connections", 32);
    this.warmNanos = TimeUnit.SECONDS.toNanos(given.number("warmSeconds", 20));
    this.documents = given.number("documents", 100_000);
  }

  /** Compares; the arguments are {@link #USAGE}'s. */
  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length < 4) {
      throw new IllegalArgumentException(USAGE);
    }
    Arguments given = new Arguments(Arrays.copyOfRange(args, 4, args.length), USAGE);
    Path sandbox = Path.of(given.text("sandbox", "target/load-comparison"));
    String core = given.text("serverCore", "0");
    List<String> jvm = List.of(given.text("jvm", Launch.JVM).split(" "));
    int hosts = given.number("hosts", 1);
    int port = given.number("port", 18_400);
    long nanos = TimeUnit.SECONDS.toNanos(given.number("seconds", 2));
    LoadComparison comparison =
        new LoadComparison(
            new Rounds(Integer.parseInt(args[2]), nanos, false), Pattern.compile(args[3]), given);
    given.end();
    Files.createDirectories(sandbox);
    try (ClusterHosts a =
            new ClusterHosts("A", new Launch(sandbox, core, jvm, args[0], ""), port, hosts);
        ClusterHosts b =
            new ClusterHosts(
                "B", new Launch(sandbox, core, jvm, args[1], ""), port + hosts, hosts)) {
      comparison.run(List.of(a, b));
    }
  }

  private void run(List<ClusterHosts> builds) throws IOException, InterruptedException {
    for (ClusterHosts build : builds) {
      build.await();
      try (LoadClient client = new LoadClient(build.ports(), 1)) {
        build.workload().prepare(client);
      }
    }
    out.printf(
        "%-32s %10s %10s %8s %9s %9s %8s %9s %9s%n",
        "work", "A per s", "B per s", "B/A", "A CPU us", "B CPU us", "B/A", "A switch", "B switch");
    for (WorkKind work : WorkKind.values()) {
      if (names.matcher(work.title()).matches()) {
        if (work.searches()) {
          fill(builds);
        }
        compare(builds, work);
      }
    }
  }

  private void fill(List<ClusterHosts> builds) throws IOException {
    for (ClusterHosts build : builds) {
      try (LoadClient clients = new LoadClient(build.ports(), connections)) {
        long made = build.workload().fill(clients, documents, TimeUnit.MINUTES.toNanos(5));
        if (made < documents) {
          out.println("the documents were not all made in time");
        }
      }
    }
  }

  private void compare(List<ClusterHosts> builds, WorkKind work)
      throws IOException, InterruptedException {
    Rounds.warm(builds, List.of(work), warmNanos);
    List<Cell> cells = rounds.measure(builds, work, connections);
    if (cells.isEmpty()) {
      return;
    }
    for (Cell cell : cells) {
      if (cell.failures() > 0) {
        throw new IOException(
            work.title() + " failed " + cell.failures() + " times at " + cell.system());
      }
    }
    out.printf(
        Locale.ROOT,
        "%-32s %10.0f %10.0f %8.2f %9.1f %9.1f %8.2f %9.2f %9.2f%n",
        work.title(),
        median(cells, 0, Round::perSecond),
        median(cells, 1, Round::perSecond),
        ratio(cells, Round::perSecond),
        median(cells, 0, Round::cpuMicros),
        median(cells, 1, Round::cpuMicros),
        ratio(cells, Round::cpuMicros),
        median(cells, 0, Round::switches),
        median(cells, 1, Round::switches));
  }

  private static double median(List<Cell> cells, int side, ToDoubleFunction<Round> figure) {
    return cells.get(side).spread(figure).median();
  }

  /** The middle one of the ratios of the rounds. */
  private static double ratio(List<Cell> cells, ToDoubleFunction<Round> figure) {
    List<Round> a = cells.get(0).rounds();
    List<Round> b = cells.get(1).rounds();
    return Spread.of(
            java.util.stream.IntStream.range(0, a.size())
                .mapToObj(i -> figure.applyAsDouble(b.get(i)) / figure.applyAsDouble(a.get(i)))
                .toList())
        .median();
  }
}
