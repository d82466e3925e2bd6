// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.runtime.documents.StoredForms;
import io.cairn.store.search.SearchCursor;
import io.cairn.store.search.SearchGroups;
import org.jspecify.annotations.Nullable;

/** What a search of the index found, in groups; holds the index's files of that moment. */
record IndexedGroups(SearchGroups found, StoredForms forms) implements FoundGroups {

  @Override
  public Groups groups(int skipped, int size, Asker asker) {
    SearchGroups.Names names = found.names(skipped, size, asker::requirePresent);
    return new Groups(names.names(), names.hasMore() ? skipped + names.found() : null);
  }

  @Override
  public Slice read(@Nullable Object position, int size, Asker asker) {
    if (!(position instanceof InGroup(String group, Object within))) {
      throw new IllegalArgumentException("Documents of groups are read group by group");
    }
    SearchCursor.Page page =
        found.read(group, (SearchCursor.Position) within, size, asker::requirePresent);
    Object next = page.next() == null ? null : new InGroup(group, page.next());
    return new Slice(IndexedDocuments.rows(page.hits(), found::document, forms), next);
  }

  @Override
  public long totalCount() {
    return found.totalCount();
  }

  @Override
  public void close() {
    found.close();
  }
}
