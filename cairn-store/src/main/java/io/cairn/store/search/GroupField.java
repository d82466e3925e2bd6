// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.search;

import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.query.SortableNumber;
import io.cairn.store.index.ExactToken;
import io.cairn.store.index.IndexFields;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.lucene.document.SortedSetDocValuesField;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SortedNumericDocValues;
import org.apache.lucene.index.SortedSetDocValues;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.FieldExistsQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TermRangeQuery;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.LongBitSet;
import org.apache.lucene.util.NumericUtils;
import org.jspecify.annotations.Nullable;

/**
 * The property that documents are grouped by: which groups a document is in, and which documents a
 * group has. A document with several values is in the group of each.
 *
 * @param type as which the query asks for it
 */
record GroupField(String name, @Nullable TypeName type) {

  private static final String KIND_TERMS = IndexFields.exact(IndexFields.KIND);

  /** The index fields that the values are read from. */
  private Stream<String> fields() {
    return Stream.concat(Stream.of(IndexFields.sortable(name)), IndexFields.numbers(name).stream());
  }

  /** Whether it is the kind, of which the index has terms and no values document by document. */
  boolean isKind() {
    return IndexFields.KIND.equals(name);
  }

  /** The documents of the group of a name. */
  Query members(String group, Predicate<String> hasField, QueryTranslator translator) {
    List<Query> ways = new ArrayList<>();
    if (isKind()) {
      ways.add(new TermQuery(new Term(KIND_TERMS, ExactToken.of(group))));
    }
    if (hasField.test(IndexFields.sortable(name))) {
      ways.add(texts(group, hasField));
    }
    translator.addNumbers(name, List.of(group), ways);
    if (group.equals(SearchGroups.WITHOUT_VALUE)) {
      BooleanQuery.Builder without = new BooleanQuery.Builder();
      without.add(MatchAllDocsQuery.INSTANCE, Occur.FILTER);
      fields()
          .filter(hasField)
          .forEach(field -> without.add(new FieldExistsQuery(field), Occur.MUST_NOT));
      if (isKind()) {
        without.add(new TermRangeQuery(KIND_TERMS, null, null, true, true), Occur.MUST_NOT);
      }
      ways.add(without.build());
    }
    return QueryTranslator.any(ways);
  }

  /** By the same values as those that made the groups; found by the term where there is one. */
  private Query texts(String group, Predicate<String> hasField) {
    String sortable = IndexFields.sortable(name);
    Query sorted = SortedSetDocValuesField.newSlowExactQuery(sortable, new BytesRef(group));
    if (group.length() >= ExactToken.SORTED || hasField.test(IndexFields.text(name))) {
      return sorted;
    }
    return new BooleanQuery.Builder()
        .add(new TermQuery(new Term(IndexFields.exact(name), group)), Occur.FILTER)
        .add(sorted, Occur.FILTER)
        .build();
  }

  /** Values of no documents. */
  Values none() {
    return new Values(
        DocValues.emptySortedSet(),
        DocValues.emptySortedNumeric(),
        DocValues.emptySortedNumeric(),
        DocValues.emptySortedSet(),
        null);
  }

  /**
   * The values of the documents of a segment.
   *
   * @param once whether a value need not be given again for another document; some are, all the
   *     same
   */
  Values of(LeafReaderContext segment, boolean once) throws IOException {
    SortedSetDocValues texts =
        isKind()
            ? TermValues.of(segment.reader(), KIND_TERMS)
            : DocValues.getSortedSet(segment.reader(), IndexFields.sortable(name));
    return new Values(
        texts,
        DocValues.getSortedNumeric(segment.reader(), IndexFields.integer(name)),
        DocValues.getSortedNumeric(segment.reader(), IndexFields.decimal(name)),
        DocValues.getSortedSet(segment.reader(), IndexFields.exactNumber(name)),
        once ? new Given(texts.getValueCount()) : null);
  }

  /**
   * What has been given of a segment: all texts, and numbers of late. Most documents are in a group
   * that is known, and to see that costs less than to make a value and to look for its group.
   */
  private static final class Given {
    private static final int NUMBERS = 1 << 10;

    /** By ordinal. */
    private final LongBitSet texts;

    /** Each in its place, until another takes it. */
    private final long[] numbers = new long[NUMBERS];

    /** Places that hold a number. */
    private final BitSet taken = new BitSet(NUMBERS);

    Given(long textCount) {
      this.texts = new LongBitSet(textCount);
    }

    /** Whether it was given, and notes that it is. */
    boolean text(long ordinal) {
      return texts.getAndSet(ordinal);
    }

    /** Whether it was given of late, and notes that it is. */
    boolean number(long value) {
      int place = Long.hashCode(value) & NUMBERS - 1;
      if (numbers[place] == value && taken.get(place)) {
        return true;
      }
      numbers[place] = value;
      taken.set(place);
      return false;
    }
  }

  /** Gives the values of one document after the other, in ascending order. For one thread. */
  static final class Values {
    private final SortedSetDocValues texts;
    private final SortedNumericDocValues whole;
    private final SortedNumericDocValues decimal;
    private final SortedSetDocValues exact;
    private final @Nullable Given given;
    private final List<GroupValue> ofDocument = new ArrayList<>();
    private int next;

    private Values(
        SortedSetDocValues texts,
        SortedNumericDocValues whole,
        SortedNumericDocValues decimal,
        SortedSetDocValues exact,
        @Nullable Given given) {
      this.texts = texts;
      this.whole = whole;
      this.decimal = decimal;
      this.exact = exact;
      this.given = given;
    }

    /** Goes on to a document. */
    void advance(int doc) throws IOException {
      ofDocument.clear();
      next = 0;
      boolean has = addTexts(doc);
      if (whole.advanceExact(doc)) {
        has = true;
        for (int i = 0; i < whole.docValueCount(); i++) {
          long value = whole.nextValue();
          if (given == null || !given.number(value)) {
            ofDocument.add(GroupValue.of(value));
          }
        }
      }
      if (decimal.advanceExact(doc)) {
        has = true;
        for (int i = 0; i < decimal.docValueCount(); i++) {
          ofDocument.add(GroupValue.of(NumericUtils.sortableLongToDouble(decimal.nextValue())));
        }
      }
      if (exact.advanceExact(doc)) {
        has = true;
        for (int i = 0; i < exact.docValueCount(); i++) {
          BytesRef bytes = exact.lookupOrd(exact.nextOrd());
          ofDocument.add(GroupValue.of(SortableNumber.read(bytes.bytes, bytes.offset)));
        }
      }
      if (!has) {
        ofDocument.add(GroupValue.NONE);
      }
    }

    private boolean addTexts(int doc) throws IOException {
      if (!texts.advanceExact(doc)) {
        return false;
      }
      int count = texts.docValueCount();
      for (int i = 0; i < count; i++) {
        long ordinal = texts.nextOrd();
        if (given == null || !given.text(ordinal)) {
          GroupValue value = GroupValue.of(texts.lookupOrd(ordinal));
          ofDocument.add(count == 1 ? value : value.owned());
        }
      }
      return true;
    }

    /** All values of the document, valid until it goes on to another; empty if it has none. */
    List<GroupValue> all() {
      boolean none = ofDocument.size() == 1 && ofDocument.getFirst().equals(GroupValue.NONE);
      return none ? List.of() : ofDocument;
    }

    /** The next value of the document, valid until the next call; null if there is no other. */
    @Nullable GroupValue next() {
      return next < ofDocument.size() ? ofDocument.get(next++) : null;
    }
  }
}
