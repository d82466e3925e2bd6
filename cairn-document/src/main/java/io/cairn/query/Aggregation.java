// SPDX-License-Identifier: Apache-2.0
package io.cairn.query;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import io.cairn.query.QueryTask.QuerySpecification.SortOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A question about a property of all documents that a query matches: a number, or buckets of
 * documents with further questions about each. Its fields are the wire format. Not thread-safe.
 */
public class Aggregation {
  /** How many buckets a TERMS has that sets no limit. */
  public static final int DEFAULT_LIMIT = 10;

  /** To order buckets by how many documents they have. */
  public static final String BY_DOCUMENT_COUNT = "documentCount";

  /** To order buckets by their keys. */
  public static final String BY_KEY = "key";

  /** What is asked. */
  public enum Type {
    /** How many documents have a value. */
    COUNT,
    /** The smallest number. */
    MIN,
    /** The largest number. */
    MAX,
    /** All numbers together. */
    SUM,
    /** The sum, divided by the count of numbers. */
    AVG,
    /** The numbers below which certain shares of all numbers are. */
    PERCENTILES,
    /** How many different values there are. */
    CARDINALITY,
    /** Buckets of one range of numbers each. */
    HISTOGRAM,
    /** Buckets of one period of time each. */
    DATE_HISTOGRAM,
    /** Buckets of one value each. */
    TERMS;

    /** Whether the answer is buckets. */
    public boolean isBuckets() {
      return this == HISTOGRAM || this == DATE_HISTOGRAM || this == TERMS;
    }

    /** Whether it is about numbers, of which times are some; other values are left out then. */
    public boolean isNumeric() {
      return this != COUNT && this != CARDINALITY && this != TERMS;
    }

    /** Whether it matters how often one document has a number. */
    public boolean countsEachValue() {
      return this == SUM || this == AVG || this == PERCENTILES;
    }
  }

  public @Nullable Type type;

  /** The property whose values are looked at. */
  public @Nullable String propertyName;

  /** Of PERCENTILES: the shares, from 0 to 100. */
  public @Nullable List<Double> percents;

  /**
   * Of HISTOGRAM: a number, the width of a bucket. Of DATE_HISTOGRAM: a length of time ({@code
   * PT15M}), or MINUTE, HOUR, DAY, WEEK, MONTH, QUARTER, YEAR of the calendar.
   */
  public @Nullable String interval;

  /** Of HISTOGRAM: where a bucket begins; 0 if it is absent. */
  public @Nullable String offset;

  /** Of DATE_HISTOGRAM with the calendar: {@code Europe/Berlin} for instance; UTC if absent. */
  public @Nullable String timeZone;

  /** Of TERMS: how many buckets at most; {@link #DEFAULT_LIMIT} if absent. */
  public @Nullable Integer limit;

  /**
   * Of TERMS: what the buckets are ordered by. {@link #BY_DOCUMENT_COUNT} if absent, {@link
   * #BY_KEY}, or the name of an aggregation in each that is one number.
   */
  public @Nullable String orderBy;

  /** Of TERMS: DESC if absent, but ASC by key. */
  public @Nullable SortOrder sortOrder;

  /** Of what gives buckets: what is asked about each. */
  public @Nullable Map<String, Aggregation> aggregations;

  /** A field that does not exist, for {@link AggregationRules} to refuse. */
  private @Nullable String unknownField;

  @JsonAnySetter
  @SuppressWarnings({"UnusedMethod", "UnusedVariable"}) // called by the reader of JSON
  private void unknown(String name, @Nullable Object value) {
    unknownField = name;
  }

  @Nullable String unknownField() {
    return unknownField;
  }

  /** Creates a question about a property. */
  public static Aggregation of(Type type, String propertyName) {
    Aggregation aggregation = new Aggregation();
    aggregation.type = type;
    aggregation.propertyName = propertyName;
    return aggregation;
  }

  /** Asks something about each bucket. */
  public Aggregation with(String name, Aggregation further) {
    if (aggregations == null) {
      aggregations = new LinkedHashMap<>();
    }
    aggregations.put(name, further);
    return this;
  }

  /** The same about a property of another name, with other questions about each bucket. */
  public Aggregation renamed(
      @Nullable String property, @Nullable Map<String, Aggregation> further) {
    Aggregation copy = new Aggregation();
    copy.type = type;
    copy.propertyName = property;
    copy.percents = percents;
    copy.interval = interval;
    copy.offset = offset;
    copy.timeZone = timeZone;
    copy.limit = limit;
    copy.orderBy = orderBy;
    copy.sortOrder = sortOrder;
    copy.aggregations = further;
    return copy;
  }
}
