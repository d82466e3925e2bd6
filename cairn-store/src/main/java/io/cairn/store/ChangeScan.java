// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.cairn.store.index.AllVersionsReader;
import io.cairn.store.index.IndexFields;
import java.io.IOException;
import java.util.Arrays;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.DocValuesSkipper;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SegmentReader;
import org.apache.lucene.index.SortedNumericDocValues;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.ArrayUtil;
import org.apache.lucene.util.Bits;
import org.jspecify.annotations.Nullable;

/**
 * The documents of a reader that came after a log index, up to another, in the order of the log.
 */
final class ChangeScan {
  /** More changes than this are not worth sorting: the files are less work. */
  private static final int MAX = 2_000_000;

  /** A key is the distance from the first log index, then the document's position. */
  private static final int DOCUMENT_BITS = 31;

  private static final long MAX_DISTANCE = 1L << (63 - DOCUMENT_BITS);

  private static final String[] POSITIONS = {
    IndexFields.LOG_INDEX, IndexFields.PACKED_INDEX, IndexFields.MERGED_INDEX, IndexFields.PURGED_AT
  };

  private final long from;
  private final long upTo;
  private final int entries;
  private long[] keys = new long[16];
  private int count;

  private ChangeScan(long from, long upTo, int entries) {
    this.from = from;
    this.upTo = upTo;
    this.entries = entries;
  }

  /** Finds the changes, or null when they are too many. */
  static @Nullable ChangeScan of(DirectoryReader reader, long from, long upTo) throws IOException {
    ChangeScan scan = new ChangeScan(from, upTo, Math.max(1, reader.maxDoc()));
    for (LeafReaderContext leaf : reader.leaves()) {
      for (String field : POSITIONS) {
        if (!scan.add(leaf, field)) {
          return null;
        }
      }
    }
    Arrays.sort(scan.keys, 0, scan.count);
    return scan;
  }

  private boolean add(LeafReaderContext context, String field) throws IOException {
    LeafReader leaf = context.reader();
    DocValuesSkipper skipper = leaf.getDocValuesSkipper(field);
    if (skipper != null && (skipper.maxValue() <= from || skipper.minValue() > upTo)) {
      return true;
    }
    Bits kept = AllVersionsReader.keptDocs(leaf);
    SortedNumericDocValues positions = DocValues.getSortedNumeric(leaf, field);
    for (int doc = positions.nextDoc();
        doc != DocIdSetIterator.NO_MORE_DOCS;
        doc = positions.nextDoc()) {
      for (int i = 0; i < positions.docValueCount(); i++) {
        long distance = positions.nextValue() - from;
        if (distance > 0 && distance <= upTo - from && (kept == null || kept.get(doc))) {
          if (count == MAX || distance >= MAX_DISTANCE) {
            return false;
          }
          keys = ArrayUtil.grow(keys, count + 1);
          keys[count++] = distance << DOCUMENT_BITS | (context.docBase + doc);
        }
      }
    }
    return true;
  }

  long from() {
    return from;
  }

  int count() {
    return count;
  }

  long logIndex(int at) {
    return from + (keys[at] >>> DOCUMENT_BITS);
  }

  int document(int at) {
    return (int) (keys[at] & Integer.MAX_VALUE);
  }

  /** The part of all entries of the index that are changes, from 0 to 1. */
  double share() {
    return (double) count / entries;
  }

  /** The size of a reader's files, in bytes. */
  static long bytes(DirectoryReader reader) throws IOException {
    long bytes = 0;
    for (LeafReaderContext leaf : reader.leaves()) {
      bytes += ((SegmentReader) leaf.reader()).getSegmentInfo().sizeInBytes();
    }
    return bytes;
  }
}
