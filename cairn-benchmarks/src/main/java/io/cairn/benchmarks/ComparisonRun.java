// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import io.cairn.benchmarks.load.LoadClient;
import io.cairn.benchmarks.load.WorkKind;
import io.cairn.benchmarks.measure.Stopwatch;
import io.cairn.benchmarks.report.Cell;
import io.cairn.benchmarks.report.Fact;
import io.cairn.benchmarks.report.MarkdownTables;
import io.cairn.benchmarks.report.PerformancePage;
import io.cairn.benchmarks.report.Results;
import io.cairn.benchmarks.report.Round;
import io.cairn.benchmarks.systems.Contender;
import io.cairn.benchmarks.systems.Installed;
import io.cairn.benchmarks.systems.XenonHosts;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What all comparisons have in common: parts that are measured one after the other within a limit
 * of time, what is left out and why, and where results go. Not thread-safe.
 */
final class ComparisonRun {

  final ComparisonOptions options;
  final Results results = new Results();
  final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  final Optional<Installed.Xenon> xenon;
  private final PerformancePage.Section section;
  private final Stopwatch running = new Stopwatch();

  private ComparisonRun(ComparisonOptions options, PerformancePage.Section section)
      throws IOException, InterruptedException {
    this.options = options;
    this.section = section;
    this.xenon =
        options.includes(XenonHosts.NAME)
            ? Installed.xenon(options.jdk17(), options.sandbox(), results.missing())
            : Optional.empty();
  }

  /** One thing that is measured. */
  @FunctionalInterface
  interface Part {
    void run() throws IOException, InterruptedException;
  }

  /** Makes the parts of a comparison ready. */
  @FunctionalInterface
  interface Parts {
    Part of(ComparisonRun run) throws IOException, InterruptedException;
  }

  /** Reads arguments, and compares or shows the results of an earlier run. */
  static void main(
      String[] args, ComparisonOptions.Kind kind, PerformancePage.Section section, Parts parts)
      throws IOException, InterruptedException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    ComparisonOptions options;
    try {
      options = ComparisonOptions.parse(args, kind);
    } catch (IllegalArgumentException e) {
      out.println(e.getMessage());
      return;
    }
    if (!options.from().isEmpty()) {
      tell(options, Results.parse(Files.readString(Path.of(options.from()))), section, out);
      return;
    }
    if (Files.exists(options.sandbox())) {
      throw new IOException(options.sandbox() + " exists already; name a new --sandbox");
    }
    Files.createDirectories(options.sandbox());
    ComparisonRun run = new ComparisonRun(options, section);
    run.measure(parts.of(run));
  }

  private void measure(Part all) throws IOException, InterruptedException {
    Thread main = Thread.currentThread();
    Thread watch = Thread.ofVirtual().start(() -> interruptAtTheEnd(main));
    try {
      all.run();
    } catch (InterruptedException e) {
      leftOut("what came behind this: the limit of time was reached in the midst");
    }
    watch.interrupt();
    results.machine().add("it took %d s".formatted(running.millis() / 1000));
    write();
    tell(options, results, section, out);
  }

  private void interruptAtTheEnd(Thread main) {
    try {
      Stopwatch.pause(options.limit());
      main.interrupt();
    } catch (InterruptedException e) {
      // It has ended in time.
    }
  }

  /** Measures a part if one of its names is wanted; what fails is told and left out. */
  void part(String names, Part part) throws IOException, InterruptedException {
    List<String> wanted = List.of(names.split("\\|"));
    if (wanted.stream().noneMatch(options::wants) || !goesOn(names)) {
      return;
    }
    out.println("... " + names);
    try {
      part.run();
    } catch (IOException | RuntimeException e) {
      leftOut(names + ", from where it failed: " + e);
    }
    write();
  }

  /** The time that is left for beginning something, in nanoseconds. */
  long left() {
    return options.limit().toNanos() / 10 * 9 - running.nanos();
  }

  /** Whether there is time left; says what is left out otherwise. */
  boolean goesOn(String what) {
    if (left() > 0) {
      return true;
    }
    leftOut(what + ": the time was up");
    return false;
  }

  /** Says what is left out, in words that fit into the documentation. */
  void leftOut(String why) {
    results.missing().add(why.replace(options.sandbox().toString(), "SANDBOX"));
  }

  private void write() throws IOException {
    Files.writeString(Path.of(options.json()), results.json());
  }

  private static void tell(
      ComparisonOptions options, Results results, PerformancePage.Section section, PrintStream out)
      throws IOException {
    results.machine().forEach(out::println);
    results.missing().forEach(line -> out.println("left out: " + line));
    out.printf("%n%s%n", MarkdownTables.goals(section.goals(results)));
    if (options.docs()) {
      PerformancePage.write(options.home().resolve("docs/performance.md"), results, section);
    }
  }

  /** Notes the machine and how it is measured; {@code further} are other programs' versions. */
  void describe(List<String> further) {
    List<String> machine = results.machine();
    machine.add("run at " + Stopwatch.timeOfDay() + (options.quick() ? ", with --quick" : ""));
    machine.add(
        "%d processors, %s %s, Cairn on Java %s"
            .formatted(
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("java.version")));
    xenon.ifPresent(_ -> machine.add("Xenon 1.6.14.1 on Java 17; it does not fsync"));
    machine.addAll(further);
    machine.add(
        "rounds: %d, with turns of %d ms; each system was warmed up with %d s of load a host"
            .formatted(options.rounds(), options.turn().toMillis(), options.warmth().toSeconds()));
    machine.add(
        String.format(
            Locale.ROOT,
            "load of the machine before: %.1f",
            ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()));
  }

  void fact(String subject, String system, String name, String unit, Number value) {
    results.facts().add(new Fact(subject, system, name, unit, List.of(value.doubleValue())));
  }

  /** Starts one system with so many hosts. */
  @FunctionalInterface
  interface Start {
    Contender begin() throws IOException, InterruptedException;
  }

  /** Starts a system; the others go on without it if it fails. */
  void add(List<Contender> systems, String name, int hosts, Start start)
      throws InterruptedException {
    try {
      Contender system = start.begin();
      try {
        system.await();
        try (LoadClient client = new LoadClient(system.ports(), 1)) {
          system.workload().prepare(client);
        }
        systems.add(system);
      } catch (IOException e) {
        system.close();
        throw e;
      }
    } catch (IOException e) {
      leftOut("%s with %d hosts: %s".formatted(name, hosts, e));
    }
  }

  /** Makes documents in all systems that can search them. */
  void fill(List<Contender> systems, int documents, Duration limit, int clients)
      throws IOException {
    for (Contender system : systems) {
      if (system.workload().requests(WorkKind.QUERY) != null) {
        try (LoadClient senders = new LoadClient(system.ports(), clients)) {
          long made = system.workload().fill(senders, documents, limit.toNanos());
          fact(
              "Documents that lists and queries work on",
              system.name(),
              system.ports().size() + " hosts",
              "documents",
              made);
        }
      }
    }
  }

  /** Notes a cell and shows it. */
  void note(Cell cell) {
    results.cells().add(cell);
    double rate = cell.spread(Round::perSecond).median();
    double client = cell.spread(Round::clientMicros).median() * rate / 1e6;
    out.printf(
        Locale.ROOT,
        "%d %-32s %3d %-11s %9.0f/s %8.1f us CPU %7.2f switches, client at %.0f%%%s%n",
        cell.hosts(),
        cell.work(),
        cell.clients(),
        cell.system(),
        rate,
        cell.spread(Round::cpuMicros).median(),
        cell.spread(Round::switches).median(),
        100 * client,
        cell.failures() > 0 ? ", FAILED " + cell.failures() : "");
  }
}
