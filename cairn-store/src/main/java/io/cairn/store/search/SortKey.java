// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.search;

import io.cairn.query.Numbers;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.query.QueryTask.QuerySpecification.SortOrder;
import io.cairn.query.QueryTask.QueryTerm;
import io.cairn.query.SortableNumber;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.apache.lucene.search.FieldDoc;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.SortedNumericSortField;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/**
 * Where a document stands in the order of a query, whichever index has found it: no two documents
 * of one query have the same. So what several nodes find can be merged, and read on elsewhere from
 * a place that one of them has named. Immutable.
 */
public final class SortKey {
  private final List<@Nullable Object> values;

  private SortKey(List<@Nullable Object> values) {
    this.values = Collections.unmodifiableList(values);
  }

  /**
   * A key of values that {@link #values} gave, of this node or another.
   *
   * @throws IllegalArgumentException if one of them is neither a Long, a Double, bytes nor null
   */
  public static SortKey of(List<? extends @Nullable Object> values) {
    for (Object value : values) {
      if (value != null
          && !(value instanceof Long || value instanceof Double || value instanceof byte[])) {
        throw new IllegalArgumentException("a sort key has a " + value.getClass().getName());
      }
    }
    return new SortKey(new ArrayList<>(values));
  }

  /**
   * The key of a document in a query that sorts by the link alone.
   *
   * @return null if the link is empty: every document is behind that
   */
  public static @Nullable SortKey ofLink(String link) {
    if (link.isEmpty()) {
      return null;
    }
    byte[] bytes = link.getBytes(StandardCharsets.UTF_8);
    return of(List.of(bytes, bytes)); // what is asked for, and what makes the order total
  }

  /** What the document is sorted by, term by term: a Long, a Double, bytes, or null for nothing. */
  public List<@Nullable Object> values() {
    return values;
  }

  /** The key of a document that was found in a total order. */
  static SortKey of(FieldDoc found, SortField[] fields) {
    List<@Nullable Object> values = new ArrayList<>(fields.length);
    for (int i = 0; i < fields.length; i++) {
      Object value = found.fields[i];
      // Of a number, what stands for none is the value that comes last.
      boolean missing = value == null || value.equals(fields[i].getMissingValue());
      values.add(missing ? null : value instanceof BytesRef bytes ? copyOf(bytes) : value);
    }
    return new SortKey(values);
  }

  private static byte[] copyOf(BytesRef bytes) {
    return Arrays.copyOfRange(bytes.bytes, bytes.offset, bytes.offset + bytes.length);
  }

  /**
   * Where to go on behind this key in an index that sorts by certain fields.
   *
   * @return null if the index has such values in another form: of a field that is a whole number in
   *     all of its documents it has no place behind 4.5
   */
  @Nullable FieldDoc place(SortField[] fields) {
    Object[] place = new Object[fields.length];
    for (int i = 0; i < fields.length; i++) {
      Object value = i < values.size() ? values.get(i) : null;
      Object form = value == null ? fields[i].getMissingValue() : inFormOf(fields[i], value);
      if (value != null && form == null) {
        return null;
      }
      place[i] = value == null && takesBytes(fields[i]) ? null : form;
    }
    return new FieldDoc(Integer.MAX_VALUE, 0, place);
  }

  private static @Nullable Object inFormOf(SortField field, Object value) {
    if (takesBytes(field)) {
      return new BytesRef(bytes(value));
    }
    boolean whole =
        field instanceof SortedNumericSortField numbers
            && numbers.getNumericType() == SortField.Type.LONG;
    return whole == value instanceof Long && !(value instanceof byte[]) ? value : null;
  }

  private static boolean takesBytes(SortField field) {
    return !(field instanceof SortedNumericSortField);
  }

  private static byte[] bytes(Object value) {
    return value instanceof Number number
        ? SortableNumber.of(Numbers.exact(number))
        : (byte[]) value;
  }

  /** The order of a query's keys. Documents without a value come last in either direction. */
  public static Comparator<SortKey> order(QuerySpecification specification) {
    List<Boolean> descending = new ArrayList<>();
    if (specification.sortTerm != null) {
      descending.add(specification.sortOrder == SortOrder.DESC);
      if (specification.additionalSortTerms != null) {
        for (QueryTerm term : specification.additionalSortTerms) {
          descending.add(term.sortOrder == SortOrder.DESC);
        }
      }
    }
    if (specification.options.contains(QueryOption.INCLUDE_ALL_VERSIONS)) {
      descending.add(true); // the newest first
    }
    return order(descending);
  }

  /** The order of keys whose values are in these directions; further values ascend. */
  static Comparator<SortKey> order(List<Boolean> descending) {
    return (one, other) -> compare(one, other, descending);
  }

  /** How many bytes of memory it takes, about. */
  int weight() {
    int weight = 0;
    for (Object value : values) {
      weight += value instanceof byte[] bytes ? bytes.length : Long.BYTES;
    }
    return weight;
  }

  private static int compare(SortKey one, SortKey other, List<Boolean> descending) {
    int count = Math.min(one.values.size(), other.values.size());
    for (int i = 0; i < count; i++) {
      Object left = one.values.get(i);
      Object right = other.values.get(i);
      if (left == null || right == null) {
        if (left == null && right == null) {
          continue;
        }
        return left == null ? 1 : -1;
      }
      int difference = compare(left, right);
      if (difference != 0) {
        boolean reversed = i < descending.size() && descending.get(i);
        return reversed ? -difference : difference;
      }
    }
    return Integer.compare(one.values.size(), other.values.size());
  }

  private static int compare(Object left, Object right) {
    if (left instanceof Long one && right instanceof Long other) {
      return one.compareTo(other);
    }
    return left instanceof Double one && right instanceof Double other
        ? one.compareTo(other)
        : Arrays.compareUnsigned(bytes(left), bytes(right));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SortKey key
        && Arrays.deepEquals(values.toArray(), key.values.toArray());
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(values.toArray());
  }

  @Override
  public String toString() {
    return values.stream()
        .map(value -> value instanceof byte[] bytes ? new BytesRef(bytes).toString() : value)
        .map(Objects::toString)
        .toList()
        .toString();
  }
}
