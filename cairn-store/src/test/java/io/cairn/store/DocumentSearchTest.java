// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import static io.cairn.store.TestPartition.typed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocument.PropertyOptions;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.query.QueryFilter;
import io.cairn.query.QueryTask.NumericRange;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.Query.Occurance;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.query.QueryTask.QuerySpecification.SortOrder;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import io.cairn.query.odata.ODataQuery;
import io.cairn.query.odata.QueryNames;
import io.cairn.store.search.DocumentSearch;
import io.cairn.store.search.SearchCursor;
import io.cairn.store.search.SearchResult;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class DocumentSearchTest extends SearchedPartitions {

  @Test
  void termMatchesTheWholeValueOfEverySortOfField() {
    three();
    assertThat(find("name", "ann")).containsExactly("/p/ann");
    assertThat(find("name", "an")).isEmpty();
    assertThat(find("plain", "x y")).containsExactly("/p/ann");
    assertThat(find("age", "30")).containsExactlyInAnyOrder("/p/ann", "/p/cyd");
    assertThat(find("age", "-5")).containsExactly("/p/bob");
    assertThat(find("height", "1.6")).containsExactly("/p/ann");
    assertThat(find("active", "false")).containsExactly("/p/bob");
    assertThat(find("tags.item", "blue")).containsExactlyInAnyOrder("/p/ann", "/p/bob");
    assertThat(find("custom.k2", "v2")).containsExactly("/p/ann");
    assertThat(find("fixed", "f")).containsExactly("/p/ann");
    assertThat(find("fixed", "g")).containsExactly("/p/ann");
    assertThat(find("address.street", "High")).containsExactly("/p/ann");
    assertThat(find("address.number", "7")).containsExactly("/p/ann");
    assertThat(find("city", "bonn")).containsExactly("/p/bob");
    assertThat(find("city", "BONN")).isEmpty();
    assertThat(find("secret", "s")).isEmpty();
    assertThat(find("unexpanded", "[a, b]")).containsExactly("/p/bob");
    assertThat(find("documentKind", Person.KIND)).hasSize(3);
    assertThat(find("documentSelfLink", "/p/bob")).containsExactly("/p/bob");
    assertThat(find("documentUpdateAction", "POST")).hasSize(3);
    assertThat(find("documentVersion", "0")).hasSize(3);
    assertThat(find("nowhere", "x")).isEmpty();
  }

  @Test
  void prefixWildcardAndPhraseMatch() {
    three();
    assertThat(find("name", "a", MatchType.PREFIX)).containsExactly("/p/ann");
    assertThat(find("documentSelfLink", "/p/", MatchType.PREFIX)).hasSize(3);
    assertThat(find("name", "*o?", MatchType.WILDCARD)).containsExactly("/p/bob");
    assertThat(find("story", "OLD trees", MatchType.PHRASE)).containsExactly("/p/ann");
    assertThat(find("story", "trees old", MatchType.PHRASE)).isEmpty();
    assertThat(find("story", "old")).hasSize(2);
    assertThat(find("story", "3")).isEmpty();
    assertThat(find("age", "*", MatchType.WILDCARD)).hasSize(3);
  }

  @Test
  void numericRangesHaveOpenAndExclusiveBounds() {
    three();
    assertThat(inRange("age", NumericRange.createLessThanRange(30))).containsExactly("/p/bob");
    assertThat(inRange("age", NumericRange.createGreaterThanOrEqualRange(30))).hasSize(2);
    assertThat(inRange("age", NumericRange.createGreaterThanRange(30))).isEmpty();
    assertThat(inRange("age", NumericRange.createLongRange(null, null, false, false))).hasSize(3);
    assertThat(inRange("age", NumericRange.createDoubleRange(-5.5, 29.9, true, true)))
        .containsExactly("/p/bob");
    assertThat(inRange("height", NumericRange.createLessThanRange(0.0))).containsExactly("/p/bob");
    assertThat(inRange("height", NumericRange.createLongRange(0L, 2L, true, true)))
        .containsExactly("/p/ann");
    NumericRange<Long> born =
        NumericRange.createLongRange(631152000000000L, 631152000000000L, true, true);
    born.type = TypeName.DATE;
    assertThat(inRange("born", born)).containsExactly("/p/ann");
    assertThat(find("born", "1990-01-01T00:00:00Z")).containsExactly("/p/ann");
  }

  private static final List<String> EDGES =
      List.of(
          "0",
          "-0.0",
          "1",
          "5",
          "5.0",
          "4.5",
          "5.5",
          "-5.5",
          "1e2",
          "100",
          "0.1",
          "-1",
          "1000000000000000000",
          "9007199254740992",
          "9007199254740993",
          "9007199254740993.5",
          "9223372036854775806",
          "9223372036854775807",
          "9223372036854775808",
          "-9223372036854775808",
          "-9223372036854775809",
          "12345678901234567890123",
          "1e18",
          "1.7976931348623157e308",
          "4.9e-324",
          "1e400",
          "-1e400",
          "1e-400");

  /** Age holds whole numbers, height doubles. */
  @ParameterizedTest
  @ValueSource(strings = {"age", "height"})
  void filtersCompareEdgeNumbersAsTheirValuesInIndexAndMemoryAlike(String field) {
    Map<String, String> documents = new TreeMap<>();
    for (String edge : EDGES) {
      boolean whole = new BigDecimal(edge).stripTrailingZeros().scale() <= 0;
      boolean fits = whole && new BigDecimal(edge).abs().compareTo(new BigDecimal("9.2233e18")) < 0;
      if (fits || (field.equals("height") && Double.isFinite(Double.parseDouble(edge)))) {
        String link = "/p/" + documents.size();
        documents.put(link, edge);
        put(link, 0, "{\"%s\":%s}".formatted(field, edge));
      }
    }
    var description = ServiceDocumentDescription.Builder.create().buildDescription(Person.class);
    for (String edge : EDGES) {
      for (String operator : List.of("eq", "ne", "lt", "le", "gt", "ge")) {
        String filter = field + " " + operator + " " + edge;
        List<String> expected =
            documents.entrySet().stream()
                .filter(document -> holds(field, document.getValue(), operator, edge))
                .map(Map.Entry::getKey)
                .toList();
        for (var scope :
            List.of(new ODataQuery.Scope(null, null, description), ODataQuery.Scope.everything())) {
          // Without a description the literal is a double, which holds neither of these.
          boolean exact =
              scope.description() != null
                  || !List.of("9007199254740993.5", "1e-400").contains(edge);
          QuerySpecification specification =
              ODataQuery.parse(Map.of("$filter", filter), scope).specification();
          if (exact) {
            assertThat(links(specification))
                .as(filter)
                .containsExactlyInAnyOrderElementsOf(expected);
          }
          QueryFilter memory = QueryFilter.create(specification.query);
          List<String> inMemory = new ArrayList<>();
          documents.forEach(
              (link, value) -> {
                JsonNode tree =
                    DocumentJson.standard()
                        .readTree(
                            "{\"documentSelfLink\":\"%s\",\"%s\":%s}"
                                .formatted(link, field, value));
                if (memory.evaluate(tree, description)) {
                  inMemory.add(link);
                }
              });
          assertThat(inMemory)
              .as("in memory: " + filter)
              .containsExactlyInAnyOrderElementsOf(links(specification));
        }
      }
    }
  }

  private static boolean holds(String field, String value, String operator, String literal) {
    int order =
        field.equals("age")
            ? new BigDecimal(value).compareTo(new BigDecimal(literal))
            : Double.compare(Double.parseDouble(value) + 0.0, Double.parseDouble(literal) + 0.0);
    return switch (operator) {
      case "eq" -> order == 0;
      case "ne" -> order != 0;
      case "lt" -> order < 0;
      case "le" -> order <= 0;
      case "gt" -> order > 0;
      default -> order >= 0;
    };
  }

  @Test
  void termsAndRangesOfQueriesMatchNumbersByValueWhateverTheirForm() {
    three();
    put("/p/dan", 0, "{\"height\":-0.0,\"age\":100}");
    put("/p/eve", 0, "{\"height\":100,\"age\":9007199254740993}");
    assertThat(find("age", "30.0")).containsExactlyInAnyOrder("/p/ann", "/p/cyd");
    assertThat(find("age", "1e2")).containsExactly("/p/dan");
    assertThat(find("height", "1e2")).containsExactly("/p/eve");
    assertThat(find("height", "0")).containsExactly("/p/dan");
    assertThat(find("age", "9007199254740992")).isEmpty();
    assertThat(inRange("height", NumericRange.createLessThanRange(0.0))).containsExactly("/p/bob");
    assertThat(inRange("height", NumericRange.createGreaterThanOrEqualRange(-0.0)))
        .containsExactlyInAnyOrder("/p/ann", "/p/dan", "/p/eve");
    assertThat(inRange("age", NumericRange.createGreaterThanRange(1e19))).isEmpty();
    assertThat(inRange("age", NumericRange.createLessThanRange(9007199254740994.0))).hasSize(5);
    assertThat(inRange("age", NumericRange.createGreaterThanRange(9007199254740992.0)))
        .containsExactly("/p/eve");
    assertThat(inRange("age", NumericRange.createEqualRange(Double.NaN))).isEmpty();
    NumericRange<?> wire =
        DocumentJson.standard()
            .fromJson(
                "{\"type\":\"LONG\",\"min\":29.5,\"max\":\"1e2\",\"isMaxInclusive\":true}",
                NumericRange.class);
    assertThat(inRange("age", wire)).containsExactlyInAnyOrder("/p/ann", "/p/cyd", "/p/dan");
  }

  @Test
  void booleanClausesCombine() {
    three();
    Query blueNotAnn =
        Query.Builder.create()
            .addFieldClause("tags.item", "blue")
            .addFieldClause("name", "ann", Occurance.MUST_NOT_OCCUR)
            .build();
    assertThat(links(of(blueNotAnn))).containsExactly("/p/bob");
    Query notAnn = new Query();
    notAnn.addBooleanClause(
        field("name", "ann", MatchType.TERM).setOccurance(Occurance.MUST_NOT_OCCUR));
    assertThat(links(of(notAnn))).containsExactlyInAnyOrder("/p/bob", "/p/cyd");
    Query either =
        Query.Builder.create()
            .addFieldClause("name", "ann", Occurance.SHOULD_OCCUR)
            .addFieldClause("name", "bob", Occurance.SHOULD_OCCUR)
            .build();
    assertThat(links(of(either))).containsExactlyInAnyOrder("/p/ann", "/p/bob");
  }

  @Test
  void thousandsOfAlternativesAreOneSet() {
    three();
    Query.Builder names = Query.Builder.create();
    Query.Builder ages = Query.Builder.create();
    for (int i = 0; i < 5_000; i++) {
      names.addFieldClause("name", i == 77 ? "bob" : "n" + i, Occurance.SHOULD_OCCUR);
      ages.addFieldClause("age", Integer.toString(i), Occurance.SHOULD_OCCUR);
    }
    assertThat(links(of(names.build()))).containsExactly("/p/bob");
    assertThat(links(of(ages.build()))).containsExactlyInAnyOrder("/p/ann", "/p/cyd");
  }

  @Test
  void sortsByStringsAndNumbersInBothDirectionsWithMissingValuesLast() {
    three();
    assertThat(links(sorted(by("name", TypeName.STRING, SortOrder.ASC))))
        .containsExactly("/p/ann", "/p/bob", "/p/cyd");
    assertThat(links(sorted(by("name", TypeName.STRING, SortOrder.DESC))))
        .containsExactly("/p/bob", "/p/ann", "/p/cyd");
    assertThat(links(sorted(by("height", TypeName.DOUBLE, SortOrder.ASC))))
        .containsExactly("/p/bob", "/p/ann", "/p/cyd");
    assertThat(links(sorted(by("height", TypeName.DOUBLE, SortOrder.DESC))))
        .containsExactly("/p/ann", "/p/bob", "/p/cyd");
    assertThat(
            links(
                sorted(
                    by("age", TypeName.LONG, SortOrder.DESC),
                    by("documentSelfLink", TypeName.STRING, SortOrder.DESC))))
        .containsExactly("/p/cyd", "/p/ann", "/p/bob");
  }

  @Test
  void senselessSpecificationsAreRefusedWithAHint() {
    three();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> links(sorted(by("plain", TypeName.STRING, SortOrder.ASC))))
        .withMessageContaining("PropertyIndexingOption.SORT");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> links(sorted(by("name", null, SortOrder.ASC))))
        .withMessageContaining("propertyType");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> links(of(new Query())))
        .withMessageContaining("booleanClauses");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> find("name", "*a".repeat(400), MatchType.WILDCARD))
        .withMessageContaining("name");
    QuerySpecification none = of(everything());
    none.resultLimit = 0;
    assertThatIllegalArgumentException().isThrownBy(() -> links(none));
    Query deep = field("name", "x", MatchType.TERM);
    for (int i = 0; i < 200; i++) {
      deep = new Query().addBooleanClause(deep);
    }
    Query tooDeep = deep;
    assertThatIllegalArgumentException().isThrownBy(() -> links(of(tooDeep)));
  }

  @Test
  void limitOffsetAndCountAreHonoured() {
    for (int i = 0; i < 50; i++) {
      put("/p/" + (100 + i), 0, "{\"name\":\"n\",\"age\":" + i + "}");
    }
    QuerySpecification specification = sorted(by("age", TypeName.LONG, SortOrder.ASC));
    specification.resultLimit = 3;
    specification.offset = 10;
    assertThat(links(specification)).containsExactly("/p/110", "/p/111", "/p/112");
    try (SearchResult result = DocumentSearch.over(List.of(one, two)).search(specification)) {
      assertThat(result.totalCount()).isEqualTo(50);
      assertThat(TestPartition.text(result.document(result.hits().getFirst())))
          .contains("\"age\":10");
    }
    try (SearchResult result =
        DocumentSearch.over(List.of(one, two)).search(of(everything(), QueryOption.COUNT))) {
      assertThat(result.hits()).isEmpty();
      assertThat(result.totalCount()).isEqualTo(50);
    }
  }

  @Test
  void pagesGoForthAndBackOverTheDocumentsAsTheyWere() {
    for (int i = 0; i < 25; i++) {
      put("/p/" + (100 + i), 0, "{\"age\":" + i + "}");
    }
    QuerySpecification specification = sorted(by("age", TypeName.LONG, SortOrder.ASC));
    specification.resultLimit = 10;
    try (SearchCursor cursor = DocumentSearch.over(List.of(one, two)).open(specification)) {
      put("/p/100", 1, "{\"age\":1000}");
      put("/p/200", 0, "{\"age\":-1}");
      one.refresh();
      two.refresh();
      List<String> seen = new ArrayList<>();
      SearchCursor.Page page = cursor.read(cursor.first());
      assertThat(page.previous()).isNull();
      SearchCursor.Page before = page;
      while (true) {
        page.hits().forEach(hit -> seen.add(hit.link()));
        if (page.next() == null) {
          break;
        }
        before = page;
        page = cursor.read(page.next());
      }
      assertThat(seen).hasSize(25).doesNotHaveDuplicates().startsWith("/p/100", "/p/101");
      assertThat(page.hits()).hasSize(5);
      assertThat(cursor.read(page.previous()).hits()).isEqualTo(before.hits());
      assertThat(cursor.totalCount()).isEqualTo(25);
    }
  }

  @Test
  void childrenOfAPathAreListedWithoutTheirOwnChildren() {
    for (int i = 0; i < 300; i++) {
      put("/p/" + i, 0, "{}");
    }
    put("/p/1/deep", 0, "{}");
    put("/other/1", 0, "{}");
    put("/p/7", 1, "{}");
    List<String> children = new ArrayList<>();
    DocumentSearch search = DocumentSearch.over(List.of(one, two));
    search.forEachChild("/p", children::add);
    assertThat(children).hasSize(300).doesNotHaveDuplicates().contains("/p/7");
    assertThat(search.countChildren("/p")).isEqualTo(300);
  }

  @Test
  void restrictionNarrowsWhatIsFound() {
    three();
    try (SearchResult result =
        DocumentSearch.over(List.of(one, two))
            .search(of(everything()), field("name", "bob", MatchType.TERM))) {
      assertThat(result.links()).containsExactly("/p/bob");
    }
  }

  @Test
  void valuesTooLongForATermAreStillStoredAndFoundWhole() {
    String longValue = "é".repeat(40_000);
    put("/p/ann", 0, "{\"plain\":\"" + longValue + "\",\"name\":\"" + longValue + "\"}");
    assertThat(find("plain", longValue)).containsExactly("/p/ann");
    assertThat(find("plain", longValue + "x")).isEmpty();
    assertThat(find("plain", "éé", MatchType.PREFIX)).containsExactly("/p/ann");
  }

  @Test
  void fieldsOfOneNameMayHaveOtherTypesInOtherKinds() {
    three();
    one.apply(++index, typed("test:Other", "/o/1", 0, "{\"name\":17,\"age\":\"old\"}"));
    one.refresh();
    assertThat(one.state()).isEqualTo(DocumentStore.State.OPEN);
    assertThat(find("name", "17")).containsExactly("/o/1");
    assertThat(find("age", "old")).containsExactly("/o/1");
    assertThat(find("name", "ann")).containsExactly("/p/ann");
  }

  @Test
  void documentsOfAnUnknownKindAreIndexedByShapeUntilTheKindIsRegistered() throws Exception {
    one.apply(
        ++index,
        typed("test:Late", "/l/1", 0, "{\"story\":\"Old trees\",\"tags\":[\"t\"],\"age\":3}"));
    one.apply(++index, typed("test:Late", "/l/2", 0, "{\"story\":\"new\"}"));
    assertThat(find("story", "Old trees")).containsExactly("/l/1");
    assertThat(find("tags.item", "t")).containsExactly("/l/1");
    assertThat(find("story", "trees", MatchType.PHRASE)).isEmpty();
    partition.describe("test:Late", Person.class);
    assertThat(one.reindex("test:Late").get()).isEqualTo(2);
    assertThat(find("story", "trees", MatchType.PHRASE)).containsExactly("/l/1");
    assertThat(links(of(everything()))).containsExactlyInAnyOrder("/l/1", "/l/2");
    assertThat(one.latest("/l/1").version()).isZero();
    assertThat(one.reindex("test:Late").get()).isZero();
  }

  @Test
  void manyAlternativesOfACollectionAreFewClausesWhateverTheirNames() {
    three();
    List<String> tags = new ArrayList<>(List.of("red"));
    for (int i = 0; i < 900; i++) {
      tags.add("t" + i);
    }
    Query any = new Query();
    tags.forEach(tag -> any.addBooleanClause(alternative("tags", tag)));
    any.addBooleanClause(alternative("age", "-5"));
    QuerySpecification resolved = QueryNames.resolve(of(any), partition.kinds);
    assertThat(links(resolved)).containsExactlyInAnyOrder("/p/ann", "/p/bob");
    any.addBooleanClause(field("age", "30", MatchType.TERM));
    assertThat(links(QueryNames.resolve(of(any), partition.kinds)))
        .as("alternatives beside what must be")
        .containsExactlyInAnyOrder("/p/ann", "/p/cyd");
  }

  private static Query alternative(String name, String value) {
    return new Query()
        .setOccurance(Occurance.SHOULD_OCCUR)
        .setTermPropertyName(name)
        .setTermMatchValue(value);
  }

  /** A class before it was changed to {@link Person}. */
  public static class PersonBefore extends ServiceDocument {
    @PropertyOptions(indexing = PropertyIndexingOption.STORE_ONLY)
    public String name;

    public List<String> tags;
    public Long age;
  }

  @Test
  void documentsThatWereIndexedByAnotherDescriptionAreIndexedAnew() throws Exception {
    partition.describe("test:Changed", PersonBefore.class);
    String json = "{\"name\":\"ann\",\"tags\":[\"t\"],\"age\":3}";
    one.apply(++index, typed("test:Changed", "/c/1", 0, json));
    one.apply(++index, typed("test:Changed", "/c/2", 0, "{\"age\":4}"));
    assertThat(one.reindex("test:Changed").get()).isZero();
    assertThat(find("tags.item", "t")).isEmpty();
    assertThat(find("name", "ann")).isEmpty();
    partition.describe("test:Changed", Person.class);
    one.apply(++index, typed("test:Changed", "/c/3", 0, "{\"age\":5}"));
    assertThat(one.reindex("test:Changed").get()).isEqualTo(2);
    assertThat(find("tags.item", "t")).containsExactly("/c/1");
    assertThat(find("name", "ann")).containsExactly("/c/1");
    assertThat(links(of(field("documentKind", "test:Changed", MatchType.TERM)))).hasSize(3);
    assertThat(one.reindex("test:Changed").get()).isZero();
  }
}
