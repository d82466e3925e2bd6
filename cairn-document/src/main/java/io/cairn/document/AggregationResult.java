// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was found out about a property of all documents that a query matches. Which fields are set
 * depends on what was asked. Not thread-safe.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public class AggregationResult {
  /** One number; absent where no document has one. */
  public @Nullable Number value;

  /** Of percentiles: the share as a text to the number; empty where no document has one. */
  public @Nullable Map<String, Number> percentiles;

  /**
   * How far the numbers may be from the exact ones, as a share of these: the bound of percentiles,
   * the standard error of a cardinality. Absent where they are exact.
   */
  public @Nullable Double relativeError;

  /** The buckets that were asked for, in order. */
  public @Nullable List<Bucket> buckets;

  /** How many buckets there are, those that are not shown included. */
  public @Nullable Long bucketCount;

  /** How many documents are in no bucket, because they have no value. */
  public @Nullable Long withoutValueCount;

  /** The documents of one value, range or period. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public static class Bucket {
    /** The value, or where the range or period begins: a number, or a text. */
    public @Nullable Object key;

    /** Of a period: when it begins, in ISO 8601. */
    public @Nullable String time;

    public long documentCount;

    /** What was asked about each bucket. */
    public @Nullable Map<String, AggregationResult> aggregations;
  }
}
