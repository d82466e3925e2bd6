// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.search;

import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.query.NumberRange;
import io.cairn.query.Numbers;
import io.cairn.query.QueryTask;
import io.cairn.query.QueryTask.NumericRange;
import io.cairn.query.QueryTask.QueryTerm;
import io.cairn.query.QueryValidation;
import io.cairn.query.SortableNumber;
import io.cairn.query.Wildcard;
import io.cairn.query.Words;
import io.cairn.store.index.ExactToken;
import io.cairn.store.index.IndexFields;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.lucene.document.DoublePoint;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.SortedSetDocValuesField;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.FieldExistsQuery;
import org.apache.lucene.search.IndexOrDocValuesQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TermRangeQuery;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.automaton.TooComplexToDeterminizeException;
import org.jspecify.annotations.Nullable;

/**
 * Translates a query document to Lucene. A property name stands for several Lucene fields ({@link
 * IndexFields}); those that no segment has are left out. What cannot be translated is an {@link
 * IllegalArgumentException} that says what to do.
 */
final class QueryTranslator {
  private static final int MAX_CLAUSES = 1_000;
  private static final int MAX_SET = 100_000;
  private static final int MAX_DEPTH = 50;

  /** From this many alternatives of one property on, they are one set query. */
  private static final int SET_THRESHOLD = 16;

  private final Predicate<String> hasField;
  private final Consumer<String> requireIndexed;
  private final PatternBudget patterns;
  private boolean isByWholeLinks;
  private int clauses;

  /**
   * Prepares for one query.
   *
   * @param hasField whether the index has a field
   * @param requireIndexed refuses a name that is not indexed though documents have it
   * @param patterns what the patterns may cost
   */
  QueryTranslator(
      Predicate<String> hasField, Consumer<String> requireIndexed, PatternBudget patterns) {
    this.hasField = hasField;
    this.requireIndexed = requireIndexed;
    this.patterns = patterns;
  }

  /**
   * From now on looks for beginnings of links among links alone: for entries that hold several old
   * versions, which say no parent.
   */
  QueryTranslator byWholeLinks() {
    isByWholeLinks = true;
    return this;
  }

  /** Translates a query, the occurrence of its root included. */
  Query translate(QueryTask.Query query) {
    clauses = 0;
    Query translated = node(query, 0);
    if (query.occurance == QueryTask.Query.Occurance.MUST_NOT_OCCUR) {
      return new BooleanQuery.Builder()
          .add(MatchAllDocsQuery.INSTANCE, Occur.FILTER)
          .add(translated, Occur.MUST_NOT)
          .build();
    }
    return translated;
  }

  private Query node(QueryTask.Query query, int depth) {
    if (depth > MAX_DEPTH) {
      throw new IllegalArgumentException(
          "The query is nested deeper than " + MAX_DEPTH + " levels: flatten it");
    }
    List<QueryTask.Query> inner = query.booleanClauses;
    if (query.term != null && inner != null && !inner.isEmpty()) {
      throw new IllegalArgumentException(
          "A query has either a term or booleanClauses: remove one of them");
    }
    if (query.term != null) {
      return term(query.term);
    }
    if (inner == null || inner.isEmpty()) {
      throw new IllegalArgumentException("A query needs a term or booleanClauses: set one of them");
    }
    return combination(inner, depth);
  }

  private Query combination(List<QueryTask.Query> inner, int depth) {
    Map<String, List<String>> sets = setsOf(inner);
    List<QueryTask.Query> others =
        sets.isEmpty()
            ? inner
            : inner.stream().filter(clause -> !sets.containsKey(alternative(clause))).toList();
    if (others.isEmpty() && sets.size() == 1) {
      Map.Entry<String, List<String>> only = sets.entrySet().iterator().next();
      return anyOf(only.getKey(), only.getValue());
    }
    clauses += others.size() + sets.size();
    if (clauses > MAX_CLAUSES) {
      throw new IllegalArgumentException(
          "The query has more than "
              + MAX_CLAUSES
              + " clauses. Where it asks for no documentKind, a term counts once for each name that"
              + " some kind may index its property under: ask for a documentKind, use SHOULD_OCCUR"
              + " terms of one property, or several queries");
    }
    BooleanQuery.Builder combined = new BooleanQuery.Builder();
    sets.forEach((name, values) -> combined.add(anyOf(name, values), Occur.SHOULD));
    boolean onlyExclusions = sets.isEmpty();
    for (QueryTask.Query clause : others) {
      Occur occur = occurOf(clause.occurance);
      onlyExclusions &= occur == Occur.MUST_NOT;
      combined.add(node(clause, depth + 1), occur);
    }
    if (onlyExclusions) {
      combined.add(MatchAllDocsQuery.INSTANCE, Occur.FILTER);
    }
    return combined.build();
  }

  private static Occur occurOf(QueryTask.Query.@Nullable Occurance occurance) {
    return switch (occurance) {
      case MUST_NOT_OCCUR -> Occur.MUST_NOT;
      case SHOULD_OCCUR -> Occur.SHOULD;
      case MUST_OCCUR -> Occur.FILTER;
      case null -> Occur.FILTER;
    };
  }

  /** The values of those properties that have many alternatives, each to be one set query. */
  private static Map<String, List<String>> setsOf(List<QueryTask.Query> alternatives) {
    if (alternatives.size() < SET_THRESHOLD) {
      return Map.of();
    }
    Map<String, List<String>> sets = new LinkedHashMap<>();
    for (QueryTask.Query clause : alternatives) {
      String name = alternative(clause);
      String value = clause.term == null ? null : clause.term.matchValue;
      if (name != null && value != null) {
        sets.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
      }
    }
    sets.values().removeIf(values -> values.size() < SET_THRESHOLD);
    if (sets.values().stream().anyMatch(values -> values.size() > MAX_SET)) {
      throw new IllegalArgumentException(
          "The query has more than " + MAX_SET + " alternatives: split it into several queries");
    }
    return sets;
  }

  /** The property that a clause has an alternative value of; null if it is another clause. */
  private static @Nullable String alternative(QueryTask.Query clause) {
    QueryTerm term = clause.term;
    boolean simple =
        term != null
            && term.matchValue != null
            && term.range == null
            && (clause.booleanClauses == null || clause.booleanClauses.isEmpty())
            && clause.occurance == QueryTask.Query.Occurance.SHOULD_OCCUR
            && (term.matchType == null || term.matchType == QueryTerm.MatchType.TERM);
    return simple && term != null ? term.propertyName : null;
  }

  private Query anyOf(String name, List<String> values) {
    requireIndexed.accept(name);
    List<Query> ways = new ArrayList<>();
    List<BytesRef> tokens = new ArrayList<>(values.size());
    for (String value : values) {
      tokens.add(new BytesRef(ExactToken.of(value)));
    }
    ways.add(new TermInSetQuery(IndexFields.exact(name), tokens));
    if (hasField.test(IndexFields.text(name))) {
      ways.add(new TermInSetQuery(IndexFields.text(name), tokens));
    }
    addNumbers(name, values, ways);
    return any(ways);
  }

  /** Adds what finds a property's numbers among some values. */
  void addNumbers(String name, List<String> values, List<Query> ways) {
    boolean integers = hasField.test(IndexFields.integer(name));
    boolean decimals = hasField.test(IndexFields.decimal(name));
    boolean exactly = hasField.test(IndexFields.exactNumber(name));
    if (!integers && !decimals && !exactly) {
      return;
    }
    List<Long> longs = new ArrayList<>();
    List<Double> doubles = new ArrayList<>();
    List<BytesRef> exact = new ArrayList<>();
    for (String value : values) {
      BigDecimal number = Numbers.parseNumberOrTime(value);
      if (number != null) {
        exact.add(new BytesRef(SortableNumber.of(number)));
        doubles.add(Numbers.indexed(number, false).doubleValue());
        if (Numbers.indexed(number, true) instanceof Long whole) {
          longs.add(whole);
        }
      }
    }
    if (!longs.isEmpty() && integers) {
      ways.add(LongPoint.newSetQuery(IndexFields.integer(name), longs));
    }
    if (!doubles.isEmpty() && decimals) {
      ways.add(DoublePoint.newSetQuery(IndexFields.decimal(name), doubles));
    }
    if (!exact.isEmpty() && exactly) {
      ways.add(new TermInSetQuery(IndexFields.exactNumber(name), exact));
    }
  }

  private Query term(QueryTerm term) {
    String name = term.propertyName;
    if (name == null || name.isEmpty()) {
      throw new IllegalArgumentException("A query term needs a propertyName");
    }
    requireIndexed.accept(name);
    NumericRange<?> range = term.range;
    String value = term.matchValue;
    if (range != null) {
      if (value != null) {
        throw new IllegalArgumentException(
            "The term for " + name + " has a matchValue and a range: remove one of them");
      }
      return range(name, range);
    }
    if (value == null) {
      throw new IllegalArgumentException("The term for " + name + " needs a matchValue or a range");
    }
    return switch (term.matchType) {
      case TERM -> exactly(name, value);
      case PHRASE -> phrase(name, value);
      case WILDCARD -> wildcard(name, value);
      case PREFIX -> prefix(name, value);
      case null -> exactly(name, value);
    };
  }

  private Query exactly(String name, String value) {
    if (DocumentSearch.PROPERTY_PARENT.equals(name)) {
      return new TermQuery(new Term(IndexFields.PARENT, value));
    }
    List<Query> ways = new ArrayList<>(2);
    ways.add(new TermQuery(new Term(IndexFields.exact(name), ExactToken.of(value))));
    if (hasField.test(IndexFields.text(name))) {
      ways.add(new TermQuery(new Term(IndexFields.text(name), ExactToken.of(value))));
    }
    addNumbers(name, List.of(value), ways);
    return any(ways);
  }

  private Query prefix(String name, String value) {
    requirePattern(name, value);
    if (IndexFields.SELF_LINK.equals(name) && "/".equals(value)) {
      return MatchAllDocsQuery.INSTANCE;
    }
    if (!isByWholeLinks && IndexFields.SELF_LINK.equals(name) && value.startsWith("/")) {
      return linkPrefix(value);
    }
    List<Query> ways = new ArrayList<>(2);
    ways.add(patterns.prefix(name, IndexFields.exact(name), value));
    if (hasField.test(IndexFields.text(name))) {
      ways.add(patterns.prefix(name, IndexFields.text(name), value));
    }
    return any(ways);
  }

  /**
   * Links that begin so. There are as many links as documents and few paths that they are below, so
   * these are looked at: first all that begin so themselves, then the one that the last part of the
   * beginning stands in, whose links are looked at only if there is such a path.
   */
  private Query linkPrefix(String beginning) {
    String name = IndexFields.SELF_LINK;
    int slash = beginning.lastIndexOf('/');
    Query parent = new TermQuery(new Term(IndexFields.PARENT, beginning.substring(0, slash)));
    boolean isWhole = slash == beginning.length() - 1;
    return any(
        List.of(
            patterns.prefix(name, IndexFields.PARENT, beginning),
            isWhole
                ? parent
                : new BooleanQuery.Builder()
                    .add(parent, Occur.FILTER)
                    .add(patterns.prefix(name, IndexFields.exact(name), beginning), Occur.FILTER)
                    .build()));
  }

  private Query wildcard(String name, String pattern) {
    requirePattern(name, pattern);
    if (IndexFields.SELF_LINK.equals(name) && isBeginning(pattern)) {
      return prefix(name, pattern.substring(0, pattern.length() - 1));
    }
    boolean everything = Wildcard.matchesEverything(pattern);
    if (everything && IndexFields.SELF_LINK.equals(name)) {
      return MatchAllDocsQuery.INSTANCE;
    }
    List<Query> ways = new ArrayList<>(2);
    try {
      ways.add(patterns.wildcard(name, IndexFields.exact(name), pattern));
      if (hasField.test(IndexFields.text(name))) {
        // Text without a letter has no words, and is there all the same.
        ways.add(
            everything
                ? new FieldExistsQuery(IndexFields.text(name))
                : patterns.wildcard(name, IndexFields.text(name), pattern));
      }
    } catch (TooComplexToDeterminizeException e) {
      throw new IllegalArgumentException(
          "The pattern for " + name + " is too complex: use fewer wildcards", e);
    }
    if (everything) {
      for (String numbers : IndexFields.numbers(name)) {
        if (hasField.test(numbers)) {
          ways.add(new FieldExistsQuery(numbers));
        }
      }
    }
    return any(ways);
  }

  /** Whether a pattern has no wildcard but one that stands for all that comes at the end. */
  private static boolean isBeginning(String pattern) {
    int end = pattern.length() - 1;
    return end > 0
        && pattern.indexOf('*') == end
        && pattern.indexOf('?') < 0
        && pattern.indexOf('\\') < 0;
  }

  private static void requirePattern(String name, String value) {
    if (value.length() > QueryValidation.MAX_PATTERN) {
      throw new IllegalArgumentException(
          "The pattern for "
              + name
              + " is longer than "
              + QueryValidation.MAX_PATTERN
              + " characters: shorten it");
    }
  }

  private Query phrase(String name, String value) {
    List<Query> ways = new ArrayList<>(2);
    ways.add(new TermQuery(new Term(IndexFields.exact(name), ExactToken.of(value))));
    if (hasField.test(IndexFields.text(name))) {
      PhraseQuery.Builder words = new PhraseQuery.Builder();
      for (String word : Words.of(value)) {
        words.add(new Term(IndexFields.text(name), word));
      }
      ways.add(words.build());
    }
    return any(ways);
  }

  private Query range(String name, NumericRange<?> range) {
    if (range.type != null
        && range.type != TypeName.DOUBLE
        && range.type != TypeName.LONG
        && range.type != TypeName.DATE) {
      throw new IllegalArgumentException(
          "The range for " + name + " has type " + range.type + ": use LONG, DOUBLE or DATE");
    }
    NumberRange numbers = NumberRange.of(range);
    NumberRange.Longs longs = numbers.longs();
    NumberRange.Doubles doubles = numbers.doubles();
    List<Query> ways = new ArrayList<>(2);
    if (longs != null && hasField.test(IndexFields.integer(name))) {
      ways.add(LongPoint.newRangeQuery(IndexFields.integer(name), longs.lowest(), longs.highest()));
    }
    if (doubles != null && hasField.test(IndexFields.decimal(name))) {
      ways.add(
          DoublePoint.newRangeQuery(
              IndexFields.decimal(name), doubles.lowest(), doubles.highest()));
    }
    String exact = IndexFields.exactNumber(name);
    if (hasField.test(exact)) {
      BytesRef lowest = sortable(numbers.min());
      BytesRef highest = sortable(numbers.max());
      boolean withLowest = lowest == null || numbers.isMinInclusive();
      boolean withHighest = highest == null || numbers.isMaxInclusive();
      ways.add(
          new IndexOrDocValuesQuery(
              new TermRangeQuery(exact, lowest, highest, withLowest, withHighest),
              SortedSetDocValuesField.newSlowRangeQuery(
                  exact, lowest, highest, withLowest, withHighest)));
    }
    return any(ways);
  }

  private static @Nullable BytesRef sortable(@Nullable BigDecimal bound) {
    return bound == null ? null : new BytesRef(SortableNumber.of(bound));
  }

  /** What matches one of some queries; nothing if there are none. */
  static Query any(List<Query> ways) {
    if (ways.isEmpty()) {
      return MatchNoDocsQuery.INSTANCE;
    }
    if (ways.size() == 1) {
      return ways.getFirst();
    }
    BooleanQuery.Builder any = new BooleanQuery.Builder();
    ways.forEach(way -> any.add(way, Occur.SHOULD));
    return any.build();
  }
}
