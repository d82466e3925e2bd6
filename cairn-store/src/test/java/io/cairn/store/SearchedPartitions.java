// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import static io.cairn.store.TestPartition.typed;

import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.query.QueryTask.NumericRange;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.query.QueryTask.QuerySpecification.SortOrder;
import io.cairn.query.QueryTask.QueryTerm;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import io.cairn.store.search.DocumentSearch;
import io.cairn.store.search.SearchResult;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Two partitions with people in them, and ways to ask for them. */
abstract class SearchedPartitions {
  final TestPartition partition = new TestPartition();
  @TempDir private Path directory;
  DocumentStore one;
  DocumentStore two;
  long index;

  @BeforeEach
  void openTwoPartitions() {
    partition.describe(Person.KIND, Person.class);
    one = partition.open(directory.resolve("one"));
    two = partition.open(directory.resolve("two"));
  }

  @AfterEach
  void close() {
    one.close();
    two.close();
    partition.close();
  }

  void put(String link, long version, String json) {
    DocumentStore store = Math.floorMod(link.hashCode(), 2) == 0 ? one : two;
    store.apply(++index, typed(Person.KIND, link, version, json));
  }

  void three() {
    put(
        "/p/ann",
        0,
        """
        {"name":"ann","age":30,"height":1.6,"active":true,"city":"Kiel","plain":"x y",
         "story":"She saw 3 Old trees","tags":["red","blue"],"born":"1990-01-01T00:00:00Z",
         "custom":{"k1":"v1","k2":"v2"},"fixed":{"f":"g"},"secret":"s",
         "address":{"street":"High","number":7}}""");
    put(
        "/p/bob",
        0,
        """
        {"name":"bob","age":-5,"height":-0.5,"active":false,"city":"BONN",
         "story":"old man and sea","tags":["blue"],"unexpanded":["a","b"]}""");
    put("/p/cyd", 0, "{\"age\":30,\"plain\":\"x\"}");
  }

  List<String> links(QuerySpecification specification) {
    try (SearchResult result = DocumentSearch.over(List.of(one, two)).search(specification)) {
      return result.links();
    }
  }

  static QuerySpecification of(Query query, QueryOption... options) {
    QuerySpecification specification = new QuerySpecification();
    specification.query = query;
    specification.options.addAll(List.of(options));
    return specification;
  }

  static Query field(String name, String value, MatchType type) {
    return Query.Builder.create().addFieldClause(name, value, type).build();
  }

  List<String> find(String name, String value) {
    return find(name, value, MatchType.TERM);
  }

  List<String> find(String name, String value, MatchType type) {
    return links(of(field(name, value, type)));
  }

  List<String> inRange(String name, NumericRange<?> range) {
    return links(of(new Query().setTermPropertyName(name).setNumericRange(range)));
  }

  static Query everything() {
    return field("documentSelfLink", "*", MatchType.WILDCARD);
  }

  static QuerySpecification sorted(QueryTerm first, QueryTerm... further) {
    QuerySpecification specification = of(everything(), QueryOption.SORT);
    specification.sortTerm = first;
    specification.sortOrder = first.sortOrder;
    specification.additionalSortTerms = List.of(further);
    return specification;
  }

  static QueryTerm by(String name, TypeName type, SortOrder order) {
    QueryTerm term = new QueryTerm();
    term.propertyName = name;
    term.propertyType = type;
    term.sortOrder = order;
    return term;
  }
}
