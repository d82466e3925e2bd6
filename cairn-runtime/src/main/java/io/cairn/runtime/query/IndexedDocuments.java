// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.runtime.documents.StoredForms;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.search.SearchCursor;
import io.cairn.store.search.SearchHit;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a search of the index found; holds the index's files of that moment. */
final class IndexedDocuments implements FoundDocuments {

  private final SearchCursor cursor;
  private final StoredForms forms;

  IndexedDocuments(SearchCursor cursor, StoredForms forms) {
    this.cursor = cursor;
    this.forms = forms;
  }

  @Override
  public Slice read(@Nullable Object position, int size, Asker asker) {
    SearchCursor.Position from =
        position == null ? cursor.first() : (SearchCursor.Position) position;
    SearchCursor.Page page = cursor.read(from, size, asker::requirePresent);
    return new Slice(rows(page.hits(), cursor::document, forms), page.next());
  }

  /** Rows whose documents are read when they are asked for, and shown in their present form. */
  static List<Row> rows(
      List<SearchHit> hits, Function<SearchHit, DocumentVersion> documents, StoredForms forms) {
    return hits.stream()
        .map(hit -> new Row(hit.link(), hit.version(), () -> forms.present(documents.apply(hit))))
        .toList();
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
