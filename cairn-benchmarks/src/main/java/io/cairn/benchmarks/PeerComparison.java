// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import io.cairn.benchmarks.load.WorkKind;
import io.cairn.benchmarks.measure.Cores;
import io.cairn.benchmarks.measure.DiskProbe;
import io.cairn.benchmarks.measure.ProcessUsage;
import io.cairn.benchmarks.measure.Stopwatch;
import io.cairn.benchmarks.measure.SystemCalls;
import io.cairn.benchmarks.report.Cell;
import io.cairn.benchmarks.report.Fact;
import io.cairn.benchmarks.report.Goals;
import io.cairn.benchmarks.report.PerformancePage;
import io.cairn.benchmarks.report.Results;
import io.cairn.benchmarks.systems.BareNetty;
import io.cairn.benchmarks.systems.ClusterHosts;
import io.cairn.benchmarks.systems.Contender;
import io.cairn.benchmarks.systems.EtcdGroup;
import io.cairn.benchmarks.systems.Installed;
import io.cairn.benchmarks.systems.Launch;
import io.cairn.benchmarks.systems.XenonHosts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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
  private static final Duration FILL = Duration.ofMinutes(2);

  private final ComparisonRun run;
  private final ComparisonOptions options;
  private final Results results;
  private final Optional<Path> etcd;
  private final Rounds rounds;

  private PeerComparison(ComparisonRun run) throws IOException, InterruptedException {
    this.run = run;
    this.options = run.options;
    this.results = run.results;
    this.etcd =
        options.includes(EtcdGroup.NAME)
            ? Installed.etcd(options.etcd(), results.missing())
            : Optional.empty();
    boolean countable = SystemCalls.areCountable();
    if (!countable) {
      run.leftOut("system calls and fsyncs: perf is not there, or may not count them");
    }
    this.rounds = new Rounds(options.rounds(), options.turn().toNanos(), countable);
  }

  /** Compares; {@link ComparisonOptions.Kind#PEERS} has the arguments. */
  public static void main(String[] args) throws IOException, InterruptedException {
    ComparisonRun.main(
        args,
        ComparisonOptions.Kind.PEERS,
        PerformancePage.Section.PEERS,
        run -> new PeerComparison(run)::run);
  }

  private void run() throws IOException, InterruptedException {
    run.describe(
        etcd.isPresent()
            ? List.of(Installed.version(etcd.get(), "--version") + ", over its JSON gateway")
            : List.of());
    HostStarts starts = new HostStarts(options, results, run::left);
    run.part("ceilings", this::ceilings);
    run.part("start", starts::empty);
    run.part("one|idle", this::oneHost);
    run.part("three|idle|failover|join", this::threeHosts);
    run.part("minutes", starts::firstMinutes);
    run.part("restart", starts::full);
    if (run.xenon.isPresent() && !options.quick()) {
      run.part("minutes", () -> starts.firstMinutes(run.xenon.get()));
      run.part("restart", () -> starts.xenon(run.xenon.get()));
    }
  }

  private void ceilings() throws IOException {
    Histogram force = DiskProbe.forceMicros(options.sandbox());
    String ceilings = "Ceilings";
    run.fact(
        ceilings,
        "disk",
        "append 4 KiB and fdatasync, median",
        "us",
        force.getValueAtPercentile(50));
    run.fact(ceilings, "disk", "the same, p99", "us", force.getValueAtPercentile(99));
    LuceneCeiling.Rates rates =
        LuceneCeiling.measure(
            options.sandbox().resolve("lucene"), options.documents(), options.turn().toNanos());
    run.fact(ceilings, "Lucene", "documents added, one thread", "per s", rates.added());
    run.fact(ceilings, "Lucene", "found by name, one thread", "per s", rates.found());
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
      Kills.Recovery recovery = new Kills(cairn).run(options.kills(), () -> run.goesOn("kills"));
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
    if (options.wants("join") && run.goesOn("join")) {
      Joins joins = new Joins(cairn);
      String subject = "Joining and restarting";
      run.fact(
          subject,
          cairn.name(),
          "longest gap of one writer in a rolling restart",
          "ms",
          joins.rolling());
      Joins.Joined joined = joins.join();
      run.fact(subject, cairn.name(), "an empty host joins: it answers", "ms", joined.answers());
      run.fact(
          subject, cairn.name(), "an empty host joins: it owns documents", "ms", joined.owns());
    }
  }

  /** Starts what is installed, and makes the documents that are read and changed. */
  private void start(List<Contender> systems, Launch launch, int port, int hosts)
      throws InterruptedException {
    if (options.includes(ClusterHosts.NAME)) {
      String name = ClusterHosts.NAME;
      run.add(systems, name, hosts, () -> new ClusterHosts(name, launch, port, hosts));
    }
    if (!options.wants(hosts == 1 ? "one" : "three") && !options.wants("idle")) {
      return; // the others have no part in it
    }
    if (run.xenon.isPresent()) {
      run.add(
          systems,
          XenonHosts.NAME,
          hosts,
          () -> new XenonHosts(run.xenon.get(), launch, port + 10, hosts));
    }
    if (etcd.isPresent()) {
      run.add(
          systems,
          EtcdGroup.NAME,
          hosts,
          () -> new EtcdGroup(etcd.get(), launch, port + 20, hosts));
    }
    if (hosts == 1 && options.includes(BareNetty.NAME)) {
      run.add(systems, BareNetty.NAME, hosts, () -> new BareNetty(launch, port + 40));
    }
  }

  private void load(List<Contender> systems, List<WorkKind> single, List<WorkKind> searches)
      throws IOException, InterruptedException {
    Rounds.warm(systems, single, options.warmth().toNanos() * 2 / 3);
    measure(systems, single);
    run.fill(systems, options.documents(), FILL, CLIENTS);
    Rounds.warm(systems, searches, options.warmth().toNanos() / 3);
    measure(systems, searches);
  }

  private void measure(List<Contender> systems, List<WorkKind> works) throws InterruptedException {
    for (WorkKind work : works) {
      for (long clients : options.clients()) {
        if (work == WorkKind.PATCH_HOT && clients != options.clients().getLast()) {
          continue; // one document is changed by one after the other anyway
        }
        String what = "%s, %d clients".formatted(work.title(), clients);
        if (run.goesOn(what)) {
          try {
            for (Cell cell : rounds.measure(systems, work, Math.toIntExact(clients))) {
              run.note(cell);
            }
          } catch (IOException e) {
            run.leftOut(what + " failed: " + e);
          }
        }
      }
    }
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
      run.fact("Idle", system.name(), name, "% of a core", percent);
      HostStarts.memory(results, system, "after all work, " + system.pids().size() + " hosts");
    }
  }
}
