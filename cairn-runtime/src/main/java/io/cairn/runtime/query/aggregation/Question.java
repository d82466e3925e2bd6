// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query.aggregation;

import io.cairn.query.Aggregation;
import io.cairn.query.Numbers;
import io.cairn.query.QueryTask.QuerySpecification.SortOrder;
import io.cairn.store.search.GroupValue;
import io.cairn.store.search.ScannedProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One aggregation, prepared for all the places where it is asked. Used by one thread at a time.
 *
 * @param property the place of its property among those that are scanned
 * @param inBuckets whether it is asked about each bucket of another
 * @param bucketKeys null if it has no buckets
 */
record Question(
    String name,
    Aggregation asked,
    int property,
    boolean inBuckets,
    @Nullable BucketKeys bucketKeys,
    List<Question> further) {

  /** So many numbers or values are kept for an exact answer about all documents. */
  static final int KEPT = 100_000;

  /** So many are kept for each bucket. */
  static final int KEPT_IN_BUCKET = 1_000;

  /** What an accumulator takes, whatever it holds. */
  private static final int BYTES = 160;

  /**
   * Prepares questions.
   *
   * @param properties is given the properties that they are about
   */
  static List<Question> of(
      Map<String, Aggregation> all, boolean inBuckets, List<ScannedProperty> properties) {
    List<Question> questions = new ArrayList<>();
    all.forEach(
        (name, asked) -> {
          Aggregation.Type type = Objects.requireNonNull(asked.type);
          ScannedProperty property =
              new ScannedProperty(
                  Objects.requireNonNull(asked.propertyName),
                  type.isNumeric(),
                  type.countsEachValue());
          if (!properties.contains(property)) {
            properties.add(property);
          }
          questions.add(
              new Question(
                  name,
                  asked,
                  properties.indexOf(property),
                  inBuckets,
                  type.isBuckets() ? BucketKeys.of(asked) : null,
                  asked.aggregations == null
                      ? List.of()
                      : of(asked.aggregations, true, properties)));
        });
    return questions;
  }

  Accumulator begin(AggregationMemory memory) {
    memory.take(BYTES);
    int kept = inBuckets ? KEPT_IN_BUCKET : KEPT;
    return switch (Objects.requireNonNull(asked.type)) {
      case COUNT -> new CountOf(property);
      case MIN -> new Extreme(property, false);
      case MAX -> new Extreme(property, true);
      case SUM -> new Total(property, false);
      case AVG -> new Total(property, true);
      case PERCENTILES ->
          new Percentiles(property, Objects.requireNonNull(asked.percents), kept, memory);
      case CARDINALITY -> new Distinct(property, kept, memory);
      case HISTOGRAM, DATE_HISTOGRAM, TERMS -> new Buckets(this, memory);
    };
  }

  List<Accumulator> beginFurther(AggregationMemory memory) {
    return further.stream().map(each -> each.begin(memory)).toList();
  }

  BucketKeys keys() {
    return Objects.requireNonNull(bucketKeys, "only asked of buckets");
  }

  /** How many buckets are shown. */
  int limit() {
    if (asked.type != Aggregation.Type.TERMS) {
      return Integer.MAX_VALUE;
    }
    return asked.limit == null ? Aggregation.DEFAULT_LIMIT : asked.limit;
  }

  String orderBy() {
    if (asked.type != Aggregation.Type.TERMS) {
      return Aggregation.BY_KEY;
    }
    return asked.orderBy == null ? Aggregation.BY_DOCUMENT_COUNT : asked.orderBy;
  }

  boolean isDescending() {
    return asked.sortOrder == null
        ? !orderBy().equals(Aggregation.BY_KEY)
        : asked.sortOrder == SortOrder.DESC;
  }

  /** The place of one of the further questions. */
  int indexOf(String furtherName) {
    return further.stream().map(Question::name).toList().indexOf(furtherName);
  }

  /** A number in a form that is in order with all others. */
  static GroupValue comparable(Number number) {
    return number instanceof Long whole
        ? GroupValue.of(whole)
        : GroupValue.of(Numbers.exact(number));
  }
}
