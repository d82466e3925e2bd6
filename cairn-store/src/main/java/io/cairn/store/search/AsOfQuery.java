// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.search;

import io.cairn.store.index.IndexFields;
import io.cairn.store.index.LinkLookup;
import io.cairn.store.index.StoredForm;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.search.ConstantScoreScorer;
import org.apache.lucene.search.ConstantScoreWeight;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.TwoPhaseIterator;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.Bits;
import org.jspecify.annotations.Nullable;

/**
 * Matches, over a reader of all versions, the version of each link that was the newest at a time:
 * no version of the link made until then came later in the log. Looks the other versions of a link
 * up when one of them matches the rest of the query, once per link.
 */
final class AsOfQuery extends Query {
  private final long boundaryMicros;

  AsOfQuery(long boundaryMicros) {
    this.boundaryMicros = boundaryMicros;
  }

  @Override
  public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost)
      throws IOException {
    Query until =
        LongPoint.newRangeQuery(IndexFields.UPDATE_TIME_NUMBER, Long.MIN_VALUE, boundaryMicros);
    Weight made = searcher.createWeight(searcher.rewrite(until), ScoreMode.COMPLETE_NO_SCORES, 1f);
    return new AsOfWeight(this, boost, made, searcher.getIndexReader().leaves());
  }

  private final class AsOfWeight extends ConstantScoreWeight {
    private final Weight made;
    private final List<LeafReaderContext> leaves;
    private final Map<String, Long> newestByLink = new HashMap<>();

    AsOfWeight(Query query, float boost, Weight made, List<LeafReaderContext> leaves) {
      super(query, boost);
      this.made = made;
      this.leaves = leaves;
    }

    @Override
    public @Nullable ScorerSupplier scorerSupplier(LeafReaderContext context) throws IOException {
      Scorer candidates = made.scorer(context);
      if (candidates == null) {
        return null;
      }
      SortedDocValues links = DocValues.getSorted(context.reader(), IndexFields.LINK_SORT);
      NumericDocValues indexes = DocValues.getNumeric(context.reader(), IndexFields.LOG_INDEX);
      TwoPhaseIterator newest =
          new TwoPhaseIterator(candidates.iterator()) {
            @Override
            public boolean matches() throws IOException {
              int doc = approximation().docID();
              return links.advanceExact(doc)
                  && indexes.advanceExact(doc)
                  && indexes.longValue()
                      == newest(links.lookupOrd(links.ordValue()).utf8ToString());
            }

            @Override
            public float matchCost() {
              return 1_000;
            }
          };
      return new DefaultScorerSupplier(
          new ConstantScoreScorer(score(), ScoreMode.COMPLETE_NO_SCORES, newest));
    }

    private long newest(String link) throws IOException {
      Long known = newestByLink.get(link);
      if (known != null) {
        return known;
      }
      long newest = -1;
      for (LeafReaderContext leaf : leaves) {
        newest = Math.max(newest, newestIn(leaf, link));
      }
      newestByLink.put(link, newest);
      return newest;
    }

    private long newestIn(LeafReaderContext leaf, String link) throws IOException {
      DocIdSetIterator versions = LinkLookup.postings(leaf.reader(), link);
      if (versions == null) {
        return -1;
      }
      Bits kept = leaf.reader().getLiveDocs();
      NumericDocValues indexes = DocValues.getNumeric(leaf.reader(), IndexFields.LOG_INDEX);
      var times = DocValues.getSortedNumeric(leaf.reader(), IndexFields.UPDATE_TIME_NUMBER);
      var packed = DocValues.getSortedNumeric(leaf.reader(), IndexFields.PACKED_INDEX);
      long newest = -1;
      for (int doc = versions.nextDoc();
          doc != DocIdSetIterator.NO_MORE_DOCS;
          doc = versions.nextDoc()) {
        if (kept != null && !kept.get(doc)) {
          continue;
        }
        if (packed.advanceExact(doc)) {
          newest = Math.max(newest, newestPacked(leaf.reader(), doc));
          continue;
        }
        boolean inTime = times.advanceExact(doc) && times.nextValue() <= boundaryMicros;
        if (inTime && indexes.advanceExact(doc)) {
          newest = Math.max(newest, indexes.longValue());
        }
      }
      return newest;
    }

    private long newestPacked(LeafReader leaf, int doc) throws IOException {
      return LinkLookup.entries(leaf.storedFields(), doc).stream()
          .filter(entry -> entry.document().updateTimeMicros() <= boundaryMicros)
          .mapToLong(StoredForm.Entry::logIndex)
          .max()
          .orElse(-1);
    }

    @Override
    public boolean isCacheable(LeafReaderContext context) {
      return false;
    }
  }

  @Override
  public void visit(QueryVisitor visitor) {
    visitor.visitLeaf(this);
  }

  @Override
  public String toString(String field) {
    return "newest as of " + boundaryMicros;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AsOfQuery that && boundaryMicros == that.boundaryMicros;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(boundaryMicros);
  }
}
