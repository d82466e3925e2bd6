// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.query.QueryTask.QuerySpecification.SortOrder;
import io.cairn.query.QueryTask.QueryTerm;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import io.cairn.store.search.DocumentSearch;
import io.cairn.store.search.SearchCursor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Numbers sort by their values, whatever form each document has them in. */
class NumberSortTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource(
      value = TypeName.class,
      names = {"LONG", "DOUBLE"})
  void wholeNumbersAndFractionsOfOneFieldAreInOneOrder(TypeName type) {
    List<String> ascending =
        found(List.of("3", "2.5", "-7", "1e30", "3.5", "0", "-7.25"), type, SortOrder.ASC, 100);
    assertThat(ascending)
        .containsExactly(
            "/p/-7.25", "/p/-7", "/p/0", "/p/2.5", "/p/3", "/p/3.5", "/p/1e30", "/p/none");
  }

  @Test
  void theyAreInOneOrderDownwardsAndOverPagesToo() {
    List<String> descending =
        found(
            List.of("3", "2.5", "-7", "1e30", "3.5", "0", "-7.25"),
            TypeName.DOUBLE,
            SortOrder.DESC,
            3);
    assertThat(descending)
        .containsExactly(
            "/p/1e30", "/p/3.5", "/p/3", "/p/2.5", "/p/0", "/p/-7", "/p/-7.25", "/p/none");
  }

  private List<String> found(List<String> numbers, TypeName type, SortOrder order, int pageSize) {
    try (TestPartition partition = new TestPartition();
        DocumentStore store = open(partition)) {
      int index = 0;
      for (String number : numbers) {
        put(store, ++index, number, "{\"free\":{\"n\":" + number + "}}");
      }
      put(store, ++index, "none", "{}");
      List<String> links = new ArrayList<>();
      try (SearchCursor cursor =
          DocumentSearch.over(List.of(store)).open(specification(type, order, pageSize))) {
        for (SearchCursor.Position at = cursor.first(); at != null; ) {
          SearchCursor.Page page = cursor.read(at);
          page.hits().forEach(hit -> links.add(hit.link()));
          at = page.next();
        }
      }
      return links;
    }
  }

  private DocumentStore open(TestPartition partition) {
    partition.describe(Person.KIND, Person.class);
    return partition.open(directory);
  }

  private static void put(DocumentStore store, int index, String name, String json) {
    store.apply(index, TestPartition.typed(Person.KIND, "/p/" + name, 0, json));
    store.refresh(); // each in a segment of its own: some have one of the fields only
  }

  private static QuerySpecification specification(TypeName type, SortOrder order, int pageSize) {
    QuerySpecification specification = new QuerySpecification();
    specification.query =
        Query.Builder.create().addFieldClause("documentSelfLink", "*", MatchType.WILDCARD).build();
    specification.options.add(QueryOption.SORT);
    specification.sortTerm = new QueryTerm();
    specification.sortTerm.propertyName = "free.n";
    specification.sortTerm.propertyType = type;
    specification.sortOrder = order;
    specification.resultLimit = pageSize;
    return specification;
  }
}
