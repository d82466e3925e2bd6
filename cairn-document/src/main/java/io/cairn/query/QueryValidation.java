// SPDX-License-Identifier: Apache-2.0
package io.cairn.query;

import io.cairn.document.ServiceDocument;
import io.cairn.document.json.JsonLimits;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.query.QueryTask.QueryTerm;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Refuses queries that contradict themselves, before they reach an index. Every refusal is an
 * {@link IllegalArgumentException} whose message names the option or term. Stateless.
 */
public final class QueryValidation {
  /** Combinations within each other. */
  public static final int MAX_DEPTH = 64;

  /** Terms and combinations of one query. */
  public static final int MAX_CLAUSES = 100_000;

  /** Characters of a pattern or a prefix. */
  public static final int MAX_PATTERN = 1_000;

  /** Characters of a phrase: each of its words is looked for. */
  public static final int MAX_PHRASE = 10_000;

  /** Characters of all names and values of a query; less on a small heap. */
  public static final long MAX_TEXT =
      Math.clamp(Runtime.getRuntime().maxMemory() / 64, 2L << 20, 16L << 20);

  /** Fields to select, or links to follow. */
  public static final int MAX_FIELDS = 1_000;

  private static final EnumSet<QueryOption> CONTINUOUS =
      EnumSet.of(QueryOption.CONTINUOUS, QueryOption.CONTINUOUS_STOP_MATCH);

  private static final List<QueryOption> NOT_WITH_BINARY_CONTENT =
      List.of(
          QueryOption.COUNT,
          QueryOption.OWNER_SELECTION,
          QueryOption.EXPAND_CONTENT,
          QueryOption.EXPAND_SELECTED_FIELDS,
          QueryOption.EXPAND_LINKS,
          QueryOption.EXPAND_BUILTIN_CONTENT_ONLY);

  private QueryValidation() {}

  /** Checks a task: its specification, and that a continuous query is not a direct one. */
  public static void validate(QueryTask task) {
    if (task.querySpec == null) {
      throw new IllegalArgumentException("querySpec is required");
    }
    EnumSet<QueryOption> options = validate(task.querySpec);
    boolean direct = task.taskInfo != null && task.taskInfo.isDirect;
    refuse(direct && hasAny(options, CONTINUOUS), "A direct query cannot be CONTINUOUS");
  }

  /**
   * Checks a specification.
   *
   * @return its options; empty where it has none
   */
  public static EnumSet<QueryOption> validate(QuerySpecification spec) {
    if (spec.query == null) {
      throw new IllegalArgumentException("query is required");
    }
    validateQuery(spec.query);
    EnumSet<QueryOption> options =
        spec.options == null ? EnumSet.noneOf(QueryOption.class) : EnumSet.copyOf(spec.options);
    validateLimits(spec, options);
    validateExpansion(spec, options);
    validateLinks(spec, options);
    validateGroups(spec, options);
    validateSort(spec, options);
    validateScope(spec, options);
    AggregationRules.validate(spec, options);
    validateHighlight(spec, options);
    refuse(
        Boolean.TRUE.equals(spec.explain) && hasAny(options, CONTINUOUS),
        "explain is for queries that end: leave it, or CONTINUOUS, out");
    return options;
  }

  /** Checks a query alone: every node is a term or a combination, and every term is complete. */
  public static void validateQuery(Query query) {
    int clauses = countClauses(query, 0);
    refuse(clauses > MAX_CLAUSES, "The query has more than " + MAX_CLAUSES + " clauses");
    refuse(
        textOf(query) > MAX_TEXT,
        "The names and values of the query have more than "
            + MAX_TEXT
            + " characters together: split it into several queries");
  }

  private static long textOf(Query query) {
    if (query.booleanClauses != null) {
      return query.booleanClauses.stream().mapToLong(QueryValidation::textOf).sum();
    }
    QueryTerm term = query.term;
    return term == null ? 0 : length(term.propertyName) + length(term.matchValue);
  }

  private static long length(@Nullable String text) {
    return text == null ? 0 : text.length();
  }

  private static int countClauses(Query query, int depth) {
    refuse(depth > MAX_DEPTH, "The query is nested deeper than " + MAX_DEPTH);
    boolean hasClauses = query.booleanClauses != null;
    refuse(query.term != null && hasClauses, "A query has a term or booleanClauses, not both");
    if (query.booleanClauses == null) {
      validateTerm(query.term);
      return 1;
    }
    refuse(query.booleanClauses.isEmpty(), "booleanClauses must not be empty");
    int count = 1;
    for (Query clause : query.booleanClauses) {
      if (clause == null) {
        throw new IllegalArgumentException("booleanClauses must not contain null");
      }
      count += countClauses(clause, depth + 1);
    }
    return count;
  }

  private static void validateTerm(@Nullable QueryTerm term) {
    if (term == null) {
      throw new IllegalArgumentException("A query needs a term or booleanClauses");
    }
    String name = term.propertyName;
    if (name == null || name.isEmpty()) {
      throw new IllegalArgumentException("A term needs a propertyName");
    }
    validateName(name);
    refuse(
        (term.matchValue == null) == (term.range == null),
        "The term on " + name + " needs either a matchValue or a range");
    if (term.matchValue != null) {
      validateLength(name, term.matchValue, term.matchType);
    }
    refuse(
        term.range != null && term.range.min == null && term.range.max == null,
        "The range of " + name + " needs a min or a max");
    refuse(
        term.range != null && (isNaN(term.range.min) || isNaN(term.range.max)),
        "The range of " + name + " has a bound that is not a number");
  }

  /** A field's name can be no longer than JSON allows. */
  private static void validateName(String name) {
    if (name.length() > JsonLimits.MAX_NAME_LENGTH) {
      throw new IllegalArgumentException(
          "A propertyName has %d characters, and %d are allowed: %s..."
              .formatted(name.length(), JsonLimits.MAX_NAME_LENGTH, name.substring(0, 30)));
    }
  }

  private static void validateLength(String name, String value, @Nullable MatchType type) {
    int limit =
        switch (type) {
          case WILDCARD, PREFIX -> MAX_PATTERN;
          case PHRASE -> MAX_PHRASE;
          case TERM -> Integer.MAX_VALUE;
          case null -> Integer.MAX_VALUE;
        };
    if (value.length() > limit) {
      throw new IllegalArgumentException(
          "The %s for %s is longer than %d characters: shorten it"
              .formatted(type == MatchType.PHRASE ? "phrase" : "pattern", name, limit));
    }
  }

  private static boolean isNaN(@Nullable Number bound) {
    return bound instanceof Double value && value.isNaN();
  }

  private static void validateHighlight(QuerySpecification spec, EnumSet<QueryOption> options) {
    if (spec.highlight != null) {
      refuse(
          options.contains(QueryOption.COUNT)
              || hasAny(options, CONTINUOUS)
              || spec.aggregations != null,
          "highlight shows texts of documents: leave it out with COUNT, CONTINUOUS and aggregations");
      var _ = Highlighter.of(spec);
    }
  }

  private static void validateLimits(QuerySpecification spec, EnumSet<QueryOption> options) {
    requirePositive(spec.resultLimit, "resultLimit");
    requirePositive(spec.groupResultLimit, "groupResultLimit");
    refuse(spec.offset != null && spec.offset < 0, "offset must not be negative");
    refuse(
        spec.expectedResultCount != null && spec.expectedResultCount < 0,
        "expectedResultCount must not be negative");
    refuse(
        options.contains(QueryOption.TOP_RESULTS) && spec.resultLimit == null,
        "TOP_RESULTS needs a resultLimit");
    refuse(
        options.contains(QueryOption.TIME_SNAPSHOT) != (spec.timeSnapshotBoundaryMicros != null),
        "TIME_SNAPSHOT and timeSnapshotBoundaryMicros need each other");
  }

  private static void validateExpansion(QuerySpecification spec, EnumSet<QueryOption> options) {
    refusePair(options, QueryOption.EXPAND_CONTENT, QueryOption.COUNT);
    for (QueryOption other : NOT_WITH_BINARY_CONTENT) {
      refusePair(options, QueryOption.EXPAND_BINARY_CONTENT, other);
    }
    if (options.contains(QueryOption.EXPAND_SELECTED_FIELDS)) {
      refusePair(options, QueryOption.EXPAND_SELECTED_FIELDS, QueryOption.EXPAND_CONTENT);
      requireTerms(spec.selectTerms, "EXPAND_SELECTED_FIELDS needs selectTerms");
    }
  }

  private static void validateLinks(QuerySpecification spec, EnumSet<QueryOption> options) {
    refuse(
        options.contains(QueryOption.EXPAND_LINKS) && !options.contains(QueryOption.SELECT_LINKS),
        "EXPAND_LINKS needs SELECT_LINKS");
    if (options.contains(QueryOption.SELECT_LINKS)) {
      refusePair(options, QueryOption.SELECT_LINKS, QueryOption.COUNT);
      refuseContinuous(options, QueryOption.SELECT_LINKS);
      requireTerms(spec.linkTerms, "SELECT_LINKS needs linkTerms");
    }
  }

  private static void validateGroups(QuerySpecification spec, EnumSet<QueryOption> options) {
    if (!options.contains(QueryOption.GROUP_BY)) {
      return;
    }
    refusePair(options, QueryOption.GROUP_BY, QueryOption.COUNT);
    refuseContinuous(options, QueryOption.GROUP_BY);
    refuse(isNameless(spec.groupByTerm), "GROUP_BY needs a groupByTerm");
    refuse(isNameless(spec.sortTerm), "GROUP_BY needs a sortTerm");
    QueryTerm order = spec.groupSortTerm;
    refuse(order != null && isNameless(order), "A groupSortTerm needs a propertyName");
  }

  private static void validateSort(QuerySpecification spec, EnumSet<QueryOption> options) {
    if (!options.contains(QueryOption.SORT)) {
      return;
    }
    requireSortTerm(spec.sortTerm, "sortTerm");
    if (spec.additionalSortTerms != null) {
      spec.additionalSortTerms.forEach(term -> requireSortTerm(term, "additionalSortTerms"));
    }
  }

  private static void validateScope(QuerySpecification spec, EnumSet<QueryOption> options) {
    boolean sortsOtherwise =
        options.contains(QueryOption.SORT)
            && spec.sortTerm != null
            && !ServiceDocument.FIELD_NAME_SELF_LINK.equals(spec.sortTerm.propertyName);
    for (QueryOption merged :
        List.of(QueryOption.BROADCAST, QueryOption.READ_AFTER_WRITE_CONSISTENCY)) {
      refuse(
          options.contains(merged) && sortsOtherwise,
          merged + " can only be sorted by " + ServiceDocument.FIELD_NAME_SELF_LINK);
    }
    refusePair(options, QueryOption.READ_AFTER_WRITE_CONSISTENCY, QueryOption.COUNT);
  }

  private static void requireSortTerm(@Nullable QueryTerm term, String where) {
    refuse(isNameless(term), "SORT needs a " + where + " with a propertyName");
    refuse(term == null || term.propertyType == null, "SORT needs a propertyType in the " + where);
  }

  private static boolean isNameless(@Nullable QueryTerm term) {
    if (term == null || term.propertyName == null || term.propertyName.isEmpty()) {
      return true;
    }
    validateName(term.propertyName);
    return false;
  }

  private static void requireTerms(@Nullable List<QueryTerm> terms, String message) {
    refuse(terms == null || terms.isEmpty(), message);
    if (terms != null) {
      refuse(
          terms.size() > MAX_FIELDS,
          "selectTerms and linkTerms name at most %d fields each".formatted(MAX_FIELDS));
      terms.forEach(term -> refuse(isNameless(term), message + " with a propertyName"));
    }
  }

  private static void requirePositive(@Nullable Integer limit, String name) {
    refuse(limit != null && limit <= 0, name + " must be positive");
  }

  private static void refuseContinuous(EnumSet<QueryOption> options, QueryOption option) {
    for (QueryOption continuous : CONTINUOUS) {
      refusePair(options, option, continuous);
    }
  }

  private static void refusePair(EnumSet<QueryOption> options, QueryOption a, QueryOption b) {
    refuse(options.contains(a) && options.contains(b), a + " cannot be combined with " + b);
  }

  private static boolean hasAny(EnumSet<QueryOption> options, EnumSet<QueryOption> some) {
    return some.stream().anyMatch(options::contains);
  }

  private static void refuse(boolean wrong, String message) {
    if (wrong) {
      throw new IllegalArgumentException(message);
    }
  }
}
