// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * The options of a request. They may stand before the verb, as {@code xenonc} wanted it, or after
 * it; the later place wins. Most have no long name, so that the fields of a body keep theirs.
 * Declared in code, because scanning annotations costs start-up time.
 */
final class RequestOptions {
  static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);
  static final String DEFAULT_HOST = "http://localhost:8000";

  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|)");

  private final List<ParseResult> innermostFirst;
  private final Map<String, String> environment;

  private RequestOptions(List<ParseResult> innermostFirst, Map<String, String> environment) {
    this.innermostFirst = innermostFirst;
    this.environment = environment;
  }

  static void declareOn(CommandSpec spec) {
    text(
        spec,
        "URL",
        "the host (default: $CAIRN, then $XENON, then " + DEFAULT_HOST + ")",
        "--host",
        "-xenon");
    text(
        spec,
        "FILE",
        "take the body from a JSON or YAML file, - for standard input; fields on the"
            + " command line override its fields",
        "-i");
    texts(spec, "NAME=VALUE", "add a query parameter; repeatable", "-q");
    texts(spec, "'NAME: VALUE'", "add a header; repeatable", "-H");
    texts(spec, "DIRECTIVE", "add a pragma directive, such as xn-queue; repeatable", "--pragma");
    text(spec, "TOKEN", "sign in with this token (default: $CAIRN_TOKEN)", "--token");
    text(spec, "PATH", "print only this part of the answer, such as .name or .tags[0]", "-s");
    text(
        spec,
        "FORMAT",
        "json (as received), pretty or yaml; default: pretty on a terminal, json" + " in a pipe",
        "-o");
    flag(spec, "print the request and send nothing", "-x", "-n", "--dry-run");
    text(spec, "FILE", "write request and answer to this file, - for standard error", "-t");
    text(spec, "TIME", "give up after 500ms, 30s, 2m (default: 60s)", "--timeout");
    text(
        spec,
        "FILE",
        "trust the certificates in this PEM file only (default: $CAIRN_CACERT)",
        "--cacert");
    flag(spec, "trust any certificate; for tests only", "--insecure");
    spec.addOption(
        OptionSpec.builder("-h", "--help").usageHelp(true).description("show this help").build());
  }

  /** The options given to {@code spec} and to the commands above it. */
  static RequestOptions of(CommandSpec spec, Map<String, String> environment) {
    List<ParseResult> results = new ArrayList<>();
    for (CommandSpec at = spec; at != null; at = at.parent()) {
      results.add(at.commandLine().getParseResult());
    }
    return new RequestOptions(results, environment);
  }

  String host() {
    return value("--host")
        .or(() -> environment("CAIRN"))
        .or(() -> environment("XENON"))
        .orElse(DEFAULT_HOST);
  }

  Optional<String> input() {
    return value("-i");
  }

  List<String> query() {
    return values("-q");
  }

  List<String> headers() {
    return values("-H");
  }

  List<String> pragmas() {
    return values("--pragma");
  }

  Optional<String> token() {
    return value("--token");
  }

  Optional<String> environmentToken() {
    return environment("CAIRN_TOKEN");
  }

  Optional<FieldPath> selector() {
    return value("-s").map(FieldPath::parse);
  }

  AnswerPrinter.Format format(boolean onTerminal) {
    String name = value("-o").orElse(onTerminal ? "pretty" : "json");
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "json" -> AnswerPrinter.Format.JSON;
      case "pretty" -> AnswerPrinter.Format.PRETTY;
      case "yaml" -> AnswerPrinter.Format.YAML;
      default -> throw CommandFailure.usage("-o takes json, pretty or yaml, not '" + name + "'");
    };
  }

  boolean hasFormat() {
    return value("-o").isPresent();
  }

  boolean isDryRun() {
    return isSet("-x");
  }

  Optional<String> trace() {
    return value("-t");
  }

  Duration timeout() {
    return value("--timeout").map(RequestOptions::duration).orElse(DEFAULT_TIMEOUT);
  }

  Optional<String> certificates() {
    return value("--cacert").or(() -> environment("CAIRN_CACERT"));
  }

  boolean isInsecure() {
    return isSet("--insecure");
  }

  private Optional<String> environment(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }

  private Optional<String> value(String option) {
    return innermostFirst.stream()
        .filter(result -> result.hasMatchedOption(option))
        .findFirst()
        .map(result -> result.matchedOptionValue(option, ""));
  }

  private List<String> values(String option) {
    List<String> all = new ArrayList<>();
    for (ParseResult result : innermostFirst.reversed()) {
      all.addAll(result.matchedOptionValue(option, List.<String>of()));
    }
    return all;
  }

  private boolean isSet(String option) {
    return innermostFirst.stream().anyMatch(result -> result.hasMatchedOption(option));
  }

  private static Duration duration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
      throw CommandFailure.usage("--timeout takes a time such as 500ms, 30s or 2m, not " + text);
    }
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "m" -> Duration.ofMinutes(amount);
      default -> Duration.ofSeconds(amount);
    };
  }

  private static void text(CommandSpec spec, String label, String description, String... names) {
    spec.addOption(
        OptionSpec.builder(names)
            .type(String.class)
            .arity("1")
            .paramLabel(label)
            .description(description)
            .build());
  }

  private static void texts(CommandSpec spec, String label, String description, String name) {
    spec.addOption(
        OptionSpec.builder(name)
            .type(List.class)
            .auxiliaryTypes(String.class)
            .arity("1")
            .paramLabel(label)
            .description(description)
            .build());
  }

  private static void flag(CommandSpec spec, String description, String... names) {
    spec.addOption(
        OptionSpec.builder(names).type(boolean.class).arity("0").description(description).build());
  }
}
