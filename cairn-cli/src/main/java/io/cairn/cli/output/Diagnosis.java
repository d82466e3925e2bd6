// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli.output;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What the nodes of a group have found, put together: what several of them see is said once. */
public final class Diagnosis {

  /** How something is; the later, the worse. */
  public enum Verdict {
    /** Nothing was found. */
    OK,
    /** Everything is served, but something is to be done. */
    WARNING,
    /** Something is not served, or does not go away by waiting. */
    FAILED
  }

  private final Map<String, Check> checks = new LinkedHashMap<>();

  /** Something that was looked at, by whomever. */
  private static final class Check {
    private final String about;
    private Verdict verdict = Verdict.OK;

    /** What was found, with what to do about it and the nodes that see it. */
    private final Map<Finding, TreeSet<String>> findings = new LinkedHashMap<>();

    Check(String about) {
      this.about = about;
    }
  }

  private record Finding(String found, String advice) {}

  /** Takes what a node has answered. */
  public void add(String node, JsonNode checkup) {
    for (JsonNode each : checkup.path("checks")) {
      String name = each.path("name").asString("");
      Check check = check(name, each.path("about").asString(""));
      check.verdict = worse(check.verdict, verdict(each.path("verdict").asString("")));
      for (JsonNode finding : each.path("findings")) {
        note(
            check,
            new Finding(finding.path("found").asString(""), finding.path("advice").asString("")),
            node);
      }
    }
  }

  /** Takes something that was looked at from here. */
  public void looked(String name, String about) {
    check(name, about);
  }

  /** Takes something that was found from here. */
  public void found(String name, Verdict verdict, String found, String advice) {
    Check check = check(name, "");
    check.verdict = worse(check.verdict, verdict);
    note(check, new Finding(found, advice), "");
  }

  private Check check(String name, String about) {
    return checks.computeIfAbsent(name, any -> new Check(about));
  }

  private static void note(Check check, Finding finding, String node) {
    TreeSet<String> nodes = check.findings.computeIfAbsent(finding, any -> new TreeSet<>());
    if (!node.isEmpty()) {
      nodes.add(node);
    }
  }

  /** A newer host may have verdicts of its own. */
  private static Verdict verdict(String name) {
    return switch (name.toUpperCase(Locale.ROOT)) {
      case "OK" -> Verdict.OK;
      case "FAILED" -> Verdict.FAILED;
      default -> Verdict.WARNING;
    };
  }

  private static Verdict worse(Verdict a, Verdict b) {
    return a.compareTo(b) >= 0 ? a : b;
  }

  /** The worst of all checks'. */
  public Verdict verdict() {
    return checks.values().stream()
        .map(check -> check.verdict)
        .reduce(Verdict.OK, Diagnosis::worse);
  }

  /** As a document. */
  public ObjectNode json() {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("verdict", verdict().name());
    ArrayNode all = document.putArray("checks");
    checks.forEach(
        (name, check) -> {
          ObjectNode one = all.addObject();
          one.put("name", name).put("about", check.about).put("verdict", check.verdict.name());
          ArrayNode findings = one.putArray("findings");
          check.findings.forEach(
              (finding, nodes) -> {
                ObjectNode each = findings.addObject();
                each.put("found", finding.found()).put("advice", finding.advice());
                nodes.forEach(each.putArray("seenBy")::add);
              });
        });
    return document;
  }

  /** For people: a line for each check, and below it what was found and what to do. */
  public String text(Colours colours) {
    StringBuilder text = new StringBuilder();
    checks.forEach(
        (name, check) -> {
          text.append(colours.of(check.verdict, "%-8s".formatted(word(check.verdict))))
              .append("%-14s".formatted(name))
              .append(check.verdict == Verdict.OK ? check.about : "")
              .append('\n');
          check.findings.forEach((finding, nodes) -> append(text, finding, nodes));
        });
    return text.toString();
  }

  private static void append(StringBuilder text, Finding finding, Set<String> nodes) {
    String seen = nodes.isEmpty() ? "" : " (seen by " + String.join(", ", nodes) + ")";
    // Nodes repeat what strangers have called themselves.
    text.append("        - ").append(TextTable.printable(finding.found() + seen)).append('\n');
    text.append("          to do: ").append(TextTable.printable(finding.advice())).append('\n');
  }

  private static String word(Verdict verdict) {
    return verdict == Verdict.OK ? "ok" : verdict.name();
  }

  /**
   * How verdicts look.
   *
   * @param on whether in colours
   */
  public record Colours(boolean on) {
    private static final String RESET = "\u001b[0m";

    String of(Verdict verdict, String text) {
      if (!on) {
        return text;
      }
      String colour =
          switch (verdict) {
            case OK -> "\u001b[32m";
            case WARNING -> "\u001b[33m";
            case FAILED -> "\u001b[31m";
          };
      return colour + text + RESET;
    }
  }
}
