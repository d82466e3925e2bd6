// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the text format of Prometheus strictly: every line is what the format knows, every sample
 * belongs to the family that was announced before it, none comes twice, and the buckets of a
 * histogram add up. {@code promtool} reads it too where it is installed.
 */
public final class ExpositionText {
  private static final Pattern COMMENT =
      Pattern.compile("# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)");
  private static final Pattern SAMPLE =
      Pattern.compile(
          "([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)\\})? (NaN|[+-]?Inf|[+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)");
  private static final Pattern LABEL =
      Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\\n]|\\\\[\\\\\"n])*)\"(?:,|$)");
  private static final Set<String> TYPES =
      Set.of("counter", "gauge", "histogram", "summary", "untyped");

  private final Map<String, String> types = new TreeMap<>();
  private final Map<String, Map<String, Double>> samples = new TreeMap<>();
  private final Map<String, Set<String>> labels = new TreeMap<>();

  private ExpositionText() {}

  /** Reads a text; fails if it is not right. */
  public static ExpositionText read(String text) {
    assertThat(text).endsWith("\n");
    ExpositionText read = new ExpositionText();
    Set<String> helped = new HashSet<>();
    String family = "";
    for (String line : text.lines().toList()) {
      Matcher comment = COMMENT.matcher(line);
      if (comment.matches()) {
        family = comment.group(2);
        if (comment.group(1).equals("HELP")) {
          assertThat(helped.add(family)).as("help once: " + line).isTrue();
        } else {
          assertThat(comment.group(3)).as(line).isIn(TYPES);
          assertThat(read.types.put(family, comment.group(3))).as("type once: " + line).isNull();
        }
      } else {
        read.sample(line, family);
      }
    }
    assertThat(read.types.keySet()).isEqualTo(helped);
    read.types.forEach(read::checkBuckets);
    return read;
  }

  private void sample(String line, String family) {
    Matcher sample = SAMPLE.matcher(line);
    assertThat(sample.matches()).as(line).isTrue();
    String name = sample.group(1);
    String type = types.get(family);
    List<String> suffixes =
        switch (String.valueOf(type)) {
          case "histogram" -> List.of("_bucket", "_sum", "_count");
          case "summary" -> List.of("", "_sum", "_count");
          default -> List.of("");
        };
    assertThat(suffixes.stream().map(suffix -> family + suffix)).as(line).contains(name);
    String given = sample.group(2) == null ? "" : sample.group(2);
    Matcher label = LABEL.matcher(given);
    int end = 0;
    Set<String> names = labels.computeIfAbsent(family, _ -> new TreeSet<>());
    while (label.find()) {
      assertThat(label.start()).as(line).isEqualTo(end);
      end = label.end();
      if (!label.group(1).equals("le") && !label.group(1).equals("quantile")) {
        names.add(label.group(1));
      }
    }
    assertThat(end).as(line).isEqualTo(given.length());
    double value = Double.parseDouble(sample.group(3).replace("Inf", "Infinity"));
    assertThat(samples.computeIfAbsent(name, _ -> new TreeMap<>()).put(given, value))
        .as("once: " + line)
        .isNull();
    if (type != null && type.equals("counter")) {
      assertThat(value).as(line).isGreaterThanOrEqualTo(0);
      assertThat(name).endsWith("_total");
    }
  }

  private void checkBuckets(String family, String type) {
    if (!type.equals("histogram")) {
      return;
    }
    samples
        .get(family + "_count")
        .forEach(
            (given, count) -> {
              String last = (given.isEmpty() ? "" : given + ",") + "le=\"+Inf\"";
              assertThat(samples.get(family + "_bucket")).as(family).containsEntry(last, count);
            });
  }

  /** The families, with their types. */
  public Map<String, String> types() {
    return types;
  }

  /** The labels of a family, but for those that histograms and summaries have. */
  public Set<String> labels(String family) {
    return labels.getOrDefault(family, Set.of());
  }

  /** The value of a sample; its labels as the text has them, empty for none. */
  public double value(String name, String given) {
    Map<String, Double> found = samples.getOrDefault(name, Map.of());
    assertThat(found).as(name).containsKey(given);
    return found.get(given);
  }
}
