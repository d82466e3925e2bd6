// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.cairn.store.index.AllVersionsReader;
import io.cairn.store.index.IndexFields;
import java.io.IOException;
import java.util.Arrays;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SortedNumericDocValues;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.Query;
import org.apache.lucene.util.ArrayUtil;
import org.apache.lucene.util.Bits;

/**
 * The log indexes of the purges that left a trace in the index, so that another replica can be told
 * of them. Bounded in number and in age: beyond, the oldest are forgotten, and with them the
 * ability to tell what changed since then. Guarded by the store's index lock, except {@link
 * #completeFrom}.
 */
final class PurgeTraces {
  private final int maxCount;
  private final long maxDistance;
  private long[] indexes = new long[16];
  private int count;
  private volatile long completeFrom;

  /**
   * Creates traces without any.
   *
   * @param maxCount how many are kept
   * @param maxDistance how many log entries back they are kept
   * @param completeFrom every purge after this log index has a trace
   */
  PurgeTraces(int maxCount, long maxDistance, long completeFrom) {
    this.maxCount = maxCount;
    this.maxDistance = maxDistance;
    this.completeFrom = completeFrom;
  }

  /** Learns what an index has. */
  void learn(DirectoryReader reader) throws IOException {
    for (LeafReaderContext context : reader.leaves()) {
      LeafReader leaf = context.reader();
      Bits kept = AllVersionsReader.keptDocs(leaf);
      SortedNumericDocValues purges = DocValues.getSortedNumeric(leaf, IndexFields.PURGED_AT);
      while (purges.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
        if (kept == null || kept.get(purges.docID())) {
          add(purges.nextValue());
        }
      }
    }
    Arrays.sort(indexes, 0, count);
  }

  /** A purge was written; they come in the order of the log. */
  void add(long logIndex) {
    indexes = ArrayUtil.grow(indexes, count + 1);
    indexes[count++] = logIndex;
  }

  /** Forgets what is beyond the bounds; true when traces up to {@link #completeFrom} are to go. */
  boolean trim(long appliedIndex) {
    int surplus = count > maxCount ? count - maxCount + maxCount / 4 : 0;
    while (surplus < count && indexes[surplus] <= appliedIndex - maxDistance) {
      surplus++;
    }
    if (surplus == 0) {
      return false;
    }
    completeFrom = Math.max(completeFrom, indexes[surplus - 1]);
    // Those of the same log entry go with it.
    while (surplus < count && indexes[surplus] <= completeFrom) {
      surplus++;
    }
    count -= surplus;
    System.arraycopy(indexes, surplus, indexes, 0, count);
    return true;
  }

  /** Matches the traces of purges up to a log index. */
  static Query upTo(long logIndex) {
    return LongPoint.newRangeQuery(IndexFields.PURGED_AT, Long.MIN_VALUE, logIndex);
  }

  /** Every purge after this log index has a trace. Any thread. */
  long completeFrom() {
    return completeFrom;
  }
}
