// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What came of a run, as it stands in the documentation. */
public final class MarkdownTables {

  private static final String NONE = "-";

  private MarkdownTables() {}

  /** Goals, and whether they are met. */
  public static String goals(List<Goal.Row> goals) {
    List<List<String>> rows = new ArrayList<>();
    for (Goal.Row row : goals) {
      rows.add(List.of(row.work(), row.measured(), row.goal(), row.met()));
    }
    return table(List.of("work", "measured", "goal", "reached"), rows);
  }

  /** All of it, with charts that stand beside the page. */
  public static String page(Results results, List<Goal.Row> goals, List<Chart> charts) {
    StringBuilder page = new StringBuilder();
    results.machine().forEach(line -> page.append("* ").append(line).append('\n'));
    results.missing().forEach(line -> page.append("* left out: ").append(line).append('\n'));
    page.append("\n### Goals\n\n").append(goals(goals)).append('\n');
    for (Chart chart : charts) {
      page.append("![")
          .append(chart.title())
          .append("](images/")
          .append(chart.file())
          .append(")\n\n");
    }
    List.of(1, 3)
        .forEach(
            hosts -> {
              String cells = cells(results, hosts);
              if (!cells.isEmpty()) {
                page.append(hosts == 1 ? "### One host\n\n" : "### Three hosts\n\n");
                page.append(cells).append('\n');
              }
            });
    facts(results)
        .forEach(
            (subject, table) ->
                page.append("### ").append(subject).append("\n\n").append(table).append('\n'));
    return page.toString();
  }

  /** The cells with so many hosts; empty if there are none. */
  static String cells(Results results, int hosts) {
    List<List<String>> rows = new ArrayList<>();
    for (Cell cell : results.cells()) {
      if (cell.hosts() == hosts) {
        rows.add(row(cell));
      }
    }
    return rows.isEmpty()
        ? ""
        : table(
            List.of(
                "work",
                "clients",
                "system",
                "per s",
                "p50 ms",
                "p90",
                "p99",
                "p99.9",
                "CPU us",
                "switches",
                "system calls",
                "fsyncs",
                "packets",
                "bytes",
                "client us",
                "failed"),
            rows);
  }

  private static List<String> row(Cell cell) {
    Cell.Latency latency = cell.latency();
    return List.of(
        cell.work(),
        Integer.toString(cell.clients()),
        cell.system(),
        cell.spread(Round::perSecond).text(),
        Spread.figure(latency.p50()),
        Spread.figure(latency.p90()),
        Spread.figure(latency.p99()),
        Spread.figure(latency.p999()),
        cell.spread(Round::cpuMicros).text(),
        figure(cell.spread(Round::switches).median()),
        figure(cell.calls().all()),
        figure(cell.calls().syncs()),
        figure(cell.spread(Round::packets).median()),
        figure(cell.spread(Round::bytes).median()),
        figure(cell.spread(Round::clientMicros).median()),
        Long.toString(cell.failures()));
  }

  private static String figure(double value) {
    return value < 0 ? NONE : Spread.figure(value);
  }

  /** A table for each subject. */
  static Map<String, String> facts(Results results) {
    Map<String, List<List<String>>> subjects = new LinkedHashMap<>();
    for (Fact fact : results.facts()) {
      if (!fact.values().isEmpty()) {
        subjects
            .computeIfAbsent(fact.subject(), _ -> new ArrayList<>())
            .add(
                List.of(
                    fact.name(),
                    fact.system(),
                    Spread.of(fact.values()).text() + ' ' + fact.unit(),
                    Integer.toString(fact.values().size())));
      }
    }
    Map<String, String> tables = new LinkedHashMap<>();
    subjects.forEach(
        (subject, rows) ->
            tables.put(subject, table(List.of("what", "system", "median (range)", "times"), rows)));
    return tables;
  }

  static String table(List<String> heading, List<List<String>> rows) {
    StringBuilder table = new StringBuilder();
    line(table, heading);
    line(table, heading.stream().map(_ -> "---").toList());
    rows.forEach(row -> line(table, row));
    return table.toString();
  }

  private static void line(StringBuilder table, List<String> cells) {
    table.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }
}
