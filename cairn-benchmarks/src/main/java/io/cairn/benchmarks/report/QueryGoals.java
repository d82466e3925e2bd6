// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.report;

import io.cairn.benchmarks.load.WorkKind;
import io.cairn.benchmarks.systems.BareNetty;
import io.cairn.benchmarks.systems.ClusterHosts;
import io.cairn.benchmarks.systems.XenonHosts;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

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

  /** A row for each work and number of clients that was measured, beside each peer. */
  public static List<Goal.Row> rows(Results results) {
    Set<Goal.Row> rows = new LinkedHashSet<>();
    for (Cell cell : results.cells()) {
      if (cell.system().equals(ClusterHosts.NAME)) {
        String work = cell.work() + ", " + cell.clients() + " clients, to ";
        add(rows, results, cell, work, XenonHosts.NAME, TO_XENON);
        add(rows, results, cell, work, BareNetty.LUCENE, TO_LUCENE);
      }
    }
    return new ArrayList<>(rows);
  }

  private static void add(
      Set<Goal.Row> rows, Results results, Cell cell, String work, String peer, double bound) {
    results
        .cell(cell.hosts(), peer, cell.work(), cell.clients())
        .ifPresent(
            other ->
                rows.add(
                    Goal.atLeast(
                            work + peer,
                            bound,
                            _ -> Goal.ratio(results.cell(
                                cell.hosts(), cell.system(), cell.work(), cell.clients()),
                                java.util.Optional.of(other)))
                        .row(results)));
  }
}
