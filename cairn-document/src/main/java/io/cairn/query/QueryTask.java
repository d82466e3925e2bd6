// SPDX-License-Identifier: Apache-2.0
package io.cairn.query;

import io.cairn.document.DocumentKind;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.document.TaskState;
import java.math.BigDecimal;
import java.net.URI;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonDeserialize;

/**
 * A query as a document: its specification, its progress, its results. The nested names and the
 * spelling of the fields are the wire format, and authors know the nested classes by these names:
 * hence one long file. Not thread-safe.
 */
@DocumentKind(QueryTask.KIND)
public class QueryTask extends ServiceDocument {
  public static final String KIND = "com:vmware:xenon:services:common:QueryTask";

  /** Who may see the task. */
  public @Nullable List<String> tenantLinks;

  public TaskState taskInfo = new TaskState();
  public QuerySpecification querySpec = new QuerySpecification();
  public @Nullable ServiceDocumentQueryResult results;

  /** The index to ask; null means the default one. */
  public @Nullable String indexLink;

  /** Whose nodes to ask when the query is broadcast; null means the default selector. */
  public @Nullable String nodeSelectorLink;

  /** Creates a task for a specification. */
  public static QueryTask create(QuerySpecification specification) {
    QueryTask task = new QueryTask();
    task.querySpec = specification;
    return task;
  }

  /** Says whether the request that creates the task is answered only with the results. */
  public QueryTask setDirect(boolean direct) {
    taskInfo.isDirect = direct;
    return this;
  }

  /** What to look for, how to order it and how much to return. */
  public static class QuerySpecification {
    public static final String FIELD_NAME_CHARACTER = ".";
    public static final String FIELD_NAME_REGEXP = "\\.";
    public static final String COLLECTION_FIELD_SUFFIX = "item";

    /** What a query does beside matching. */
    public enum QueryOption {
      CONTINUOUS,
      CONTINUOUS_STOP_MATCH,
      COUNT,
      DO_NOT_REFRESH,
      TOP_RESULTS,
      EXPAND_CONTENT,
      EXPAND_SELECTED_FIELDS,
      EXPAND_BINARY_CONTENT,
      EXPAND_BUILTIN_CONTENT_ONLY,
      EXPAND_LINKS,
      INCLUDE_ALL_VERSIONS,
      INCLUDE_DELETED,
      SORT,
      TASK,
      BROADCAST,
      READ_AFTER_WRITE_CONSISTENCY,
      OWNER_SELECTION,
      SELECT_LINKS,
      GROUP_BY,
      TIME_SNAPSHOT,
      SINGLE_USE,
      INDEXED_METADATA,
      FORWARD_ONLY,

      /**
       * Patterns that begin with a wildcard may look at any number of values. Without it a host
       * refuses a query that would look at more than its setting {@code queryScanLimit} says.
       */
      ALLOW_SCAN
    }

    /** Directions of sorting. */
    public enum SortOrder {
      ASC,
      DESC
    }

    public Query query = new Query();
    public EnumSet<QueryOption> options = EnumSet.noneOf(QueryOption.class);

    /** The link fields to follow, with SELECT_LINKS. */
    public @Nullable List<QueryTerm> linkTerms;

    /** The fields to return, with EXPAND_SELECTED_FIELDS. */
    public @Nullable List<QueryTerm> selectTerms;

    /** The first field to sort by, with SORT; its property type is required. */
    public @Nullable QueryTerm sortTerm;

    public @Nullable SortOrder sortOrder;

    /** Further fields to sort by, each with an order of its own. */
    public @Nullable List<QueryTerm> additionalSortTerms;

    /** The field to group by, with GROUP_BY. */
    public @Nullable QueryTerm groupByTerm;

    public @Nullable QueryTerm groupSortTerm;
    public @Nullable SortOrder groupSortOrder;
    public @Nullable List<QueryTerm> additionalGroupSortTerms;

    /** How many groups to return. */
    public @Nullable Integer groupResultLimit;

    /** The size of a page, or with TOP_RESULTS the number of results. */
    public @Nullable Integer resultLimit;

    /** How many results to skip. */
    public @Nullable Integer offset;

    /** Ask again until so many match or the task expires. */
    public @Nullable Long expectedResultCount;

    /** With TIME_SNAPSHOT: as of when, in microseconds since the Unix epoch. */
    public @Nullable Long timeSnapshotBoundaryMicros;

    /**
     * What is asked about all documents that match, by names that the answer repeats; with these
     * the answer has no documents.
     */
    public @Nullable Map<String, Aggregation> aggregations;

    /** What the answer shows of the texts that were found; null means nothing. */
    public @Nullable Highlight highlight;

    /** Whether the answer says how it was found; null means not. */
    public @Nullable Boolean explain;

    /** Copies every field to {@code target}, which then shares terms with this specification. */
    public void copyTo(QuerySpecification target) {
      target.query = query;
      target.options = EnumSet.copyOf(options);
      target.linkTerms = linkTerms;
      target.selectTerms = selectTerms;
      target.sortTerm = sortTerm;
      target.sortOrder = sortOrder;
      target.additionalSortTerms = additionalSortTerms;
      target.groupByTerm = groupByTerm;
      target.groupSortTerm = groupSortTerm;
      target.groupSortOrder = groupSortOrder;
      target.additionalGroupSortTerms = additionalGroupSortTerms;
      target.groupResultLimit = groupResultLimit;
      target.resultLimit = resultLimit;
      target.offset = offset;
      target.expectedResultCount = expectedResultCount;
      target.timeSnapshotBoundaryMicros = timeSnapshotBoundaryMicros;
      target.aggregations = aggregations;
      target.highlight = highlight;
      target.explain = explain;
    }

    /** Returns the name of a field inside a field: {@code a.b.c}. */
    public static String buildCompositeFieldName(String... fieldNames) {
      return String.join(FIELD_NAME_CHARACTER, fieldNames);
    }

    /** Returns the name under which the items of a collection are matched. */
    public static String buildCollectionItemName(String fieldName) {
      return fieldName + FIELD_NAME_CHARACTER + COLLECTION_FIELD_SUFFIX;
    }

    /** Returns the name under which the link at a position of a collection is selected. */
    public static String buildLinkCollectionItemName(String fieldName, int position) {
      return buildCollectionItemName(fieldName) + FIELD_NAME_CHARACTER + position;
    }

    public static String toMatchValue(boolean value) {
      return Boolean.toString(value);
    }

    public static String toMatchValue(Number value) {
      return value.toString();
    }

    public static String toMatchValue(Enum<?> value) {
      return value.name();
    }

    public static String toMatchValue(URI value) {
      return value.toString();
    }

    public static String toMatchValue(String value) {
      return value;
    }

    /** As the form of the value's type; of any other what it calls itself. */
    public static String toMatchValue(Object value) {
      return value instanceof Enum<?> constant ? constant.name() : value.toString();
    }
  }

  /** A term, or a boolean combination of queries; exactly one of the two. */
  public static class Query {
    /** How a clause counts in the combination it belongs to. The spelling is the wire's. */
    public enum Occurance {
      MUST_OCCUR,
      MUST_NOT_OCCUR,
      SHOULD_OCCUR
    }

    public @Nullable Occurance occurance = Occurance.MUST_OCCUR;
    public @Nullable QueryTerm term;
    public @Nullable List<Query> booleanClauses;

    public Query setTermPropertyName(String name) {
      term().propertyName = name;
      return this;
    }

    public Query setTermMatchType(QueryTerm.MatchType matchType) {
      term().matchType = matchType;
      return this;
    }

    public Query setTermMatchValue(String matchValue) {
      term().matchValue = matchValue;
      return this;
    }

    /** Sets the value to match against fields that are indexed in lower case. */
    public Query setCaseInsensitiveTermMatchValue(String matchValue) {
      return setTermMatchValue(matchValue.toLowerCase(java.util.Locale.ENGLISH));
    }

    public Query setNumericRange(NumericRange<?> range) {
      term().range = range;
      return this;
    }

    public Query setOccurance(Occurance newOccurance) {
      occurance = newOccurance;
      return this;
    }

    /** Adds a clause. */
    public Query addBooleanClause(Query clause) {
      if (booleanClauses == null) {
        booleanClauses = new ArrayList<>();
      }
      booleanClauses.add(clause);
      return this;
    }

    private QueryTerm term() {
      if (term == null) {
        term = new QueryTerm();
      }
      return term;
    }

    /** Builds a query of clauses, or of one term. Not thread-safe. */
    public static final class Builder extends QueryBuilder<Builder> {
      private Builder(Occurance occurance) {
        super(occurance);
      }

      /** Creates a builder of a query that must match. */
      public static Builder create() {
        return new Builder(Occurance.MUST_OCCUR);
      }

      /** Creates a builder of a query with the given occurrence. */
      public static Builder create(Occurance occurance) {
        return new Builder(occurance);
      }

      @Override
      Builder self() {
        return this;
      }
    }
  }

  /** A condition on one property, or merely the name of one. */
  public static class QueryTerm {
    /** How {@link #matchValue} is compared. */
    public enum MatchType {
      /** The whole value. */
      TERM,
      /** The words of the value, next to each other and in order. */
      PHRASE,
      /** A pattern with {@code *} for any characters and {@code ?} for one. */
      WILDCARD,
      /** The beginning of the value. */
      PREFIX
    }

    public @Nullable String propertyName;
    public @Nullable TypeName propertyType;
    public @Nullable String matchValue;

    /** Null means TERM. */
    public @Nullable MatchType matchType;

    public @Nullable NumericRange<?> range;

    /** The direction, where the term is one to sort by. */
    public QuerySpecification.@Nullable SortOrder sortOrder;
  }

  /**
   * A range of numbers; a missing bound is open.
   *
   * @param <T> Long (also for dates, in microseconds), Double, or BigDecimal
   */
  @JsonDeserialize(using = NumericRangeReader.class)
  public static class NumericRange<T extends Number & Comparable<T>> {
    public @Nullable TypeName type;
    public @Nullable T min;
    public @Nullable T max;
    public boolean isMinInclusive;
    public boolean isMaxInclusive;

    /** Kept for clients that send it; means nothing. */
    public int precisionStep = 16;

    public static NumericRange<Long> createLongRange(
        @Nullable Long min, @Nullable Long max, boolean minInclusive, boolean maxInclusive) {
      return create(TypeName.LONG, min, max, minInclusive, maxInclusive);
    }

    public static NumericRange<Double> createDoubleRange(
        @Nullable Double min, @Nullable Double max, boolean minInclusive, boolean maxInclusive) {
      return create(TypeName.DOUBLE, min, max, minInclusive, maxInclusive);
    }

    /** A range for decimal and whole numbers of any size, which are compared exactly. */
    public static NumericRange<BigDecimal> createDecimalRange(
        @Nullable BigDecimal min,
        @Nullable BigDecimal max,
        boolean minInclusive,
        boolean maxInclusive) {
      return create(TypeName.DOUBLE, min, max, minInclusive, maxInclusive);
    }

    public static NumericRange<Long> createLessThanRange(long max) {
      return createLongRange(Long.MIN_VALUE, max, true, false);
    }

    public static NumericRange<Double> createLessThanRange(double max) {
      return createDoubleRange(Double.NEGATIVE_INFINITY, max, true, false);
    }

    public static NumericRange<Long> createLessThanOrEqualRange(long max) {
      return createLongRange(Long.MIN_VALUE, max, true, true);
    }

    public static NumericRange<Double> createLessThanOrEqualRange(double max) {
      return createDoubleRange(Double.NEGATIVE_INFINITY, max, true, true);
    }

    public static NumericRange<Long> createGreaterThanRange(long min) {
      return createLongRange(min, Long.MAX_VALUE, false, true);
    }

    public static NumericRange<Double> createGreaterThanRange(double min) {
      return createDoubleRange(min, Double.POSITIVE_INFINITY, false, true);
    }

    public static NumericRange<Long> createGreaterThanOrEqualRange(long min) {
      return createLongRange(min, Long.MAX_VALUE, true, true);
    }

    public static NumericRange<Double> createGreaterThanOrEqualRange(double min) {
      return createDoubleRange(min, Double.POSITIVE_INFINITY, true, true);
    }

    public static NumericRange<Long> createEqualRange(long value) {
      return createLongRange(value, value, true, true);
    }

    public static NumericRange<Double> createEqualRange(double value) {
      return createDoubleRange(value, value, true, true);
    }

    /** As the form of the number's type. */
    public static NumericRange<?> createLessThanRange(Number max) {
      return isFraction(max)
          ? createLessThanRange(max.doubleValue())
          : createLessThanRange(max.longValue());
    }

    /** As the form of the number's type. */
    public static NumericRange<?> createLessThanOrEqualRange(Number max) {
      return isFraction(max)
          ? createLessThanOrEqualRange(max.doubleValue())
          : createLessThanOrEqualRange(max.longValue());
    }

    /** As the form of the number's type. */
    public static NumericRange<?> createGreaterThanRange(Number min) {
      return isFraction(min)
          ? createGreaterThanRange(min.doubleValue())
          : createGreaterThanRange(min.longValue());
    }

    /** As the form of the number's type. */
    public static NumericRange<?> createGreaterThanOrEqualRange(Number min) {
      return isFraction(min)
          ? createGreaterThanOrEqualRange(min.doubleValue())
          : createGreaterThanOrEqualRange(min.longValue());
    }

    /** As the form of the number's type. */
    public static NumericRange<?> createEqualRange(Number value) {
      return isFraction(value)
          ? createEqualRange(value.doubleValue())
          : createEqualRange(value.longValue());
    }

    private static boolean isFraction(Number number) {
      return number instanceof Double || number instanceof Float;
    }

    /**
     * Checks the bounds.
     *
     * @throws IllegalArgumentException if there are none, or they exclude each other
     */
    public void validate() {
      if (min == null && max == null) {
        throw new IllegalArgumentException("A range needs a min or a max");
      }
      if (min != null && max != null && min.compareTo(max) > 0) {
        throw new IllegalArgumentException("min (" + min + ") must not be above max (" + max + ")");
      }
    }

    private static <T extends Number & Comparable<T>> NumericRange<T> create(
        TypeName type,
        @Nullable T min,
        @Nullable T max,
        boolean minInclusive,
        boolean maxInclusive) {
      NumericRange<T> range = new NumericRange<>();
      range.type = type;
      range.min = min;
      range.max = max;
      range.isMinInclusive = minInclusive;
      range.isMaxInclusive = maxInclusive;
      return range;
    }
  }

  /** Builds tasks. Not thread-safe. */
  public static final class Builder extends QueryTaskBuilder<Builder> {
    private Builder(boolean direct) {
      super(direct);
    }

    /** Creates a builder of a task whose results are fetched later. */
    public static Builder create() {
      return new Builder(false);
    }

    /** Creates a builder of a task that is answered with its results. */
    public static Builder createDirectTask() {
      return new Builder(true);
    }

    @Override
    Builder self() {
      return this;
    }
  }
}
