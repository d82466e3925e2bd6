// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import io.cairn.benchmarks.load.EventReaders;
import io.cairn.benchmarks.load.ExampleDocuments;
import io.cairn.benchmarks.load.LoadClient;
import io.cairn.benchmarks.load.ServiceSet;
import io.cairn.benchmarks.load.WorkKind;
import io.cairn.benchmarks.measure.Cores;
import io.cairn.benchmarks.report.Cell;
import io.cairn.benchmarks.report.PerformancePage;
import io.cairn.benchmarks.report.QueryGoals;
import io.cairn.benchmarks.report.Round;
import io.cairn.benchmarks.systems.BareNetty;
import io.cairn.benchmarks.systems.ClusterHosts;
import io.cairn.benchmarks.systems.Contender;
import io.cairn.benchmarks.systems.Launch;
import io.cairn.benchmarks.systems.XenonHosts;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

/**
 * Compares Cairn's queries with those of Xenon and of Lucene behind a bare server, and what an
 * update costs while many watch. See {@code docs/performance.md}.
 */
public final class QueryComparison {

  private static final int CLIENTS = 16;
  private static final Duration FILL = Duration.ofMinutes(5);
  private static final String WATCHING = "Watching";

  private final ComparisonRun run;
  private final ComparisonOptions options;
  private final Rounds rounds;

  private QueryComparison(ComparisonRun run) {
    this.run = run;
    this.options = run.options;
    this.rounds = new Rounds(options.rounds(), options.turn().toNanos(), false);
  }

  /** Compares; {@link ComparisonOptions.Kind#QUERIES} has the arguments. */
  public static void main(String[] args) throws IOException, InterruptedException {
    ComparisonRun.main(
        args,
        ComparisonOptions.Kind.QUERIES,
        PerformancePage.Section.QUERIES,
        run -> new QueryComparison(run)::run);
  }

  /** The servers share one core and the clients have another, if there are two. */
  private void run() throws IOException, InterruptedException {
    run.describe(List.of("bare Lucene: the same index and questions behind Netty's HTTP codec"));
    int processors = Runtime.getRuntime().availableProcessors();
    boolean pinned = processors > 1 && Cores.keepTo("1-" + (processors - 1));
    run.results.machine().add(pinned ? "servers on core 0, clients on the others" : "no own cores");
    List<Contender> systems = new ArrayList<>();
    try {
      start(systems, options.launch().on(pinned ? "0" : ""));
      run.part("indexing", () -> indexing(systems));
      run.part("watching", () -> watching(systems));
      run.part("queries", () -> queries(systems, options.documents()));
      run.part("million", () -> queries(systems, options.million()));
    } finally {
      systems.forEach(Contender::close);
    }
  }

  private void start(List<Contender> systems, Launch launch) throws InterruptedException {
    ServiceSet notes = ServiceSet.NOTES;
    int port = options.port();
    if (options.includes(ClusterHosts.NAME)) {
      String name = ClusterHosts.NAME;
      run.add(systems, name, 1, () -> new ClusterHosts(name, launch, port, 1, notes));
    }
    if (run.xenon.isPresent()) {
      run.add(
          systems,
          XenonHosts.NAME,
          1,
          () -> new XenonHosts(run.xenon.get(), launch, port + 10, 1, notes));
    }
    if (options.includes(BareNetty.LUCENE)) {
      run.add(systems, BareNetty.LUCENE, 1, () -> BareNetty.withLucene(launch, port + 20));
    }
  }

  /** How fast documents are made, each of them indexed. */
  private void indexing(List<Contender> systems) throws IOException, InterruptedException {
    Rounds.warm(systems, List.of(WorkKind.CREATE), options.warmth().toNanos() / 3);
    measure(systems, WorkKind.CREATE, WorkKind.CREATE.title());
    LuceneCeiling.Rates rates =
        LuceneCeiling.measure(
            options.sandbox().resolve("lucene"), options.documents(), options.turn().toNanos());
    run.fact("Indexing", "Lucene", "added by one thread, without HTTP", "per s", rates.added());
    run.fact("Indexing", "Lucene", "found by name, without HTTP", "per s", rates.found());
  }

  private void queries(List<Contender> systems, int documents)
      throws IOException, InterruptedException {
    run.fill(systems, documents, FILL, CLIENTS);
    Rounds.warm(systems, QueryGoals.QUERIES, options.warmth().toNanos());
    String number = String.format(Locale.ROOT, "%,d", documents);
    for (WorkKind work : QueryGoals.QUERIES) {
      measure(systems, work, QueryGoals.title(work, number));
    }
    for (Contender system : systems) {
      HostStarts.memory(run.results, system, "after queries of " + number + " documents");
    }
  }

  private void measure(List<Contender> systems, WorkKind work, String title)
      throws InterruptedException {
    for (long clients : options.clients()) {
      String what = "%s, %d clients".formatted(title, clients);
      if (run.goesOn(what)) {
        try {
          rounds.measure(systems, work, Math.toIntExact(clients), title).forEach(run::note);
        } catch (IOException e) {
          run.leftOut(what + " failed: " + e);
        }
      }
    }
  }

  /** What an update costs while nobody watches, and while many do. */
  private void watching(List<Contender> systems) throws IOException, InterruptedException {
    Rounds.warm(systems, List.of(WorkKind.PATCH), options.warmth().toNanos() / 3);
    List<Rounds.Scene> scenes = new ArrayList<>();
    List<Told> told = new ArrayList<>();
    int all = options.watchers();
    for (Contender system : systems) {
      if (system.workload() instanceof ExampleDocuments documents) {
        scenes.add(new Rounds.Scene(system, title(0, "watchers"), () -> () -> {}));
        for (int count : new int[] {all / 10, all}) {
          scenes.add(continuous(system, documents, count));
          if (system instanceof ClusterHosts) {
            scenes.add(
                feeds(
                    system,
                    told,
                    title(count, "feeds of a document each"),
                    count,
                    documents::feed));
            scenes.add(
                feeds(
                    system,
                    told,
                    title(count, "feeds of a filter each"),
                    count,
                    documents::filteredFeed));
          }
        }
      }
    }
    for (Cell cell : rounds.measurePaced(scenes, CLIENTS, options.updates())) {
      run.note(cell);
      run.fact(
          WATCHING,
          cell.system(),
          cell.work() + ": processor time of an update",
          "us",
          cell.spread(Round::cpuMicros).median());
    }
    for (Told each : told) {
      run.fact(
          WATCHING,
          ClusterHosts.NAME,
          each.title() + ": told in a turn",
          "changes",
          each.changes());
    }
  }

  /** How many changes the feeds of a turn were told of. */
  private record Told(String title, long changes) {}

  private String title(int count, String what) {
    return String.format(Locale.ROOT, "%,d updates/s, %,d %s", options.updates(), count, what);
  }

  private static Rounds.Scene feeds(
      Contender system, List<Told> told, String title, int count, IntFunction<String> targets) {
    return new Rounds.Scene(
        system,
        title,
        () -> {
          EventReaders readers = new EventReaders(system.ports().getFirst(), count, targets);
          return () -> {
            told.add(new Told(title, readers.changes()));
            readers.close();
          };
        });
  }

  private Rounds.Scene continuous(Contender system, ExampleDocuments documents, int count) {
    return new Rounds.Scene(
        system,
        title(count, "continuous queries"),
        () -> {
          String links = "watch-" + System.identityHashCode(new Object()) + "-";
          each(system, count, number -> documents.continuous(number, links + number));
          return () -> each(system, count, number -> ExampleDocuments.cancel(links + number));
        });
  }

  /** Sends one request for each number; all have to succeed. */
  private static void each(Contender system, int count, IntFunction<byte[]> requests)
      throws IOException {
    int[] next = {0};
    try (LoadClient clients = new LoadClient(system.ports(), CLIENTS)) {
      LoadClient.Outcome outcome =
          clients.run(() -> requests.apply(next[0]++), FILL.toNanos(), count);
      if (outcome.count() < count) {
        throw new IOException(
            "%s took %d of %d continuous queries".formatted(system.name(), outcome.count(), count));
      }
    }
  }
}
