// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.document.QueryExplanation;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.runtime.documents.StoredForms;
import io.cairn.runtime.query.aggregation.Aggregated;
import io.cairn.store.search.DocumentSearch;
import io.cairn.store.search.OrderedCursor;
import io.cairn.store.search.SearchHit;
import io.cairn.store.search.SearchResult;
import io.cairn.store.search.SortKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The indexed documents of some partitions, or those of them that match a restriction. */
final class IndexSource implements QuerySource {

  private final DocumentSearch search;
  private final @Nullable Query restriction;
  private final Asker asker;
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
    this.asker = asker;
    this.search = search.checking(asker::requirePresent);
    this.restriction = restriction;
  }

  @Override
  public FoundDocuments open(QuerySpecification specification) {
    return new IndexedDocuments(search.open(forms.widened(specification), restriction), forms);
  }

  @Override
  public FoundDocuments openBehind(QuerySpecification specification, String link) {
    return new Ordered(
        search.openOrdered(forms.widened(specification), restriction), SortKey.ofLink(link), forms);
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
    Visible visible = asker.visible();
    return search.explain(
        forms.widened(specification), restriction, visible == null ? null : visible.query());
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

  /**
   * What a search of the index found, in an order in which every document has a key: a position is
   * the key of the row before.
   *
   * @param begin the key behind which the first row is; null to begin with the first of all
   */
  private record Ordered(OrderedCursor cursor, @Nullable SortKey begin, StoredForms forms)
      implements FoundDocuments {

    @Override
    public Slice read(@Nullable Object position, int size, Asker asker) {
      SortKey after = position == null ? begin : (SortKey) position;
      List<OrderedCursor.Found> found = cursor.read(after, size + 1, asker::requirePresent);
      List<OrderedCursor.Found> some = found.subList(0, Math.min(size, found.size()));
      List<SearchHit> hits = some.stream().map(OrderedCursor.Found::hit).toList();
      return new Slice(
          IndexedDocuments.rows(hits, cursor::document, forms),
          found.size() > size ? some.getLast().key() : null);
    }

    @Override
    public long totalCount() {
      return cursor.totalCount();
    }

    @Override
    public void close() {
      cursor.close();
    }
  }
}
