// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.document.QueryExplanation;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.runtime.documents.StoredForms;
import io.cairn.runtime.query.aggregation.Aggregated;
import io.cairn.store.search.DocumentSearch;
import io.cairn.store.search.SearchHit;
import io.cairn.store.search.SearchResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The indexed documents of some partitions, or those of them that match a restriction. */
final class IndexSource implements QuerySource {

  private final DocumentSearch search;
  private final @Nullable Query restriction;
  private final StoredForms forms;

  /**
   * Searches the index.
   *
   * @param restriction must match as well; null if there is none
   * @param asker whoever is searched for
   * @param forms shows what is found in its present form
   */
  IndexSource(DocumentSearch search, @Nullable Query restriction, Asker asker, StoredForms forms) {
    this.forms = forms;
    this.search = search.checking(asker::requirePresent);
    this.restriction = restriction;
  }

  @Override
  public FoundDocuments open(QuerySpecification specification) {
    return new IndexedDocuments(search.open(forms.widened(specification), restriction), forms);
  }

  @Override
  public FoundGroups groups(QuerySpecification specification) {
    return new IndexedGroups(search.groups(forms.widened(specification), restriction), forms);
  }

  @Override
  public Aggregated aggregate(QuerySpecification specification) {
    return new Aggregated(forms.widened(specification)).scan(search, restriction);
  }

  @Override
  public QueryExplanation explain(QuerySpecification specification) {
    return search.explain(forms.widened(specification), restriction);
  }

  @Override
  public FoundDocuments first(QuerySpecification specification) {
    return new OneResult(search.search(forms.widened(specification), restriction), forms);
  }

  @Override
  public long count(QuerySpecification specification) {
    try (SearchResult result = search.search(forms.widened(specification), restriction)) {
      return result.totalCount();
    }
  }

  /** What one search found; its limit has been applied already. */
  private record OneResult(SearchResult result, StoredForms forms) implements FoundDocuments {
    @Override
    public Slice read(@Nullable Object position, int size, Asker asker) {
      List<SearchHit> hits = result.hits();
      List<SearchHit> first = hits.subList(0, Math.min(size, hits.size()));
      return new Slice(IndexedDocuments.rows(first, result::document, forms), null);
    }

    @Override
    public long totalCount() {
      return result.totalCount();
    }

    @Override
    public void close() {
      result.close();
    }
  }
}
