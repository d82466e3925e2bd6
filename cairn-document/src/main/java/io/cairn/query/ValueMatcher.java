// SPDX-License-Identifier: Apache-2.0
package io.cairn.query;

import io.cairn.query.QueryTask.QueryTerm;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides about one value of a property. Immutable. */
sealed interface ValueMatcher
    permits ValueMatcher.Exactly,
        ValueMatcher.StartsWith,
        ValueMatcher.Like,
        ValueMatcher.Phrase,
        ValueMatcher.InRange,
        DocumentValues,
        FilterIndex.Values,
        Highlighter.Marking,
        SortValue.First {
  /** How a text is indexed. */
  enum TextForm {
    /** As one token. */
    EXACT,
    /** As one token in lower case. */
    LOWER_CASE,
    /** As its words. */
    WORDS
  }

  /** Decides about a text as it stands in the document. */
  default boolean matches(String text, TextForm form) {
    return switch (form) {
      case EXACT -> matchesText(text);
      case LOWER_CASE -> matchesText(text.toLowerCase(Locale.ENGLISH));
      case WORDS -> matchesEverything() || matchesWords(Words.of(text));
    };
  }

  /** Decides about a token. */
  default boolean matchesText(String value) {
    return false;
  }

  /** Decides about a text that is indexed as its words. */
  default boolean matchesWords(List<String> words) {
    return words.stream().anyMatch(this::matchesText);
  }

  /**
   * Decides about a number in its indexed form, Long or Double; dates are microseconds since the
   * Unix epoch.
   */
  default boolean matchesNumber(Number indexed) {
    return false;
  }

  /** Whether every value matches, so that only its absence does not. */
  default boolean matchesEverything() {
    return false;
  }

  static ValueMatcher of(QueryTerm term) {
    if (term.range != null) {
      return new InRange(NumberRange.of(term.range));
    }
    String wanted = Objects.requireNonNull(term.matchValue);
    MatchType type = term.matchType == null ? MatchType.TERM : term.matchType;
    return switch (type) {
      case TERM -> new Exactly(wanted, pointOrNull(wanted));
      case PREFIX -> new StartsWith(wanted);
      case WILDCARD -> new Like(wanted);
      case PHRASE -> new Phrase(wanted, Words.of(wanted));
    };
  }

  /** The whole value; a number is compared as a number. */
  record Exactly(String wanted, @Nullable NumberRange point) implements ValueMatcher {
    @Override
    public boolean matchesText(String value) {
      return wanted.equals(value);
    }

    @Override
    public boolean matchesNumber(Number indexed) {
      return point != null && point.contains(indexed);
    }

    /** The text, and the double nearest to the number: a value that matches is one of them. */
    Set<Object> values() {
      return point == null || point.min() == null
          ? Set.of(wanted)
          : Set.of(wanted, Numbers.unsigned(point.min().doubleValue()));
    }
  }

  /** The beginning of a token. */
  record StartsWith(String prefix) implements ValueMatcher {
    @Override
    public boolean matchesText(String value) {
      return value.startsWith(prefix);
    }
  }

  /** A pattern: {@code *} any characters, {@code ?} one, a backslash takes the next literally. */
  record Like(String pattern) implements ValueMatcher {
    @Override
    public boolean matchesText(String value) {
      return Wildcard.matches(pattern, value);
    }

    @Override
    public boolean matchesNumber(Number indexed) {
      return matchesEverything();
    }

    @Override
    public boolean matchesEverything() {
      return Wildcard.matchesEverything(pattern);
    }
  }

  /** The words next to each other and in order; of what is not indexed as words, the whole. */
  record Phrase(String wanted, List<String> wantedWords) implements ValueMatcher {
    @Override
    public boolean matchesText(String value) {
      return wanted.equals(value);
    }

    @Override
    public boolean matchesWords(List<String> words) {
      return !wantedWords.isEmpty() && Collections.indexOfSubList(words, wantedWords) >= 0;
    }
  }

  /** A number between bounds. */
  record InRange(NumberRange range) implements ValueMatcher {
    @Override
    public boolean matchesNumber(Number indexed) {
      return range.contains(indexed);
    }
  }

  private static @Nullable NumberRange pointOrNull(String text) {
    BigDecimal number = Numbers.parseNumberOrTime(text);
    return number == null ? null : NumberRange.point(number);
  }
}
