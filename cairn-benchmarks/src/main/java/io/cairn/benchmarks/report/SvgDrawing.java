// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Draws bars in groups, and lines over time, that can be read on a light page and on a dark one.
 */
final class SvgDrawing {

  private static final int WIDTH = 720;
  private static final int HEIGHT = 320;
  private static final int LEFT = 64;
  private static final int RIGHT = 16;
  private static final int TOP = 56;
  private static final int BOTTOM = 36;
  private static final int LINES = 4;
  private static final int KEY_WIDTH = 120;
  private static final double ROUND_SECONDS = 20;

  /** A system has the same colour everywhere; one that is not named has the last. */
  private static final List<String> COLOURS = List.of(Goals.CAIRN, Goals.ETCD, Goals.XENON);

  private static final String STYLE =
      """
      <style>
      text { font: 12px sans-serif; fill: #333333 }
      .title { font-weight: bold; font-size: 14px }
      .grid { stroke: #cccccc }
      .c0 { fill: #1f6fb4 } .c1 { fill: #d9730d } .c2 { fill: #4b9e46 } .c3 { fill: #8a6bb8 }
      .l0 { stroke: #1f6fb4 } .l1 { stroke: #d9730d } .l2 { stroke: #4b9e46 } .l3 { stroke: #8a6bb8 }
      polyline { fill: none; stroke-width: 2 }
      @media (prefers-color-scheme: dark) { text { fill: #dddddd } .grid { stroke: #555555 } }
      </style>
      """;

  private final StringBuilder svg = new StringBuilder();
  private final double highest;

  private SvgDrawing(String title, List<String> names, double highest) {
    this.highest = ceiling(highest);
    svg.append(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\">\n"
            .formatted(WIDTH, HEIGHT));
    svg.append("<title>").append(escape(title)).append("</title>\n").append(STYLE);
    text("title", LEFT, 20, "start", title);
    int x = LEFT;
    for (String name : names) {
      svg.append(
          "<rect class=\"c%d\" x=\"%d\" y=\"31\" width=\"10\" height=\"10\"/>\n"
              .formatted(colour(name), x));
      text("", x + 15, 40, "start", name);
      x += KEY_WIDTH;
    }
    for (int i = 0; i <= LINES; i++) {
      double value = this.highest * i / LINES;
      svg.append(
          String.format(
              Locale.ROOT,
              "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>%n",
              LEFT,
              WIDTH - RIGHT,
              y(value),
              y(value)));
      text("", LEFT - 6, y(value) + 4, "end", Spread.figure(value));
    }
  }

  /**
   * Bars side by side.
   *
   * @param names of the bars of a group
   * @param groups the heights of each group's bars; negative for none
   */
  static String bars(String title, List<String> names, Map<String, List<Double>> groups) {
    double highest =
        groups.values().stream()
            .flatMap(List::stream)
            .mapToDouble(Double::doubleValue)
            .max()
            .orElse(1);
    SvgDrawing drawing = new SvgDrawing(title, names, highest);
    double slot = (double) (WIDTH - LEFT - RIGHT) / Math.max(1, groups.size());
    double bar = slot * 0.8 / Math.max(1, names.size());
    int group = 0;
    for (Map.Entry<String, List<Double>> each : groups.entrySet()) {
      double left = LEFT + group++ * slot;
      drawing.text("", left + slot / 2, HEIGHT - BOTTOM + 18, "middle", each.getKey());
      for (int i = 0; i < each.getValue().size(); i++) {
        drawing.bar(colour(names.get(i)), left + slot * 0.1 + i * bar, bar, each.getValue().get(i));
      }
    }
    return drawing.end();
  }

  /** Lines over seconds. */
  static String lines(String title, List<Curve> curves) {
    List<Curve.Point> all = curves.stream().flatMap(curve -> curve.points().stream()).toList();
    double highest = all.stream().mapToDouble(Curve.Point::perSecond).max().orElse(1);
    double end = all.stream().mapToDouble(Curve.Point::seconds).max().orElse(1);
    double last = Math.ceil(Math.max(1, end) / ROUND_SECONDS) * ROUND_SECONDS;
    SvgDrawing drawing =
        new SvgDrawing(title, curves.stream().map(Curve::system).toList(), highest);
    double width = WIDTH - LEFT - RIGHT;
    for (int i = 0; i <= LINES; i++) {
      String label = Math.round(last * i / LINES) + " s";
      String anchor = i == LINES ? "end" : "middle";
      drawing.text("", LEFT + width * i / LINES, HEIGHT - BOTTOM + 18, anchor, label);
    }
    for (Curve curve : curves) {
      List<String> points = new ArrayList<>();
      for (Curve.Point point : curve.points()) {
        points.add(
            String.format(
                Locale.ROOT,
                "%.1f,%.1f",
                LEFT + width * point.seconds() / last,
                drawing.y(point.perSecond())));
      }
      drawing.svg.append(
          "<polyline class=\"l%d\" points=\"%s\"/>\n"
              .formatted(colour(curve.system()), String.join(" ", points)));
    }
    return drawing.end();
  }

  private void bar(int colour, double x, double width, double value) {
    if (value < 0) {
      return;
    }
    svg.append(
        String.format(
            Locale.ROOT,
            "<rect class=\"c%d\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>%n",
            colour,
            x,
            y(value),
            width - 2,
            y(0) - y(value)));
    text("", x + width / 2 - 1, y(value) - 4, "middle", Spread.figure(value));
  }

  private static int colour(String system) {
    int known = COLOURS.indexOf(system);
    return known < 0 ? COLOURS.size() : known;
  }

  private double y(double value) {
    return HEIGHT - BOTTOM - value / highest * (HEIGHT - TOP - BOTTOM);
  }

  private void text(String style, double x, double y, String anchor, String text) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
            style,
            x,
            y,
            anchor,
            escape(text)));
  }

  private String end() {
    return svg.append("</svg>\n").toString();
  }

  /** The next number whose quarters are easily read. */
  static double ceiling(double value) {
    double power = Math.pow(10, Math.floor(Math.log10(Math.max(value, 1e-6))));
    for (double step : new double[] {1, 2, 4, 6, 8, 10}) {
      if (step * power >= value) {
        return step * power;
      }
    }
    return 10 * power;
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
