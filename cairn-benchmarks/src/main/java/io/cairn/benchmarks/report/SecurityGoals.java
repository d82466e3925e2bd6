// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.report;

import io.cairn.benchmarks.load.WorkKind;
import io.cairn.benchmarks.systems.ClusterHosts;
import io.cairn.benchmarks.systems.GuardedHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What it may cost to ask clients who they are and what they may do, in one run. */
public final class SecurityGoals {

  /** What is measured. */
  public static final List<WorkKind> WORKS =
      List.of(
          WorkKind.GET,
          WorkKind.GET_SPREAD,
          WorkKind.PATCH,
          WorkKind.QUERY,
          WorkKind.QUERY_PREFIX,
          WorkKind.COUNT,
          WorkKind.LIST_HUNDRED);

  private static final double OF_READS = 0.85;
  private static final double OF_UPDATES = 0.95;

  /** A query takes at most 1.2 times as long. */
  private static final double OF_QUERIES = 1 / 1.2;

  private SecurityGoals() {}

  /**
   * Two rows for each work and number of clients: the rate, and the processor time of a request,
   * which a busy machine distorts less. What has failed is compared with nothing.
   */
  public static List<Goal.Row> rows(Results results) {
    List<Goal.Row> rows = new ArrayList<>();
    for (Cell open : results.cells()) {
      if (open.system().equals(ClusterHosts.NAME) && open.failures() == 0) {
        beside(rows, results, open, GuardedHost.NAME);
        beside(rows, results, open, GuardedHost.OF_THREE_ROLES);
      }
    }
    return rows;
  }

  private static void beside(List<Goal.Row> rows, Results results, Cell open, String guarded) {
    Optional<Cell> asked =
        results
            .cell(open.hosts(), guarded, open.work(), open.clients())
            .filter(cell -> cell.failures() == 0);
    if (asked.isEmpty()) {
      return;
    }
    double rate = goal(open.work());
    String work = "%s, %d clients, %s".formatted(open.work(), open.clients(), guarded);
    rows.add(Goal.atLeast(work, rate, _ -> Goal.ratio(asked, Optional.of(open))).row(results));
    rows.add(
        Goal.atMost(
                "the same, processor time",
                "",
                1 / rate,
                _ -> Goal.ratio(asked, Optional.of(open), Round::cpuMicros))
            .row(results));
  }

  private static double goal(String work) {
    if (work.equals(WorkKind.PATCH.title())) {
      return OF_UPDATES;
    }
    return work.equals(WorkKind.GET.title()) || work.equals(WorkKind.GET_SPREAD.title())
        ? OF_READS
        : OF_QUERIES;
  }
}
