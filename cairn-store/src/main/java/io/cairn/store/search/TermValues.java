// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.SortedSetDocValues;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.util.BytesRef;

/**
 * Values of the documents of a segment, read from the terms of a field that has few, as the kind
 * has: each term's documents are gone through beside those that are asked for. So old indexes have
 * them too, and no document carries them twice. Of several terms of a document it knows the first.
 * For one thread, which asks for documents in ascending order.
 */
final class TermValues extends SortedSetDocValues {
  private final List<BytesRef> terms = new ArrayList<>();
  private final PriorityQueue<Documents> next =
      new PriorityQueue<>(
          Comparator.comparingInt((Documents one) -> one.postings().docID())
              .thenComparingInt(Documents::ordinal));
  private int current = -1;
  private long ordinal;

  /** The documents of a term, one of which they stand on. */
  private record Documents(PostingsEnum postings, int ordinal) {}

  private TermValues() {}

  static SortedSetDocValues of(LeafReader segment, String field) throws IOException {
    Terms found = segment.terms(field);
    if (found == null) {
      return DocValues.emptySortedSet();
    }
    TermValues values = new TermValues();
    TermsEnum each = found.iterator();
    for (BytesRef term = each.next(); term != null; term = each.next()) {
      PostingsEnum postings = each.postings(null, PostingsEnum.NONE);
      if (postings.nextDoc() != NO_MORE_DOCS) {
        values.next.add(new Documents(postings, values.terms.size()));
      }
      values.terms.add(BytesRef.deepCopyOf(term));
    }
    return values;
  }

  @Override
  public boolean advanceExact(int target) throws IOException {
    current = target;
    while (true) {
      Documents first = next.peek();
      if (first == null || first.postings().docID() > target) {
        return false;
      }
      if (first.postings().docID() == target) {
        ordinal = first.ordinal();
        return true;
      }
      var _ = next.remove();
      if (first.postings().advance(target) != NO_MORE_DOCS) {
        next.add(first);
      }
    }
  }

  @Override
  public long nextOrd() {
    return ordinal;
  }

  @Override
  public int docValueCount() {
    return 1;
  }

  @Override
  public BytesRef lookupOrd(long ord) {
    return terms.get((int) ord);
  }

  @Override
  public long getValueCount() {
    return terms.size();
  }

  @Override
  public int docID() {
    return current;
  }

  @Override
  public int nextDoc() throws IOException {
    return advance(current + 1);
  }

  @Override
  public int advance(int target) throws IOException {
    int from = target;
    while (!advanceExact(from)) {
      Documents first = next.peek();
      if (first == null) {
        current = NO_MORE_DOCS;
        return NO_MORE_DOCS;
      }
      from = first.postings().docID();
    }
    return current;
  }

  @Override
  public long cost() {
    return next.stream().mapToLong(one -> one.postings().cost()).sum();
  }
}
