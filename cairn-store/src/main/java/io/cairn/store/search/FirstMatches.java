// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.search;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.CollectionTerminatedException;
import org.apache.lucene.search.CollectorManager;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.SimpleCollector;

/**
 * The first matches in the order of the index. Takes memory for what is found, not for what might
 * be, and stops when it has enough.
 */
final class FirstMatches extends SimpleCollector {
  private final int after;
  private final int limit;
  private final List<ScoreDoc> found = new ArrayList<>();
  private int base;

  private FirstMatches(int after, int limit) {
    this.after = after;
    this.limit = limit;
  }

  @Override
  protected void doSetNextReader(LeafReaderContext segment) {
    base = segment.docBase;
    if (found.size() >= limit || base + segment.reader().maxDoc() <= after) {
      throw new CollectionTerminatedException();
    }
  }

  @Override
  public void collect(int doc) {
    if (base + doc > after) {
      if (found.size() >= limit) {
        throw new CollectionTerminatedException();
      }
      found.add(new ScoreDoc(base + doc, 0));
    }
  }

  @Override
  public ScoreMode scoreMode() {
    return ScoreMode.COMPLETE_NO_SCORES;
  }

  /**
   * Collects at most so many matches behind a position, -1 for all. Searchers here have no
   * executor, so there is one collector.
   */
  record Manager(int after, int limit) implements CollectorManager<FirstMatches, List<ScoreDoc>> {
    @Override
    public FirstMatches newCollector() {
      return new FirstMatches(after, limit);
    }

    @Override
    public List<ScoreDoc> reduce(Collection<FirstMatches> collectors) {
      return collectors.iterator().next().found;
    }
  }
}
