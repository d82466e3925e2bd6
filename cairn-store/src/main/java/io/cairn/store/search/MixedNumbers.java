// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.search;

import io.cairn.query.Numbers;
import io.cairn.query.SortableNumber;
import io.cairn.store.index.IndexFields;
import java.io.IOException;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SortedNumericDocValues;
import org.apache.lucene.index.SortedSetDocValues;
import org.apache.lucene.search.FieldComparator;
import org.apache.lucene.search.FieldComparatorSource;
import org.apache.lucene.search.Pruning;
import org.apache.lucene.search.SortField;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.NumericUtils;
import org.jspecify.annotations.Nullable;

/**
 * A field that is a whole number of 64 bits in some documents, has a fraction in others, and is
 * compared exactly in others again, and so has its values in several places: as one field to sort
 * by. Each value is brought into the form of {@link SortableNumber}.
 */
final class MixedNumbers extends FieldComparatorSource {
  private MixedNumbers() {}

  /** Sorts by such a field; documents without a value come last. */
  static SortField sortField(String name, boolean reverse) {
    return new SortField(name, new MixedNumbers(), reverse);
  }

  @Override
  public FieldComparator<?> newComparator(
      String name, int hits, Pruning pruning, boolean reversed) {
    // "Last" turns round with the direction.
    return new FieldComparator.TermValComparator(hits, name, !reversed) {
      @Override
      protected BinaryDocValues getBinaryDocValues(LeafReaderContext leaf, String field)
          throws IOException {
        return new Values(leaf, field, reversed);
      }
    };
  }

  /** The value of each document that comes first. Confined to one search of one segment. */
  private static final class Values extends BinaryDocValues {
    private final SortedNumericDocValues whole;
    private final SortedNumericDocValues decimal;
    private final SortedSetDocValues exact;
    private final boolean largest;
    private int current = -1;
    private @Nullable BytesRef first;

    Values(LeafReaderContext leaf, String name, boolean largest) throws IOException {
      this.whole = DocValues.getSortedNumeric(leaf.reader(), IndexFields.integer(name));
      this.decimal = DocValues.getSortedNumeric(leaf.reader(), IndexFields.decimal(name));
      this.exact = DocValues.getSortedSet(leaf.reader(), IndexFields.exactNumber(name));
      this.largest = largest;
    }

    @Override
    public boolean advanceExact(int doc) throws IOException {
      current = doc;
      first = null;
      if (whole.advanceExact(doc)) {
        offer(chosen(whole));
      }
      if (decimal.advanceExact(doc)) {
        offer(NumericUtils.sortableLongToDouble(chosen(decimal)));
      }
      if (exact.advanceExact(doc)) {
        long chosen = exact.nextOrd();
        for (int i = 1; largest && i < exact.docValueCount(); i++) {
          chosen = exact.nextOrd();
        }
        offer(BytesRef.deepCopyOf(exact.lookupOrd(chosen)));
      }
      return first != null;
    }

    /** The values of a document are in ascending order. */
    private long chosen(SortedNumericDocValues values) throws IOException {
      long chosen = values.nextValue();
      for (int i = 1; largest && i < values.docValueCount(); i++) {
        chosen = values.nextValue();
      }
      return chosen;
    }

    private void offer(Number value) {
      offer(new BytesRef(SortableNumber.of(Numbers.exact(value))));
    }

    private void offer(BytesRef value) {
      if (first == null || largest == value.compareTo(first) > 0) {
        first = value;
      }
    }

    @Override
    public @Nullable BytesRef binaryValue() {
      return first;
    }

    @Override
    public int docID() {
      return current;
    }

    @Override
    public int nextDoc() {
      throw new UnsupportedOperationException("asked for one document at a time");
    }

    @Override
    public int advance(int target) {
      throw new UnsupportedOperationException("asked for one document at a time");
    }

    @Override
    public long cost() {
      return whole.cost() + decimal.cost() + exact.cost();
    }
  }
}
