// SPDX-License-Identifier: Apache-2.0
package io.cairn.query;

import io.cairn.query.QueryFilter.UnsupportedMatchTypeException;
import io.cairn.query.QueryTask.NumericRange;
import io.cairn.query.QueryTask.QueryTerm;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import java.math.BigDecimal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Decides about one value of a property. Immutable. */
sealed interface ValueMatcher {
  /** Decides about a token. */
  boolean matchesText(String value);

  /** Decides about a number; dates are microseconds since the Unix epoch. */
  boolean matchesNumber(BigDecimal value);

  static ValueMatcher of(QueryTerm term) {
    if (term.range != null) {
      return new InRange(decimal(term.range.min), decimal(term.range.max), term.range);
    }
    String wanted = Objects.requireNonNull(term.matchValue);
    MatchType type = term.matchType == null ? MatchType.TERM : term.matchType;
    return switch (type) {
      case TERM -> new Exactly(wanted, numberOrNull(wanted));
      case PREFIX -> new StartsWith(wanted);
      case WILDCARD -> new Like(wanted);
      case PHRASE ->
          throw new UnsupportedMatchTypeException(
              "Phrases cannot be matched in memory (property " + term.propertyName + ")");
    };
  }

  /** The whole value; a number is compared as a number. */
  record Exactly(String wanted, @Nullable BigDecimal number) implements ValueMatcher {
    @Override
    public boolean matchesText(String value) {
      return wanted.equals(value);
    }

    @Override
    public boolean matchesNumber(BigDecimal value) {
      return number != null && number.compareTo(value) == 0;
    }
  }

  /** The beginning of a token. */
  record StartsWith(String prefix) implements ValueMatcher {
    @Override
    public boolean matchesText(String value) {
      return value.startsWith(prefix);
    }

    @Override
    public boolean matchesNumber(BigDecimal value) {
      return false;
    }
  }

  /** A pattern: {@code *} any characters, {@code ?} one, a backslash takes the next literally. */
  record Like(String pattern) implements ValueMatcher {
    @Override
    public boolean matchesText(String value) {
      return Wildcard.matches(pattern, value);
    }

    @Override
    public boolean matchesNumber(BigDecimal value) {
      return pattern.equals("*");
    }
  }

  /** A number between bounds; a null bound is open. */
  record InRange(@Nullable BigDecimal min, @Nullable BigDecimal max, NumericRange<?> range)
      implements ValueMatcher {
    @Override
    public boolean matchesText(String value) {
      return false;
    }

    @Override
    public boolean matchesNumber(BigDecimal value) {
      if (isNothing(range.min, true) || isNothing(range.max, false)) {
        return false;
      }
      int low = min == null ? 1 : value.compareTo(min);
      int high = max == null ? -1 : value.compareTo(max);
      return (low > 0 || (low == 0 && range.isMinInclusive))
          && (high < 0 || (high == 0 && range.isMaxInclusive));
    }

    /** A bound that no finite number satisfies: not a number, or infinity on the wrong side. */
    private static boolean isNothing(@Nullable Number bound, boolean lower) {
      double value = bound == null ? 0 : bound.doubleValue();
      return Double.isNaN(value)
          || value == (lower ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY);
    }
  }

  private static @Nullable BigDecimal decimal(@Nullable Number bound) {
    return switch (bound) {
      case null -> null;
      case Double d when d.isInfinite() || d.isNaN() -> null;
      case Double d -> BigDecimal.valueOf(d);
      default -> new BigDecimal(bound.toString());
    };
  }

  private static @Nullable BigDecimal numberOrNull(String text) {
    return text.matches("[+-]?[0-9]{1,30}(\\.[0-9]{1,30})?") ? new BigDecimal(text) : null;
  }
}
