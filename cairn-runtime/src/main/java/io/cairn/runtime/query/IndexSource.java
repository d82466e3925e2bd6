// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.store.search.DocumentSearch;
import io.cairn.store.search.SearchResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The indexed documents of some partitions, or those of them that match a restriction. */
final class IndexSource implements QuerySource {

  private final DocumentSearch search;
  private final @Nullable Query restriction;

  /**
   * Searches the index.
   *
   * @param restriction must match as well; null if there is none
   * @param asker whoever is searched for
   */
  IndexSource(DocumentSearch search, @Nullable Query restriction, Asker asker) {
    this.search = search.checking(asker::requirePresent);
    this.restriction = restriction;
  }

  @Override
  public FoundDocuments open(QuerySpecification specification) {
    return new IndexedDocuments(search.open(specification, restriction));
  }

  @Override
  public FoundDocuments first(QuerySpecification specification) {
    return new OneResult(search.search(specification, restriction));
  }

  @Override
  public long count(QuerySpecification specification) {
    try (SearchResult result = search.search(specification, restriction)) {
      return result.totalCount();
    }
  }

  /** What one search found; its limit has been applied already. */
  private record OneResult(SearchResult result) implements FoundDocuments {
    @Override
    public Slice read(@Nullable Object position, int size, Asker asker) {
      List<Row> rows =
          result.hits().stream()
              .limit(size)
              .map(hit -> new Row(hit.link(), hit.version(), () -> result.document(hit)))
              .toList();
      return new Slice(rows, null);
    }

    @Override
    public long totalCount() {
      return result.totalCount();
    }

    @Override
    public long heldBytes() {
      return 0;
    }

    @Override
    public void close() {
      result.close();
    }
  }
}
