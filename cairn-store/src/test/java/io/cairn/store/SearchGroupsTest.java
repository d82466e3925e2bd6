// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.query.QueryTask.QuerySpecification.SortOrder;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.search.DocumentSearch;
import io.cairn.store.search.GroupValue;
import io.cairn.store.search.OrderedCursor;
import io.cairn.store.search.RankedGroup;
import io.cairn.store.search.SearchCursor;
import io.cairn.store.search.SearchGroups;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Groups of documents are those that a plain evaluation in memory finds. */
class SearchGroupsTest extends SearchedPartitions {
  private static final String WITHOUT = SearchGroups.WITHOUT_VALUE;

  /** What a living document has. */
  private record Row(String link, String name, Integer age, List<String> numbers) {}

  private final Map<String, Row> living = new TreeMap<>();

  private void put(int version, Row row) {
    StringBuilder json = new StringBuilder("{\"plain\":\"x\"");
    if (row.name() != null) {
      json.append(",\"name\":\"").append(row.name()).append('"');
    }
    if (row.age() != null) {
      json.append(",\"age\":").append(row.age());
    }
    if (!row.numbers().isEmpty()) {
      json.append(",\"free\":{\"n\":").append(row.numbers()).append('}');
    }
    put(row.link(), version, json.append('}').toString());
    living.put(row.link(), row);
  }

  private void someDocuments(Random random) {
    List<String> names = List.of("ann", "bob", "7", "Ann", "zoé");
    List<String> numbers = List.of("1", "1.0", "2.5", "-3", "1e19", "7");
    for (int i = 0; i < 120; i++) {
      int id = random.nextInt(60);
      String link = "/p/%02d".formatted(id);
      if (random.nextInt(6) == 0 && living.remove(link) != null) {
        DocumentStore store = Math.floorMod(link.hashCode(), 2) == 0 ? one : two;
        store.apply(
            ++index,
            new DocumentVersion(
                link,
                Person.KIND,
                i,
                0,
                index,
                DocumentVersion.DELETE,
                0,
                "{}".getBytes(StandardCharsets.UTF_8)));
        continue;
      }
      put(
          i,
          new Row(
              link,
              random.nextInt(4) == 0 ? null : names.get(random.nextInt(names.size())),
              random.nextInt(4) == 0 ? null : (Integer) random.nextInt(5),
              Stream.generate(() -> numbers.get(random.nextInt(numbers.size())))
                  .limit(random.nextInt(3))
                  .toList()));
      if (random.nextInt(10) == 0) {
        one.refresh(); // several segments
        two.refresh();
      }
    }
  }

  private static String label(String number) {
    return new BigDecimal(number).stripTrailingZeros().toPlainString();
  }

  private Map<String, List<Row>> groups(
      Function<Row, List<String>> values, Comparator<String> order) {
    Map<String, List<Row>> groups = new TreeMap<>(order);
    for (Row row : living.values()) {
      List<String> own = values.apply(row);
      for (String value : new TreeSet<>(own.isEmpty() ? List.of(WITHOUT) : own)) {
        groups.computeIfAbsent(value, _ -> new ArrayList<>()).add(row);
      }
    }
    return groups;
  }

  private static QuerySpecification groupedBy(String name, TypeName type) {
    QuerySpecification specification = of(everything(), QueryOption.GROUP_BY);
    specification.groupByTerm = by(name, type, null);
    specification.sortTerm = by("documentSelfLink", TypeName.STRING, null);
    specification.resultLimit = 2;
    return specification;
  }

  private SearchGroups open(QuerySpecification specification) {
    return DocumentSearch.over(List.of(one, two)).groups(specification, null);
  }

  /** Groups in order, each with the links of its documents in order, read page by page. */
  private Map<String, List<String>> read(QuerySpecification specification, int groupsAtOnce) {
    Map<String, List<String>> read = new LinkedHashMap<>();
    try (SearchGroups groups = open(specification)) {
      boolean more = true;
      for (int skipped = 0; more; ) {
        SearchGroups.Names names = groups.names(skipped, groupsAtOnce, () -> {});
        for (String name : names.names()) {
          List<String> links = new ArrayList<>();
          SearchCursor.Position at = null;
          do {
            SearchCursor.Page page = groups.read(name, at, specification.resultLimit, () -> {});
            page.hits().forEach(hit -> links.add(hit.link()));
            at = page.next();
          } while (at != null);
          read.put(name, links);
        }
        skipped += names.found();
        more = names.hasMore();
      }
    }
    return read;
  }

  private static Map<String, List<String>> links(Map<String, List<Row>> groups) {
    Map<String, List<String>> links = new LinkedHashMap<>();
    groups.forEach((name, rows) -> links.put(name, rows.stream().map(Row::link).toList()));
    return links;
  }

  private static void assertSame(Map<String, List<String>> read, Map<String, List<String>> model) {
    assertThat(read).isEqualTo(model);
    assertThat(read.keySet()).containsExactlyElementsOf(model.keySet());
  }

  private static Comparator<String> valueless(Comparator<String> order) {
    return Comparator.<String, Boolean>comparing(WITHOUT::equals).thenComparing(order);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 100})
  void groupsOfTextsAndOfNumbersAreThoseOfAPlainEvaluation(int groupsAtOnce) {
    // Many groups at once are read with few searches: there is time for more documents.
    for (long seed = groupsAtOnce; seed <= groupsAtOnce + (groupsAtOnce < 100 ? 0 : 2); seed++) {
      someDocuments(new Random(seed));
      QuerySpecification byName = groupedBy("name", TypeName.STRING);
      Comparator<String> order = valueless(Comparator.naturalOrder());
      Function<Row, List<String>> name =
          row -> row.name() == null ? List.of() : List.of(row.name());
      assertSame(read(byName, groupsAtOnce), links(groups(name, order)));

      QuerySpecification byNumber = groupedBy("free.n.item", TypeName.LONG);
      byNumber.groupSortTerm = byNumber.groupByTerm;
      byNumber.groupSortOrder = SortOrder.DESC;
      Comparator<String> descending =
          valueless(
              Comparator.comparing(
                  text -> text.equals(WITHOUT) ? BigDecimal.ZERO : new BigDecimal(text),
                  Comparator.reverseOrder()));
      Function<Row, List<String>> numbers =
          row -> row.numbers().stream().map(SearchGroupsTest::label).toList();
      assertSame(read(byNumber, groupsAtOnce), links(groups(numbers, descending)));
    }
  }

  /** There may be more groups than documents. */
  @Test
  void documentIsInTheGroupOfEachOfItsValues() {
    put(0, new Row("/p/one", "ann", 1, List.of("1", "2", "3", "4", "5")));

    assertThat(read(groupedBy("free.n.item", TypeName.LONG), 100).keySet())
        .containsExactly("1", "2", "3", "4", "5");
  }

  /** As two nodes that hold a part each: their first groups together are the first of all. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 100})
  void groupsOfPartsAreMergedAsThoseOfTheWhole(int limit) {
    for (int seed = 0; seed < 8; seed++) {
      Random random = new Random(seed);
      someDocuments(random);
      QuerySpecification specification = groupedBy("name", TypeName.STRING);
      specification.groupSortOrder = random.nextBoolean() ? SortOrder.DESC : SortOrder.ASC;
      if (random.nextBoolean()) {
        specification.groupSortTerm = by("age", TypeName.LONG, null);
      }
      Comparator<RankedGroup> order = RankedGroup.order(specification);
      Map<GroupValue, RankedGroup> merged = new HashMap<>();
      Map<String, List<String>> members = new HashMap<>();
      for (DocumentStore part : List.of(one, two)) {
        try (OrderedCursor cursor =
            DocumentSearch.over(List.of(part)).openOrdered(specification, null)) {
          for (RankedGroup group : cursor.groups(limit, () -> {})) {
            merged.merge(
                group.value(),
                group,
                (first, second) -> order.compare(first, second) <= 0 ? first : second);
          }
          for (String name : List.of("ann", WITHOUT)) {
            cursor
                .group(name)
                .read(null, 100, () -> {})
                .forEach(
                    found ->
                        members
                            .computeIfAbsent(name, _ -> new ArrayList<>())
                            .add(found.hit().link()));
          }
        }
      }
      List<RankedGroup> first = merged.values().stream().sorted(order).limit(limit).toList();

      Map<String, List<String>> whole = read(specification, 100);
      assertThat(SearchGroups.Names.of(first, 0, limit, TypeName.STRING).names())
          .as("seed %d", seed)
          .containsExactlyElementsOf(whole.keySet().stream().limit(limit).toList());
      members.forEach(
          (name, links) -> assertThat(links).containsExactlyInAnyOrderElementsOf(whole.get(name)));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 100})
  void groupsAreInTheOrderOfTheirFirstDocuments(int groupsAtOnce) {
    for (SortOrder direction : SortOrder.values()) {
      someDocuments(new Random(4));
      QuerySpecification byName = groupedBy("name", TypeName.STRING);
      byName.groupSortTerm = by("age", TypeName.LONG, null);
      byName.groupSortOrder = direction;
      Map<String, List<Row>> groups =
          groups(
              row -> row.name() == null ? List.of() : List.of(row.name()),
              valueless(Comparator.naturalOrder()));
      Comparator<Integer> ascending = Comparator.naturalOrder();
      Comparator<Integer> ages =
          Comparator.nullsLast(direction == SortOrder.ASC ? ascending : ascending.reversed());
      Map<String, List<Row>> ordered = new LinkedHashMap<>();
      groups.entrySet().stream()
          .sorted(
              Comparator.comparing(
                  group -> group.getValue().stream().map(Row::age).sorted(ages).toList().getFirst(),
                  ages))
          .forEach(group -> ordered.put(group.getKey(), group.getValue()));

      assertSame(read(byName, groupsAtOnce), links(ordered));
    }
  }

  @Test
  void numbersThatShareAPlaceInWhatWasGivenAreAllGroups() {
    for (int i = 0; i < 40; i++) {
      put("/p/" + i, 0, "{\"age\":" + (i % 20 << 10) + "}");
    }

    assertThat(read(groupedBy("age", TypeName.LONG), 100))
        .hasSize(20)
        .allSatisfy((_, links) -> assertThat(links).hasSize(2));
  }

  @Test
  void numbersAreNamedByTheirTypeAndFoundByTheirName() {
    put("/p/a", 0, "{\"height\":5,\"born\":\"1970-01-01T00:00:01Z\",\"age\":9007199254740993}");
    put("/p/b", 0, "{\"height\":0.1}");

    assertThat(read(groupedBy("height", TypeName.DOUBLE), 10).toString())
        .isEqualTo("{0.1=[/p/b], 5.0=[/p/a]}");
    assertThat(read(groupedBy("height", null), 10).toString()).isEqualTo("{0.1=[/p/b], 5=[/p/a]}");
    assertThat(read(groupedBy("age", TypeName.LONG), 10).toString())
        .isEqualTo("{9007199254740993=[/p/a], " + WITHOUT + "=[/p/b]}");
    assertThat(read(groupedBy("born", TypeName.DATE), 10)).containsKey("1000000");
  }

  @Test
  void longTextsAreGroupedByWhatOrdersThem() {
    String common = "x".repeat(2_000);
    put("/p/a", 0, "{\"name\":\"" + common + "1\"}");
    put("/p/b", 0, "{\"name\":\"" + common + "2\"}");
    put("/p/c", 0, "{\"name\":\"x\"}");

    assertThat(read(groupedBy("name", TypeName.STRING), 10))
        .isEqualTo(Map.of("x", List.of("/p/c"), common, List.of("/p/a", "/p/b")));
  }

  @Test
  void textThatReadsLikeTheNameOfNoValueIsInThatGroup() {
    put("/p/a", 0, "{\"name\":\"" + WITHOUT + "\"}");
    put("/p/b", 0, "{}");
    put("/p/c", 0, "{\"name\":\"x\"}");

    assertThat(read(groupedBy("name", TypeName.STRING), 1))
        .isEqualTo(Map.of(WITHOUT, List.of("/p/a", "/p/b"), "x", List.of("/p/c")));
  }

  @Test
  void groupsStayAsTheyWereWhenTheyWereOpened() {
    three();
    try (SearchGroups groups = open(groupedBy("name", TypeName.STRING))) {
      put("/p/dan", 0, "{\"name\":\"dan\"}");
      put("/p/ann", 1, "{\"name\":\"bob\"}");

      assertThat(groups.names(0, 10, () -> {}).names()).containsExactly("ann", "bob", WITHOUT);
      assertThat(groups.read("ann", null, 10, () -> {}).hits()).hasSize(1);
      assertThat(groups.totalCount()).isEqualTo(3);
    }
  }

  @Test
  void whatCannotBeGroupedIsRefused() {
    three();
    for (String name : List.of("plain", "story", "city")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> open(groupedBy(name, TypeName.STRING)))
          .withMessageContaining("cannot be grouped by " + name)
          .withMessageContaining("PropertyIndexingOption.SORT");
    }
    try (SearchGroups groups = open(groupedBy("name", TypeName.STRING))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> groups.names(SearchGroups.MAX_GROUPS, 1, () -> {}))
          .withMessageContaining("more than 100000 groups");
    }
  }
}
