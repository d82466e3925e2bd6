// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.search;

import java.io.IOException;
import java.util.Collection;
import java.util.function.Consumer;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.CollectorManager;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.SimpleCollector;
import org.jspecify.annotations.Nullable;

/** Hands the link of each match to a consumer. */
final class LinkCollector extends SimpleCollector {
  private final Consumer<String> sink;
  private HitCollection.@Nullable LeafValues values;

  private LinkCollector(Consumer<String> sink) {
    this.sink = sink;
  }

  @Override
  protected void doSetNextReader(LeafReaderContext context) throws IOException {
    values = HitCollection.LeafValues.of(context);
  }

  @Override
  public void collect(int doc) throws IOException {
    if (values != null) {
      sink.accept(values.link(doc));
    }
  }

  @Override
  public ScoreMode scoreMode() {
    return ScoreMode.COMPLETE_NO_SCORES;
  }

  /** Searchers here have no executor, so there is one collector. */
  record Manager(Consumer<String> sink) implements CollectorManager<LinkCollector, Integer> {
    @Override
    public LinkCollector newCollector() {
      return new LinkCollector(sink);
    }

    @Override
    public Integer reduce(Collection<LinkCollector> collectors) {
      return collectors.size();
    }
  }
}
