// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.cairn.benchmarks.load.WorkKind;
import io.cairn.benchmarks.systems.BareNetty;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/** Figures become medians, ratios and verdicts. */
class GoalsTest {

  @Test
  void theMiddleOneOfSomeValuesIsTheirMedian() {
    assertThat(Spread.of(List.of(5.0, 1.0, 3.0))).isEqualTo(new Spread(3, 1, 5, 3));
    assertThat(Spread.of(List.of(4.0, 1.0, 3.0, 2.0)).median()).isEqualTo(2.5);
    assertThat(Spread.of(List.of(7.0)).text()).isEqualTo("7.00");
    assertThat(Spread.of(List.of(1_234.4, 1_000.0, 2_000.0)).text())
        .isEqualTo("1,234 (1,000-2,000)");
    assertThatThrownBy(() -> Spread.of(List.of())).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void ratiosAreTakenRoundByRound() {
    Results results = new Results();
    results.cells().add(cell(3, Goals.CAIRN, WorkKind.PATCH, 1, 300, 100, 200));
    results.cells().add(cell(3, Goals.ETCD, WorkKind.PATCH, 1, 200, 100, 100));

    Goal.Row row = row(results, "3 nodes PATCH, 1 client, to etcd");

    assertThat(row.measured()).isEqualTo("1.50 (1.00-2.00)");
    assertThat(row.met()).isEqualTo("met");
  }

  @Test
  void whatIsBelowItsGoalIsNotMet() {
    Results results = new Results();
    results.cells().add(cell(3, Goals.CAIRN, WorkKind.PATCH, 64, 400));
    results.cells().add(cell(3, Goals.ETCD, WorkKind.PATCH, 64, 200));

    assertThat(Goals.rows(results))
        .anySatisfy(
            row -> {
              assertThat(row.goal()).isEqualTo("at least 3.00");
              assertThat(row.measured()).isEqualTo("2.00");
              assertThat(row.met()).isEqualTo("**not met**");
            });
  }

  @Test
  void whatIsAboveTheMostIsNotMet() {
    Results results = new Results();
    results.cells().add(cell(3, Goals.CAIRN, WorkKind.PATCH, 64, 1));

    Goal.Row switches = row(results, "CPU a replicated PATCH");

    assertThat(switches.measured()).isEqualTo("20.0 us");
    assertThat(switches.met()).isEqualTo("met");
  }

  @Test
  void theWorstKillCounts() {
    Results results = new Results();
    results
        .facts()
        .add(new Fact("Failover", Goals.CAIRN, Goals.FAILOVER, "ms", List.of(500.0, 550.0, 950.0)));

    List<Goal.Row> rows = Goals.rows(results);

    assertThat(rows.get(rows.size() - 2).met()).isEqualTo("met");
    assertThat(rows.getLast().measured()).isEqualTo("950 ms");
    assertThat(rows.getLast().met()).isEqualTo("**not met**");
  }

  @Test
  void nothingIsMetThatWasNotMeasured() {
    assertThat(Goals.rows(new Results()))
        .hasSize(20)
        .allSatisfy(row -> assertThat(row.met()).isEqualTo("not measured"));
  }

  @Test
  void theRateAtTwentySecondsIsHeldAgainstTheLast() {
    List<Curve.Point> points =
        DoubleStream.iterate(5, second -> second <= 120, second -> second + 1)
            .mapToObj(second -> new Curve.Point(second, second < 60 ? 300 : 1_000))
            .toList();
    Results results = new Results();
    results.curves().add(new Curve(Goals.CAIRN, points));

    assertThat(results.curve(Goals.CAIRN).orElseThrow().early()).isEqualTo(300, within(1e-9));
    assertThat(row(results, "rate 20 s after start").measured()).isEqualTo("0.30");
  }

  @Test
  void aCurveThatEndsEarlierSaysNothing() {
    Results results = new Results();
    results.curves().add(new Curve(Goals.CAIRN, List.of(new Curve.Point(3, 10))));

    assertThat(row(results, "rate 20 s after start").met()).isEqualTo("not measured");
  }

  @Test
  void queriesAreHeldAgainstXenonAndLucene() {
    Results results = new Results();
    results.cells().add(cell(1, Goals.CAIRN, WorkKind.COUNT, 1, 90));
    results.cells().add(cell(1, Goals.XENON, WorkKind.COUNT, 1, 100));
    results.cells().add(cell(1, BareNetty.LUCENE, WorkKind.COUNT, 1, 110));

    List<Goal.Row> rows = QueryGoals.rows(results);

    assertThat(rows).hasSize(4);
    assertThat(rows.get(0).work()).isEqualTo("count one of 20 values, 1 client, to Xenon");
    assertThat(rows.get(0).met()).isEqualTo("**not met**");
    assertThat(rows.get(1).measured()).as("processor time").isEqualTo("1.00");
    assertThat(rows.get(2).measured()).isEqualTo("0.82");
    assertThat(rows.get(2).met()).isEqualTo("met");
  }

  @Test
  void whatFailedIsComparedWithNothing() {
    Results results = new Results();
    results.cells().add(cell(1, Goals.CAIRN, WorkKind.COUNT, 1, 90));
    Cell failed = cell(1, Goals.XENON, WorkKind.COUNT, 1, 1);
    results
        .cells()
        .add(
            new Cell(
                1,
                failed.system(),
                failed.work(),
                1,
                List.of(new Round(0, 5, 20, 1, 3, 4, 500, 6)),
                failed.latency(),
                failed.calls()));

    assertThat(QueryGoals.rows(results)).isEmpty();
  }

  static Goal.Row row(Results results, String beginning) {
    return Goals.rows(results).stream()
        .filter(row -> row.work().startsWith(beginning))
        .findFirst()
        .orElseThrow();
  }

  static Cell cell(int hosts, String system, WorkKind work, int clients, double... rates) {
    return new Cell(
        hosts,
        system,
        work.title(),
        clients,
        DoubleStream.of(rates).mapToObj(rate -> new Round(rate, 0, 20, 1, 3, 4, 500, 6)).toList(),
        new Cell.Latency(1, 2, 3, 4, 5),
        new Cell.Calls(19, 0.4));
  }
}
