// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.runtime.documents.StoredForms;
import io.cairn.store.search.SearchCursor;
import java.util.List;
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
    List<Row> rows =
        page.hits().stream()
            .map(
                hit ->
                    new Row(hit.link(), hit.version(), () -> forms.present(cursor.document(hit))))
            .toList();
    return new Slice(rows, page.next());
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
