// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.search;

import io.cairn.query.QueryTask;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import io.cairn.store.index.IndexFields;
import java.io.IOException;
import java.util.EnumSet;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;

/**
 * A property whose values are read from the index.
 *
 * @param numeric whether its numbers alone are wanted
 * @param repeated whether it matters how often a document has a number
 */
public record ScannedProperty(String name, boolean numeric, boolean repeated) {

  private static final String ITEM = "." + QuerySpecification.COLLECTION_FIELD_SUFFIX;

  GroupField field() {
    return new GroupField(name, null);
  }

  /**
   * Refuses what would be read as less than documents have.
   *
   * @throws IllegalArgumentException that says what to do
   */
  void requireReadable(SearchReaders readers, IndexSearcher searcher, SearchPlan plan)
      throws IOException {
    readers.requireIndexed(name);
    if (repeated && isInCollection() && readers.hasField(IndexFields.exactNumber(name))) {
      throw new IllegalArgumentException(
          "%s are several BigDecimal of one document, of which equal ones are indexed once: they have"
                  .formatted(name)
              + " MIN, MAX, COUNT, CARDINALITY and buckets only");
    }
    boolean readable =
        IndexFields.numbers(name).stream().anyMatch(readers::hasField)
            || (!numeric && (field().isKind() || readers.hasField(IndexFields.sortable(name))));
    if (!readable && searcher.count(plan.narrowed(anyValue(readers)).query()) > 0) {
      throw new IllegalArgumentException(
          numeric
              ? "%s is no number or time: ask for what is one".formatted(name)
              : "The values of %s cannot be read from the index: ask for a number or a time, or give the field PropertyIndexingOption.SORT"
                  .formatted(name));
    }
  }

  private boolean isInCollection() {
    return name.endsWith(ITEM) || name.contains(ITEM + ".");
  }

  /** What has any value at all, in whichever form. */
  private Query anyValue(SearchReaders readers) {
    return readers
        .translator(EnumSet.of(QueryOption.ALLOW_SCAN))
        .translate(
            new QueryTask.Query()
                .setTermPropertyName(name)
                .setTermMatchType(MatchType.WILDCARD)
                .setTermMatchValue("*"));
  }
}
