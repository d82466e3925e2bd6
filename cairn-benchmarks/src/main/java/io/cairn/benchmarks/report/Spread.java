// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.report;

import java.util.List;
import java.util.Locale;

/** The middle one of some values, and how far the others are from it. */
public record Spread(double median, double least, double most, int count) {

  /** Of at least one value. */
  public static Spread of(List<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("No value has no middle");
    }
    List<Double> sorted = values.stream().sorted().toList();
    int half = sorted.size() / 2;
    double median =
        sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    return new Spread(median, sorted.getFirst(), sorted.getLast(), sorted.size());
  }

  /** The middle one and, if there are others, the range. */
  String text() {
    return count == 1
        ? figure(median)
        : figure(median) + " (" + figure(least) + "-" + figure(most) + ")";
  }

  /** Three digits that count, in the manner that figures are read. */
  static String figure(double value) {
    double size = Math.abs(value);
    String format =
        size >= 100 || size == 0 ? "%,.0f" : size >= 10 ? "%.1f" : size >= 0.1 ? "%.2f" : "%.3f";
    return String.format(Locale.ROOT, format, value);
  }
}
