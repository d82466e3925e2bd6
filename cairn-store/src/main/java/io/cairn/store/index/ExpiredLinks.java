// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.index;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;

/** Finds the documents whose expiration has come. */
public final class ExpiredLinks {
  private ExpiredLinks() {}

  /** Matches every version that has expired. */
  public static Query at(long nowMicros) {
    return LongPoint.newRangeQuery(IndexFields.EXPIRATION_NUMBER, 1, nowMicros);
  }

  public static List<String> find(DirectoryReader reader, long nowMicros, int limit)
      throws IOException {
    List<LeafReaderContext> leaves = reader.leaves();
    List<String> links = new ArrayList<>();
    for (ScoreDoc hit : new IndexSearcher(reader).search(at(nowMicros), limit).scoreDocs) {
      LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(hit.doc, leaves));
      SortedDocValues values = DocValues.getSorted(leaf.reader(), IndexFields.LINK_SORT);
      if (values.advanceExact(hit.doc - leaf.docBase)) {
        links.add(values.lookupOrd(values.ordValue()).utf8ToString());
      }
    }
    return links;
  }
}
