// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * A figure that is to be reached.
 *
 * @param work what it is about
 * @param unit behind the figures; empty for a ratio
 * @param bound what is to be reached
 * @param most whether the bound is the most that is allowed, and not the least
 * @param worst whether the worst value is meant, and not the one in the middle
 * @param measured finds the figure, if it was measured
 */
public record Goal(
    String work,
    String unit,
    double bound,
    boolean most,
    boolean worst,
    Function<Results, Optional<Spread>> measured) {

  /** One line of the table of goals. */
  public record Row(String work, String measured, String goal, String met) {}

  /** A ratio that must be at least so much. */
  static Goal atLeast(String work, double bound, Function<Results, Optional<Spread>> measured) {
    return new Goal(work, "", bound, false, false, measured);
  }

  /** A figure that must be at most so much. */
  static Goal atMost(
      String work, String unit, double bound, Function<Results, Optional<Spread>> measured) {
    return new Goal(work, unit, bound, true, false, measured);
  }

  Goal atWorst() {
    return new Goal(work, unit, bound, most, true, measured);
  }

  /** Holds the goal against what was measured. */
  Row row(Results results) {
    String goal = (most ? "at most " : "at least ") + Spread.figure(bound) + unit;
    return measured
        .apply(results)
        .map(
            spread -> {
              double value = worst ? (most ? spread.most() : spread.least()) : spread.median();
              boolean met = most ? value <= bound : value >= bound;
              String text = worst ? Spread.figure(value) : spread.text();
              return new Row(work, text + unit, goal, met ? "met" : "**not met**");
            })
        .orElseGet(() -> new Row(work, "-", goal, "not measured"));
  }

  /** A figure of one cell, of turns. */
  static Function<Results, Optional<Spread>> of(
      int hosts, String system, String work, int clients, ToDoubleFunction<Round> figure) {
    return results -> results.cell(hosts, system, work, clients).map(cell -> cell.spread(figure));
  }

  /** The ratio of two cells' rates, turn by turn: both had the same weather. */
  static Optional<Spread> ratio(Optional<Cell> over, Optional<Cell> under) {
    return ratio(over, under, Round::perSecond);
  }

  /** The ratio of a figure of two cells, turn by turn. */
  static Optional<Spread> ratio(
      Optional<Cell> over, Optional<Cell> under, ToDoubleFunction<Round> figure) {
    if (over.isEmpty() || under.isEmpty()) {
      return Optional.empty();
    }
    List<Round> first = over.get().rounds();
    List<Round> second = under.get().rounds();
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < Math.min(first.size(), second.size()); i++) {
      ratios.add(
          figure.applyAsDouble(first.get(i)) / Math.max(1e-9, figure.applyAsDouble(second.get(i))));
    }
    return ratios.isEmpty() ? Optional.empty() : Optional.of(Spread.of(ratios));
  }
}
