// SPDX-License-Identifier: Apache-2.0
package io.cairn.host.utility;

import io.cairn.host.ServiceStats.ServiceStat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.DoublePredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The {@code $filter} of a GET of statistics: comparisons of {@code name}, {@code unit} and the
 * numeric fields with {@code eq ne lt le gt ge}, joined by {@code and}, {@code or}, {@code not} and
 * parentheses. A star in a text matches any run of characters. Not the filter of documents: that one
 * asks for a self link where it negates, and an entry has none. Confined to one call of {@link
 * #parse}.
 */
final class StatsFilter {
  private static final int MAXIMUM_LENGTH = 2_000;
  private static final int MAXIMUM_DEPTH = 50;
  private static final Pattern TOKEN =
      Pattern.compile("\\s*(?:('(?:[^']|'')*')|([()])|([^\\s()'][^\\s()]*))");

  private final List<String> tokens;
  private int position;
  private int depth;

  private StatsFilter(List<String> tokens) {
    this.tokens = tokens;
  }

  /**
   * Reads a filter.
   *
   * @param text the decoded parameter; null lets everything pass
   * @throws IllegalArgumentException if it is not a filter
   */
  static Predicate<ServiceStat> parse(@Nullable String text) {
    if (text == null || text.isBlank()) {
      return stat -> true;
    }
    if (text.length() > MAXIMUM_LENGTH) {
      throw new IllegalArgumentException("$filter is longer than " + MAXIMUM_LENGTH);
    }
    StatsFilter parser = new StatsFilter(tokensOf(text));
    Predicate<ServiceStat> filter = parser.alternatives();
    if (parser.position < parser.tokens.size()) {
      throw new IllegalArgumentException(
          "$filter goes on unexpectedly at: " + parser.tokens.get(parser.position));
    }
    return filter;
  }

  private static List<String> tokensOf(String text) {
    List<String> tokens = new ArrayList<>();
    String trimmed = text.strip();
    Matcher matcher = TOKEN.matcher(trimmed);
    int at = 0;
    while (at < trimmed.length()) {
      if (!matcher.find(at) || matcher.start() != at) {
        throw new IllegalArgumentException("$filter is not readable at: " + trimmed.substring(at));
      }
      tokens.add(matcher.group().strip());
      at = matcher.end();
    }
    return tokens;
  }

  private Predicate<ServiceStat> alternatives() {
    Predicate<ServiceStat> result = conjunction();
    while (accept("or")) {
      result = result.or(conjunction());
    }
    return result;
  }

  private Predicate<ServiceStat> conjunction() {
    Predicate<ServiceStat> result = term();
    while (accept("and")) {
      result = result.and(term());
    }
    return result;
  }

  private Predicate<ServiceStat> term() {
    if (++depth > MAXIMUM_DEPTH) {
      throw new IllegalArgumentException("$filter is nested too deeply");
    }
    Predicate<ServiceStat> result;
    if (accept("not")) {
      result = term().negate();
    } else if (accept("(")) {
      result = alternatives();
      if (!accept(")")) {
        throw new IllegalArgumentException("$filter lacks a closing parenthesis");
      }
    } else {
      result = comparison();
    }
    depth--;
    return result;
  }

  private Predicate<ServiceStat> comparison() {
    String field = next();
    String operator = next().toLowerCase(Locale.ROOT);
    String value = next();
    return switch (field) {
      case "name" -> text(operator, value, stat -> stat.name);
      case "unit" -> text(operator, value, stat -> stat.unit);
      case "latestValue" -> number(operator, value, stat -> stat.latestValue);
      case "accumulatedValue" -> number(operator, value, stat -> stat.accumulatedValue);
      case "version" -> number(operator, value, stat -> stat.version);
      case "lastUpdateMicrosUtc" -> number(operator, value, stat -> stat.lastUpdateMicrosUtc);
      default -> throw new IllegalArgumentException("$filter on an unknown field: " + field);
    };
  }

  private static Predicate<ServiceStat> text(
      String operator, String value, Function<ServiceStat, @Nullable String> of) {
    String expected = unquoted(value);
    if (expected.indexOf('*') >= 0) {
      Predicate<String> matches = wildcard(expected).asMatchPredicate();
      Predicate<ServiceStat> any =
          stat -> {
            String actual = of.apply(stat);
            return actual != null && matches.test(actual);
          };
      return switch (operator) {
        case "eq" -> any;
        case "ne" -> any.negate();
        default -> throw unknownOperator(operator);
      };
    }
    if (operator.equals("eq") || operator.equals("ne")) {
      boolean same = operator.equals("eq");
      return stat -> Objects.equals(of.apply(stat), expected) == same;
    }
    DoublePredicate order = order(operator, 0);
    return stat -> {
      String actual = of.apply(stat);
      return actual != null && order.test(actual.compareTo(expected));
    };
  }

  private static Pattern wildcard(String text) {
    String regex =
        Arrays.stream(text.split("\\*", -1))
            .map(Pattern::quote)
            .collect(Collectors.joining(".*"));
    return Pattern.compile(regex, Pattern.DOTALL);
  }

  private static Predicate<ServiceStat> number(
      String operator, String value, ToDoubleFunction<ServiceStat> of) {
    double bound;
    try {
      bound = Double.parseDouble(unquoted(value));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("$filter compares a number with: " + value, e);
    }
    DoublePredicate order = order(operator, bound);
    return stat -> order.test(of.applyAsDouble(stat));
  }

  private static DoublePredicate order(String operator, double bound) {
    return switch (operator) {
      case "eq" -> value -> value == bound;
      case "ne" -> value -> value != bound;
      case "lt" -> value -> value < bound;
      case "le" -> value -> value <= bound;
      case "gt" -> value -> value > bound;
      case "ge" -> value -> value >= bound;
      default -> throw unknownOperator(operator);
    };
  }

  private static IllegalArgumentException unknownOperator(String operator) {
    return new IllegalArgumentException("$filter has an unknown operator: " + operator);
  }

  private static String unquoted(String value) {
    return value.length() >= 2 && value.startsWith("'") && value.endsWith("'")
        ? value.substring(1, value.length() - 1).replace("''", "'")
        : value;
  }

  private boolean accept(String word) {
    if (position < tokens.size() && tokens.get(position).equalsIgnoreCase(word)) {
      position++;
      return true;
    }
    return false;
  }

  private String next() {
    if (position >= tokens.size()) {
      throw new IllegalArgumentException("$filter ends early");
    }
    return tokens.get(position++);
  }
}
