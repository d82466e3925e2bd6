// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.store.search.SearchCursor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a search of the index found; holds the index's files of that moment. */
final class IndexedDocuments implements FoundDocuments {

  private final SearchCursor cursor;

  IndexedDocuments(SearchCursor cursor) {
    this.cursor = cursor;
  }

  @Override
  public Slice read(@Nullable Object position, int size, Asker asker) {
    SearchCursor.Position from =
        position == null ? cursor.first() : (SearchCursor.Position) position;
    SearchCursor.Page page = cursor.read(from, size, asker::requirePresent);
    List<Row> rows =
        page.hits().stream()
            .map(hit -> new Row(hit.link(), hit.version(), () -> cursor.document(hit)))
            .toList();
    return new Slice(rows, page.next());
  }

  @Override
  public long totalCount() {
    return cursor.totalCount();
  }

  /** The index keeps it, in files. */
  @Override
  public long heldBytes() {
    return 0;
  }

  @Override
  public void close() {
    cursor.close();
  }
}
