// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import org.apache.lucene.document.DoublePoint;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.jspecify.annotations.Nullable;

/** The two ends of a numeric range; null is open. */
record Bounds(
    @Nullable Number min, boolean minInclusive, @Nullable Number max, boolean maxInclusive) {

  /** Whole numbers in a range of whole numbers. */
  Query integers(String name) {
    long low = min == null ? Long.MIN_VALUE : min.longValue();
    long high = max == null ? Long.MAX_VALUE : max.longValue();
    if (min != null && !minInclusive) {
      if (low == Long.MAX_VALUE) {
        return MatchNoDocsQuery.INSTANCE;
      }
      low++;
    }
    if (max != null && !maxInclusive) {
      if (high == Long.MIN_VALUE) {
        return MatchNoDocsQuery.INSTANCE;
      }
      high--;
    }
    return longs(name, low, high);
  }

  /** Whole numbers in a range of floating point numbers. */
  Query integersInDecimalRange(String name) {
    double low = lowest();
    double high = highest();
    return longs(name, (long) Math.ceil(low), (long) Math.floor(high));
  }

  private static Query longs(String name, long low, long high) {
    return low > high
        ? MatchNoDocsQuery.INSTANCE
        : LongPoint.newRangeQuery(IndexFields.integer(name), low, high);
  }

  /** Floating point numbers in a range. */
  Query decimals(String name) {
    double low = lowest();
    double high = highest();
    return low > high
        ? MatchNoDocsQuery.INSTANCE
        : DoublePoint.newRangeQuery(IndexFields.decimal(name), low, high);
  }

  private double lowest() {
    if (min == null) {
      return Double.NEGATIVE_INFINITY;
    }
    return minInclusive ? min.doubleValue() : DoublePoint.nextUp(min.doubleValue());
  }

  private double highest() {
    if (max == null) {
      return Double.POSITIVE_INFINITY;
    }
    return maxInclusive ? max.doubleValue() : DoublePoint.nextDown(max.doubleValue());
  }
}
