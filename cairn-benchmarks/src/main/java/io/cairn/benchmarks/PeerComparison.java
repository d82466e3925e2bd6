// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import io.cairn.benchmarks.load.LoadClient;
import io.cairn.benchmarks.load.WorkKind;
import io.cairn.benchmarks.measure.Cores;
import io.cairn.benchmarks.measure.DiskProbe;
import io.cairn.benchmarks.measure.ProcessUsage;
import io.cairn.benchmarks.measure.Stopwatch;
import io.cairn.benchmarks.measure.SystemCalls;
import io.cairn.benchmarks.report.Cell;
import io.cairn.benchmarks.report.Fact;
import io.cairn.benchmarks.report.Goals;
import io.cairn.benchmarks.report.MarkdownTables;
import io.cairn.benchmarks.report.PerformancePage;
import io.cairn.benchmarks.report.Results;
import io.cairn.benchmarks.report.Round;
import io.cairn.benchmarks.systems.BareNetty;
import io.cairn.benchmarks.systems.ClusterHosts;
import io.cairn.benchmarks.systems.Contender;
import io.cairn.benchmarks.systems.EtcdGroup;
import io.cairn.benchmarks.systems.Installed;
import io.cairn.benchmarks.systems.Launch;
import io.cairn.benchmarks.systems.XenonHosts;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Compares Cairn with Xenon, etcd and the bare ceilings, on one machine in one run, with the same
 * clients and data; prints the table of goals, and writes the figures as JSON and into the
 * documentation. See {@code docs/performance.md}.
 */
public final class PeerComparison {

  private static final int HOSTS = 3;
  private static final int CLIENTS = 64;
  private static final List<WorkKind> SINGLE =
      List.of(WorkKind.PATCH, WorkKind.PATCH_HOT, WorkKind.CREATE, WorkKind.GET);
  private static final List<WorkKind> SEARCHES = List.of(WorkKind.LIST, WorkKind.QUERY);
  private static final List<WorkKind> OF_THREE =
      List.of(
          WorkKind.PATCH, WorkKind.PATCH_HOT, WorkKind.CREATE, WorkKind.GET, WorkKind.GET_OTHER);
  private static final Duration REST = Duration.ofSeconds(10);
  private static final long FILL_NANOS = TimeUnit.MINUTES.toNanos(2);

  private final ComparisonOptions options;
  private final Results results = new Results();
  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  private final Stopwatch running = new Stopwatch();
  private final Optional<Installed.Xenon> xenon;
  private final Optional<Path> etcd;
  private final Rounds rounds;

  private PeerComparison(ComparisonOptions options) throws IOException, InterruptedException {
    this.options = options;
    this.xenon =
        options.includes(XenonHosts.NAME)
            ? Installed.xenon(options.jdk17(), options.sandbox(), results.missing())
            : Optional.empty();
    this.etcd =
        options.includes(EtcdGroup.NAME)
            ? Installed.etcd(options.etcd(), results.missing())
            : Optional.empty();
    boolean countable = SystemCalls.areCountable();
    if (!countable) {
      leftOut("system calls and fsyncs: perf is not there, or may not count them");
    }
    this.rounds = new Rounds(options.rounds(), options.turn().toNanos(), countable);
  }

  /** Compares; {@link ComparisonOptions#USAGE} has the arguments. */
  public static void main(String[] args) throws IOException, InterruptedException {
    ComparisonOptions options;
    try {
      options = ComparisonOptions.parse(args);
    } catch (IllegalArgumentException e) {
      new PrintStream(System.out, true, StandardCharsets.UTF_8).println(e.getMessage());
      return;
    }
    if (!options.from().isEmpty()) {
      Results earlier = Results.parse(Files.readString(Path.of(options.from())));
      tell(options, earlier, new PrintStream(System.out, true, StandardCharsets.UTF_8));
      return;
    }
    if (Files.exists(options.sandbox())) {
      throw new IOException(options.sandbox() + " exists already; name a new --sandbox");
    }
    Files.createDirectories(options.sandbox());
    new PeerComparison(options).run();
  }

  /** One thing that is measured. */
  @FunctionalInterface
  private interface Part {
    void run() throws IOException, InterruptedException;
  }

  private void run() throws IOException, InterruptedException {
    Thread main = Thread.currentThread();
    Thread watch = Thread.ofVirtual().start(() -> interruptAtTheEnd(main));
    describe();
    try {
      HostStarts starts = new HostStarts(options, results, this::left);
      part("ceilings", this::ceilings);
      part("start", starts::empty);
      part("one|idle", this::oneHost);
      part("three|idle|failover|join", this::threeHosts);
      part("minutes", starts::firstMinutes);
      part("restart", starts::full);
      if (xenon.isPresent() && !options.quick()) {
        part("minutes", () -> starts.firstMinutes(xenon.get()));
        part("restart", () -> starts.xenon(xenon.get()));
      }
    } catch (InterruptedException e) {
      leftOut("what came behind this: the limit of time was reached in the midst");
    }
    watch.interrupt();
    results.machine().add("it took %d s".formatted(running.millis() / 1000));
    write();
    tell(options, results, out);
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
  private void part(String names, Part part) throws IOException, InterruptedException {
    List<String> wanted = List.of(names.split("\\|"));
    if (wanted.stream().noneMatch(options::wants)) {
      return;
    }
    if (!goesOn(names)) {
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
  private long left() {
    return options.limit().toNanos() / 10 * 9 - running.nanos();
  }

  /** Whether there is time left; says what is left out otherwise. */
  private boolean goesOn(String what) {
    if (left() > 0) {
      return true;
    }
    leftOut(what + ": the time was up");
    return false;
  }

  /** Says what is left out, in words that fit into the documentation. */
  private void leftOut(String why) {
    results.missing().add(why.replace(options.sandbox().toString(), "SANDBOX"));
  }

  private void write() throws IOException {
    Files.writeString(Path.of(options.json()), results.json());
  }

  private static void tell(ComparisonOptions options, Results results, PrintStream out)
      throws IOException {
    results.machine().forEach(out::println);
    results.missing().forEach(line -> out.println("left out: " + line));
    out.printf("%n%s%n", MarkdownTables.goals(results));
    if (options.docs()) {
      PerformancePage.write(options.home().resolve("docs/performance.md"), results);
    }
  }

  private void describe() throws InterruptedException {
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
    if (etcd.isPresent()) {
      machine.add(Installed.version(etcd.get(), "--version") + ", over its JSON gateway");
    }
    machine.add(
        "rounds: %d, with turns of %d ms; each system was warmed up with %d s of load"
            .formatted(options.rounds(), options.turn().toMillis(), options.warmth().toSeconds()));
    machine.add(
        String.format(
            Locale.ROOT,
            "load of the machine before: %.1f",
            ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()));
  }

  private void ceilings() throws IOException {
    Histogram force = DiskProbe.forceMicros(options.sandbox());
    String ceilings = "Ceilings";
    fact(
        ceilings,
        "disk",
        "append 4 KiB and fdatasync, median",
        "us",
        force.getValueAtPercentile(50));
    fact(ceilings, "disk", "the same, p99", "us", force.getValueAtPercentile(99));
    LuceneCeiling.Rates rates =
        LuceneCeiling.measure(
            options.sandbox().resolve("lucene"), options.documents(), options.turn().toNanos());
    fact(ceilings, "Lucene", "documents added, one thread", "per s", rates.added());
    fact(ceilings, "Lucene", "found by name, one thread", "per s", rates.found());
  }

  private void fact(String subject, String system, String name, String unit, Number value) {
    results.facts().add(new Fact(subject, system, name, unit, List.of(value.doubleValue())));
  }

  /** The servers share one core and the clients have another, if there are two. */
  private void oneHost() throws IOException, InterruptedException {
    boolean pinned = Runtime.getRuntime().availableProcessors() > 1 && Cores.keepTo("1-" + last());
    results
        .machine()
        .add(pinned ? "one host: servers on core 0, clients on the others" : "no core of its own");
    Launch launch = options.launch().on(pinned ? "0" : "");
    List<Contender> systems = new ArrayList<>();
    try {
      start(systems, launch, options.port(), 1);
      if (options.wants("one")) {
        load(systems, SINGLE, SEARCHES);
      }
      if (options.wants("idle")) {
        idle(systems, Goals.IDLE_ALONE);
      }
    } finally {
      systems.forEach(Contender::close);
      if (pinned) {
        Cores.keepTo(Cores.all());
      }
    }
  }

  private static int last() {
    return Runtime.getRuntime().availableProcessors() - 1;
  }

  private void threeHosts() throws IOException, InterruptedException {
    List<Contender> systems = new ArrayList<>();
    try {
      start(systems, options.launch(), options.port() + 100, HOSTS);
      if (options.wants("three")) {
        load(systems, OF_THREE, SEARCHES);
      }
      if (options.wants("idle")) {
        idle(systems, Goals.IDLE_OF_THREE);
      }
      for (Contender system : systems) {
        if (system instanceof ClusterHosts cairn) {
          changes(cairn);
        }
      }
    } finally {
      systems.forEach(Contender::close);
    }
  }

  private void changes(ClusterHosts cairn) throws IOException, InterruptedException {
    if (options.wants("failover")) {
      Kills.Recovery recovery = new Kills(cairn).run(options.kills(), () -> goesOn("kills"));
      String subject = "Failover";
      results.facts().add(new Fact(subject, cairn.name(), Goals.FAILOVER, "ms", recovery.last()));
      results
          .facts()
          .add(
              new Fact(
                  subject,
                  cairn.name(),
                  "until one document of a killed host is written again",
                  "ms",
                  recovery.each()));
    }
    if (options.wants("join") && goesOn("join")) {
      Joins joins = new Joins(cairn);
      String subject = "Joining and restarting";
      fact(
          subject,
          cairn.name(),
          "longest gap of one writer in a rolling restart",
          "ms",
          joins.rolling());
      Joins.Joined joined = joins.join();
      fact(subject, cairn.name(), "an empty host joins: it answers", "ms", joined.answers());
      fact(subject, cairn.name(), "an empty host joins: it owns documents", "ms", joined.owns());
    }
  }

  /** Starts one system with so many hosts. */
  @FunctionalInterface
  private interface Start {
    Contender begin() throws IOException, InterruptedException;
  }

  /** Starts what is installed, and makes the documents that are read and changed. */
  private void start(List<Contender> systems, Launch launch, int port, int hosts)
      throws InterruptedException {
    if (options.includes(ClusterHosts.NAME)) {
      String name = ClusterHosts.NAME;
      add(systems, name, hosts, () -> new ClusterHosts(name, launch, port, hosts));
    }
    if (!options.wants(hosts == 1 ? "one" : "three") && !options.wants("idle")) {
      return; // the others have no part in it
    }
    if (xenon.isPresent()) {
      add(
          systems,
          XenonHosts.NAME,
          hosts,
          () -> new XenonHosts(xenon.get(), launch, port + 10, hosts));
    }
    if (etcd.isPresent()) {
      add(
          systems,
          EtcdGroup.NAME,
          hosts,
          () -> new EtcdGroup(etcd.get(), launch, port + 20, hosts));
    }
    if (hosts == 1 && options.includes(BareNetty.NAME)) {
      add(systems, BareNetty.NAME, hosts, () -> new BareNetty(launch, port + 40));
    }
  }

  /** Starts a system; the others go on without it if it fails. */
  private void add(List<Contender> systems, String name, int hosts, Start start)
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

  private void load(List<Contender> systems, List<WorkKind> single, List<WorkKind> searches)
      throws IOException, InterruptedException {
    Rounds.warm(systems, single, options.warmth().toNanos() * 2 / 3);
    measure(systems, single);
    fill(systems);
    Rounds.warm(systems, searches, options.warmth().toNanos() / 3);
    measure(systems, searches);
  }

  private void fill(List<Contender> systems) throws IOException {
    for (Contender system : systems) {
      if (system.workload().requests(WorkKind.QUERY) != null) {
        try (LoadClient clients = new LoadClient(system.ports(), CLIENTS)) {
          long made = system.workload().fill(clients, options.documents(), FILL_NANOS);
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

  private void measure(List<Contender> systems, List<WorkKind> works) throws InterruptedException {
    for (WorkKind work : works) {
      for (long clients : options.clients()) {
        if (work == WorkKind.PATCH_HOT && clients != options.clients().getLast()) {
          continue; // one document is changed by one after the other anyway
        }
        String what = "%s, %d clients".formatted(work.title(), clients);
        if (goesOn(what)) {
          try {
            for (Cell cell : rounds.measure(systems, work, Math.toIntExact(clients))) {
              results.cells().add(cell);
              out.println(line(cell));
            }
          } catch (IOException e) {
            leftOut(what + " failed: " + e);
          }
        }
      }
    }
  }

  private static String line(Cell cell) {
    double rate = cell.spread(Round::perSecond).median();
    double client = cell.spread(Round::clientMicros).median() * rate / 1e6;
    return String.format(
        Locale.ROOT,
        "%d %-26s %3d %-10s %9.0f/s %8.1f us CPU %7.2f switches, client at %.0f%%%s",
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

  /** What each process uses while nobody asks it anything, in percent of a core. */
  private void idle(List<Contender> systems, String name) throws IOException, InterruptedException {
    Stopwatch.pause(REST);
    Map<String, ProcessUsage> before = new TreeMap<>();
    for (Contender system : systems) {
      before.put(system.name(), ProcessUsage.of(system.pids()));
    }
    Stopwatch idle = new Stopwatch();
    Stopwatch.pause(options.quick() ? REST.dividedBy(2) : REST.multipliedBy(2));
    for (Contender system : systems) {
      ProcessUsage used =
          ProcessUsage.of(system.pids())
              .since(before.getOrDefault(system.name(), ProcessUsage.of(List.of())));
      double micros = (double) used.cpuMicros() + used.compilerMicros();
      double percent = 100 * micros * 1e3 / idle.nanos() / system.pids().size();
      fact("Idle", system.name(), name, "% of a core", percent);
      HostStarts.memory(results, system, "after all work, " + system.pids().size() + " hosts");
    }
  }
}
