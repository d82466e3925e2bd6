// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query.aggregation;

import io.cairn.document.AggregationResult;
import io.cairn.query.Aggregation;
import io.cairn.store.search.GroupValue;
import io.cairn.store.search.ScannedDocument;
import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Documents in buckets, of one value, range or period each. */
final class Buckets extends Accumulator {
  private final Question question;
  private final AggregationMemory memory;
  private final Map<GroupValue, Bucket> byKey = new HashMap<>();
  private long documents;
  private long withoutValue;

  Buckets(Question question, AggregationMemory memory) {
    super(question.property());
    this.question = question;
    this.memory = memory;
  }

  private static final class Bucket {
    final GroupValue key;
    final List<Accumulator> further;
    long count;

    /** The number of the document that was put in last. */
    long last;

    Bucket(GroupValue key, List<Accumulator> further) {
      this.key = key;
      this.further = further;
    }
  }

  @Override
  void add(ScannedDocument document) {
    documents++;
    boolean has = false;
    for (GroupValue value : values(document)) {
      GroupValue key = question.keys().of(value);
      if (key != null) {
        has = true;
        Bucket bucket = bucket(key);
        if (bucket.last != documents) { // it may have several values in one bucket
          bucket.last = documents;
          bucket.count++;
          bucket.further.forEach(each -> each.add(document));
        }
      }
    }
    withoutValue += has ? 0 : 1;
  }

  private Bucket bucket(GroupValue key) {
    Bucket known = byKey.get(key);
    if (known == null) {
      GroupValue kept = key.owned();
      memory.takeBucket(kept.weight());
      known = new Bucket(kept, question.beginFurther(memory));
      byKey.put(kept, known);
    }
    return known;
  }

  @Override
  void write(WireWriter out) {
    out.i64(withoutValue)
        .items(
            byKey.values(),
            (to, bucket) -> {
              ValueCodec.put(to, bucket.key);
              to.i64(bucket.count);
              bucket.further.forEach(each -> each.write(to));
            });
  }

  @Override
  void merge(WireReader in) {
    withoutValue += in.index();
    for (int left = in.count(Integer.MAX_VALUE, 1 + Long.BYTES); left > 0; left--) {
      Bucket bucket = bucket(ValueCodec.read(in));
      bucket.count += in.index();
      bucket.further.forEach(each -> each.merge(in));
    }
  }

  @Override
  AggregationResult result() {
    AggregationResult result = new AggregationResult();
    result.buckets =
        byKey.values().stream().sorted(order()).limit(question.limit()).map(this::shown).toList();
    result.bucketCount = (long) byKey.size();
    result.withoutValueCount = withoutValue;
    return result;
  }

  private AggregationResult.Bucket shown(Bucket bucket) {
    AggregationResult.Bucket shown = new AggregationResult.Bucket();
    shown.key = bucket.key.shown();
    shown.time = question.keys().time(bucket.key);
    shown.documentCount = bucket.count;
    if (!bucket.further.isEmpty()) {
      Map<String, AggregationResult> further = new LinkedHashMap<>();
      for (int i = 0; i < bucket.further.size(); i++) {
        further.put(question.further().get(i).name(), bucket.further.get(i).result());
      }
      shown.aggregations = further;
    }
    return shown;
  }

  /** As asked; buckets that are equal in it in the order of their keys. */
  private Comparator<Bucket> order() {
    Comparator<Bucket> byKeys = Comparator.comparing(bucket -> bucket.key);
    String order = question.orderBy();
    if (order.equals(Aggregation.BY_KEY)) {
      return question.isDescending() ? byKeys.reversed() : byKeys;
    }
    Comparator<Bucket> first =
        order.equals(Aggregation.BY_DOCUMENT_COUNT)
            ? Comparator.comparingLong(bucket -> bucket.count)
            : byNumber(question.indexOf(order));
    return (order.equals(Aggregation.BY_DOCUMENT_COUNT) && question.isDescending()
            ? first.reversed()
            : first)
        .thenComparing(byKeys);
  }

  /** By what is asked about each; buckets without a number come last in either direction. */
  private Comparator<Bucket> byNumber(int index) {
    Map<Bucket, @Nullable GroupValue> numbers = new HashMap<>();
    for (Bucket bucket : byKey.values()) {
      Number number = bucket.further.get(index).result().value;
      numbers.put(bucket, number == null ? null : Question.comparable(number));
    }
    Comparator<GroupValue> ascending = Comparator.naturalOrder();
    return Comparator.comparing(
        numbers::get,
        Comparator.nullsLast(question.isDescending() ? ascending.reversed() : ascending));
  }
}
