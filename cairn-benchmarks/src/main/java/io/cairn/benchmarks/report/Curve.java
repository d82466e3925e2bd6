// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.report;

import java.util.List;

/**
 * A rate over time.
 *
 * @param system whose it is
 * @param points in order
 */
public record Curve(String system, List<Point> points) {

  private static final double AGE = 20;

  /**
   * The rate in the interval that ends then.
   *
   * @param seconds since the process was started
   * @param perSecond the rate
   */
  public record Point(double seconds, double perSecond) {}

  /** The rate around 20 seconds after the start, or a negative number if there is none. */
  public double early() {
    return median(AGE - 2, AGE + 3);
  }

  /** The rate in the last sixth of the time: warm, if it was long enough. */
  public double warm() {
    double last = points.isEmpty() ? 0 : points.getLast().seconds();
    return median(last * 5 / 6, last + 1);
  }

  private double median(double from, double until) {
    List<Double> rates =
        points.stream()
            .filter(point -> point.seconds() >= from && point.seconds() < until)
            .map(Point::perSecond)
            .toList();
    return rates.isEmpty() ? -1 : Spread.of(rates).median();
  }
}
