// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QueryTerm;
import io.cairn.store.search.RankedGroup;
import io.cairn.store.search.SearchGroups;
import io.cairn.store.search.SortKey;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What this node and others find, in groups: each group has what all of them have of it. */
record SpreadGroups(SpreadDocuments documents, QuerySpecification specification)
    implements FoundGroups {

  @Override
  public Groups groups(int skipped, int size, Asker asker) {
    QueryTerm by = Objects.requireNonNull(specification.groupByTerm, "checked when it was opened");
    int end = SearchGroups.end(skipped, size, String.valueOf(by.propertyName));
    List<RankedGroup> first = documents.groups(end + 1, RankedGroup.order(specification), asker);
    SearchGroups.Names names = SearchGroups.Names.of(first, skipped, end, by.propertyType);
    return new Groups(names.names(), names.hasMore() ? skipped + names.found() : null);
  }

  @Override
  public Slice read(@Nullable Object position, int size, Asker asker) {
    if (!(position instanceof InGroup(String group, Object within))) {
      throw new IllegalArgumentException("Documents of groups are read group by group");
    }
    Slice slice = documents.read(group, (SortKey) within, size, asker);
    Object next = slice.next() == null ? null : new InGroup(group, slice.next());
    return new Slice(slice.rows(), next);
  }

  @Override
  public long totalCount() {
    return documents.totalCount();
  }

  @Override
  public void close() {
    documents.close();
  }
}
