// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.report;

import io.cairn.benchmarks.load.WorkKind;
import io.cairn.benchmarks.systems.BareNetty;
import io.cairn.benchmarks.systems.ClusterHosts;
import io.cairn.benchmarks.systems.XenonHosts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What Cairn's queries are to reach beside Xenon's and bare Lucene's, in one run. */
public final class QueryGoals {

  /** What is measured of queries. */
  public static final List<WorkKind> QUERIES =
      List.of(
          WorkKind.QUERY,
          WorkKind.LIST_HUNDRED,
          WorkKind.QUERY_PREFIX,
          WorkKind.QUERY_SORT,
          WorkKind.QUERY_TEXT,
          WorkKind.QUERY_GROUP,
          WorkKind.COUNT);

  /** A rate at least as high as Xenon's. */
  private static final double TO_XENON = 1;

  /** Not more than 1.3 times what Lucene and an answer over HTTP take. */
  private static final double TO_LUCENE = 1 / 1.3;

  private QueryGoals() {}

  /** The title of a work over so many documents. */
  public static String title(WorkKind work, String documents) {
    return work.title() + ", of " + documents;
  }

  /**
   * Two rows for each work and number of clients beside each peer: the rates, and the processor
   * time of a request, which a busy machine distorts less. What has failed is compared with
   * nothing.
   */
  public static List<Goal.Row> rows(Results results) {
    List<Goal.Row> rows = new ArrayList<>();
    for (Cell ours : results.cells()) {
      if (ours.system().equals(ClusterHosts.NAME) && ours.failures() == 0) {
        beside(rows, results, ours, XenonHosts.NAME, TO_XENON);
        beside(rows, results, ours, BareNetty.LUCENE, TO_LUCENE);
      }
    }
    return rows;
  }

  private static void beside(
      List<Goal.Row> rows, Results results, Cell ours, String peer, double rate) {
    Optional<Cell> theirs =
        results
            .cell(ours.hosts(), peer, ours.work(), ours.clients())
            .filter(cell -> cell.failures() == 0);
    if (theirs.isEmpty()) {
      return;
    }
    String clients = ours.clients() == 1 ? "1 client" : ours.clients() + " clients";
    String work = ours.work() + ", " + clients + ", to " + peer;
    rows.add(Goal.atLeast(work, rate, _ -> Goal.ratio(Optional.of(ours), theirs)).row(results));
    rows.add(
        Goal.atMost(
                "the same, processor time",
                "",
                1 / rate,
                _ -> Goal.ratio(Optional.of(ours), theirs, Round::cpuMicros))
            .row(results));
  }
}
