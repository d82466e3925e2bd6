// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.search;

import io.cairn.store.index.IndexFields;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.index.SortedNumericDocValues;
import org.apache.lucene.search.FieldDoc;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.TopFieldCollectorManager;
import org.apache.lucene.search.TopFieldDocs;
import org.jspecify.annotations.Nullable;

/** Runs a plan and turns documents of the readers into hits. */
final class HitCollection {
  /** So many hits are read between two checks. */
  private static final int CHECKED = 1024;

  private HitCollection() {}

  /**
   * The first matches in order, after one that is given.
   *
   * @param check run now and then; what it throws ends this
   * @throws IllegalArgumentException if there is no memory for so many
   */
  static ScoreDoc[] top(
      SearchReaders readers, Runnable check, SearchPlan plan, int count, @Nullable ScoreDoc after)
      throws IOException {
    IndexSearcher searcher = readers.searcher(check);
    int bounded = Math.max(1, Math.min(count, searcher.getIndexReader().maxDoc()));
    boolean unsorted = plan.sort().equals(Sort.INDEXORDER);
    readers.requireRoom(bounded, unsorted ? 0 : plan.sort().getSort().length);
    if (unsorted) {
      int position = after == null ? -1 : after.doc;
      return searcher
          .search(plan.query(), new FirstMatches.Manager(position, bounded))
          .toArray(ScoreDoc[]::new);
    }
    TopFieldDocs found =
        searcher.search(
            plan.query(), new TopFieldCollectorManager(plan.sort(), bounded, (FieldDoc) after, 1));
    return found.scoreDocs;
  }

  /**
   * Hits for documents of the readers, in the given order.
   *
   * @param check run now and then; what it throws ends this
   */
  static List<SearchHit> hits(IndexSearcher searcher, ScoreDoc[] found, Runnable check)
      throws IOException {
    List<LeafReaderContext> leaves = searcher.getIndexReader().leaves();
    // Doc values are read forwards: by position, then put back into order.
    long[] byPosition = new long[found.length];
    Arrays.setAll(byPosition, i -> (long) found[i].doc << Integer.SIZE | i);
    Arrays.sort(byPosition);
    SearchHit[] hits = new SearchHit[found.length];
    LeafValues values = null;
    int read = 0;
    for (long position : byPosition) {
      int i = (int) position;
      if (++read % CHECKED == 0) {
        check.run();
      }
      int doc = found[i].doc;
      if (values == null || !values.holds(doc)) {
        values = LeafValues.of(leaves.get(ReaderUtil.subIndex(doc, leaves)));
      }
      hits[i] = values.hit(doc);
    }
    return new ArrayList<>(Arrays.asList(hits));
  }

  /** Link and version of a segment's documents; asked in ascending order. */
  record LeafValues(
      LeafReaderContext leaf, SortedDocValues links, SortedNumericDocValues versions) {

    static LeafValues of(LeafReaderContext leaf) throws IOException {
      return new LeafValues(
          leaf,
          DocValues.getSorted(leaf.reader(), IndexFields.LINK_SORT),
          DocValues.getSortedNumeric(leaf.reader(), IndexFields.VERSION_NUMBER));
    }

    boolean holds(int doc) {
      return doc >= leaf.docBase && doc < leaf.docBase + leaf.reader().maxDoc();
    }

    SearchHit hit(int doc) throws IOException {
      int local = doc - leaf.docBase;
      long version = versions.advanceExact(local) ? versions.nextValue() : 0;
      return new SearchHit(link(local), version, doc);
    }

    String link(int local) throws IOException {
      return links.advanceExact(local) ? links.lookupOrd(links.ordValue()).utf8ToString() : "";
    }
  }
}
