// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.store.index.DocumentVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Documents of services without persistence, found by looking at each. */
final class ListedDocuments implements FoundDocuments {

  private final List<DocumentVersion> documents;
  private final int offset;

  /**
   * Keeps what was found.
   *
   * @param documents all of it, in order
   * @param offset how many of them the first slice skips
   */
  ListedDocuments(List<DocumentVersion> documents, int offset) {
    this.documents = documents;
    this.offset = offset;
  }

  @Override
  public Slice read(@Nullable Object position, int size, Asker asker) {
    int from = Math.min(position == null ? offset : (Integer) position, documents.size());
    int to = (int) Math.min((long) from + size, documents.size());
    List<Row> rows =
        documents.subList(from, to).stream()
            .map(document -> new Row(document.link(), document.version(), () -> document))
            .toList();
    return new Slice(rows, to < documents.size() ? to : null);
  }

  @Override
  public long totalCount() {
    return documents.size();
  }

  @Override
  public long heldBytes() {
    return documents.stream().mapToLong(document -> document.json().length).sum();
  }

  @Override
  public void close() {}
}
