// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.report;

import io.cairn.benchmarks.load.WorkKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The charts of a run. */
public final class Charts {

  private static final List<String> SYSTEMS = List.of(Goals.CAIRN, Goals.ETCD, Goals.XENON);
  private static final List<Integer> CLIENTS = List.of(1, 16, 64);
  private static final int MANY = 64;

  private Charts() {}

  /** Those that the results have figures for. */
  public static List<Chart> of(Results results) {
    List<Chart> charts = new ArrayList<>();
    byClients(charts, results, "rate", "updates per second", Round::perSecond);
    byClients(charts, results, "cpu", "processor time of an update, us", Round::cpuMicros);
    oneHost(charts, results);
    if (!results.curves().isEmpty()) {
      String title = "One host: updates per second after its start, 16 clients";
      charts.add(
          new Chart("performance-start.svg", title, SvgDrawing.lines(title, results.curves())));
    }
    return charts;
  }

  private static void byClients(
      List<Chart> charts,
      Results results,
      String name,
      String what,
      ToDoubleFunction<Round> figure) {
    Map<String, List<Double>> groups = new LinkedHashMap<>();
    for (int clients : CLIENTS) {
      groups.put(
          clients == 1 ? "1 client" : clients + " clients",
          heights(results, 3, WorkKind.PATCH, clients, figure));
    }
    add(charts, "performance-three-hosts-" + name + ".svg", "Three hosts: " + what, groups);
  }

  /** How fast others are, as a multiple of what is the slowest there. */
  private static void oneHost(List<Chart> charts, Results results) {
    Map<String, List<Double>> groups = new LinkedHashMap<>();
    for (WorkKind work :
        List.of(WorkKind.CREATE, WorkKind.PATCH, WorkKind.GET, WorkKind.LIST, WorkKind.QUERY)) {
      List<Double> rates = heights(results, 1, work, MANY, Round::perSecond);
      double ours = rates.getFirst();
      if (ours > 0) {
        groups.put(work.title(), rates.stream().map(rate -> rate < 0 ? -1 : rate / ours).toList());
      }
    }
    add(charts, "performance-one-host.svg", "One host, 64 clients: rates, Cairn's is 1", groups);
  }

  private static List<Double> heights(
      Results results, int hosts, WorkKind work, int clients, ToDoubleFunction<Round> figure) {
    return SYSTEMS.stream()
        .map(
            system ->
                results
                    .cell(hosts, system, work.title(), clients)
                    .map(cell -> cell.spread(figure).median())
                    .orElse(-1.0))
        .toList();
  }

  private static void add(
      List<Chart> charts, String file, String title, Map<String, List<Double>> groups) {
    if (groups.values().stream().flatMap(List::stream).anyMatch(height -> height >= 0)) {
      charts.add(new Chart(file, title, SvgDrawing.bars(title, SYSTEMS, groups)));
    }
  }
}
