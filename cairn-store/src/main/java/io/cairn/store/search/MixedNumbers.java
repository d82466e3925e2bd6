// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.search;

import io.cairn.store.index.IndexFields;
import java.io.IOException;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SortedNumericDocValues;
import org.apache.lucene.search.DoubleValues;
import org.apache.lucene.search.DoubleValuesSource;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SortField;
import org.apache.lucene.util.NumericUtils;
import org.jspecify.annotations.Nullable;

/**
 * A field that is a whole number in some documents and has a fraction, or more than 64 bits, in
 * others, and so has its values in two places: as one field to sort by. Whole numbers beyond 53
 * bits are compared by their nearest double.
 */
final class MixedNumbers extends DoubleValuesSource {
  private final String name;
  private final boolean largest;

  /**
   * Prepares for one field.
   *
   * @param largest whether the largest of several values counts, or the smallest
   */
  MixedNumbers(String name, boolean largest) {
    this.name = name;
    this.largest = largest;
  }

  /** Sorts by it, the largest first if that is what counts; documents without a value come last. */
  SortField sortField() {
    return getSortField(largest, largest ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
  }

  @Override
  public DoubleValues getValues(LeafReaderContext leaf, @Nullable DoubleValues scores)
      throws IOException {
    SortedNumericDocValues whole =
        DocValues.getSortedNumeric(leaf.reader(), IndexFields.integer(name));
    SortedNumericDocValues decimal =
        DocValues.getSortedNumeric(leaf.reader(), IndexFields.decimal(name));
    return new DoubleValues() {
      private double value;

      @Override
      public double doubleValue() {
        return value;
      }

      @Override
      public boolean advanceExact(int doc) throws IOException {
        boolean hasWhole = whole.advanceExact(doc);
        boolean hasDecimal = decimal.advanceExact(doc);
        double none = largest ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        double first = hasWhole ? chosen(whole) : none;
        double second = hasDecimal ? NumericUtils.sortableLongToDouble(chosen(decimal)) : none;
        value = largest ? Math.max(first, second) : Math.min(first, second);
        return hasWhole || hasDecimal;
      }
    };
  }

  /** The values of a document are in ascending order. */
  private long chosen(SortedNumericDocValues values) throws IOException {
    long chosen = values.nextValue();
    for (int i = 1; largest && i < values.docValueCount(); i++) {
      chosen = values.nextValue();
    }
    return chosen;
  }

  @Override
  public boolean needsScores() {
    return false;
  }

  @Override
  public DoubleValuesSource rewrite(IndexSearcher searcher) {
    return this;
  }

  @Override
  public boolean isCacheable(LeafReaderContext leaf) {
    return true;
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MixedNumbers same && same.name.equals(name) && same.largest == largest;
  }

  @Override
  public String toString() {
    return "mixed numbers of " + name;
  }
}
