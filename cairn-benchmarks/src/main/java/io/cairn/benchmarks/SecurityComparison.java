// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import io.cairn.benchmarks.load.WorkKind;
import io.cairn.benchmarks.measure.Cores;
import io.cairn.benchmarks.report.PerformancePage;
import io.cairn.benchmarks.report.SecurityGoals;
import io.cairn.benchmarks.systems.ClusterHosts;
import io.cairn.benchmarks.systems.Contender;
import io.cairn.benchmarks.systems.GuardedHost;
import io.cairn.benchmarks.systems.Launch;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares a host that asks its clients who they are and what they may do with one that does not.
 * See {@code docs/performance.md}.
 */
public final class SecurityComparison {

  private static final Duration FILL = Duration.ofMinutes(3);
  private static final int FILLERS = 16;

  private final ComparisonRun run;
  private final ComparisonOptions options;
  private final Rounds rounds;

  private SecurityComparison(ComparisonRun run) {
    this.run = run;
    this.options = run.options;
    this.rounds = new Rounds(options.rounds(), options.turn().toNanos(), false);
  }

  /** Compares; {@link ComparisonOptions.Kind#SECURITY} has the arguments. */
  public static void main(String[] args) throws IOException, InterruptedException {
    ComparisonRun.main(
        args,
        ComparisonOptions.Kind.SECURITY,
        PerformancePage.Section.SECURITY,
        run -> new SecurityComparison(run)::run);
  }

  /** The servers share one core and the clients have another, if there are two. */
  private void run() throws IOException, InterruptedException {
    run.describe(List.of());
    int processors = Runtime.getRuntime().availableProcessors();
    boolean pinned = processors > 1 && Cores.keepTo("1-" + (processors - 1));
    run.results.machine().add(pinned ? "servers on core 0, clients on the others" : "no own cores");
    Launch launch = options.launch().on(pinned ? "0" : "");
    List<Contender> systems = new ArrayList<>();
    try (ClusterHosts open = new ClusterHosts(ClusterHosts.NAME, launch, options.port(), 1);
        GuardedHost guarded = new GuardedHost(launch, options.port() + 1)) {
      run.add(systems, ClusterHosts.NAME, 1, () -> open);
      run.add(systems, GuardedHost.NAME, 1, guarded::withOneRole);
      run.fill(systems, options.documents(), FILL, FILLERS);
      systems.add(guarded.withThreeRoles());
      Rounds.warm(systems, SecurityGoals.WORKS, options.warmth().toNanos());
      for (WorkKind work : SecurityGoals.WORKS) {
        run.part(work.title(), () -> measure(systems, work));
      }
    }
  }

  private void measure(List<Contender> systems, WorkKind work)
      throws IOException, InterruptedException {
    for (long clients : options.clients()) {
      if (run.goesOn(work.title())) {
        rounds.measure(systems, work, Math.toIntExact(clients)).forEach(run::note);
      }
    }
  }
}
