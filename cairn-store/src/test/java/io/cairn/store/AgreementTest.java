// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.cairn.query.QueryTask.QueryTerm;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import io.cairn.query.SortValue;
import io.cairn.query.odata.QueryNames;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.search.DocumentSearch;
import io.cairn.store.search.OrderedCursor;
import io.cairn.store.search.SearchResult;
import io.cairn.store.search.SortKey;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the index finds is what a plain look at each document finds: for random documents that are
 * made, changed, deleted and expire, and for random queries. {@code -Dcairn.seed=SEED} repeats a
 * run.
 */
class AgreementTest {
  private static final String KIND = "test:Thing";
  private static final List<Occurance> OCCURANCES = List.of(Occurance.values());
  private static final int LINKS = 40;
  private static final int ROUNDS = 12;
  private static final int QUERIES = 120;

  private final long seed = Long.getLong("cairn.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final TestPartition partition = new TestPartition();
  private final Map<String, DocumentVersion> living = new TreeMap<>();
  private @TempDir Path directory;
  private long index;

  /** Values of which there are few. */
  public enum Size {
    SMALL,
    MEDIUM,
    LARGE
  }

  /** Something inside a document. */
  public static class Part {
    public @Nullable String label;
    public @Nullable Long weight;
  }

  /** A field of each sort. */
  public static class Thing extends ServiceDocument {
    @PropertyOptions(indexing = PropertyIndexingOption.SORT)
    public @Nullable String name;

    @PropertyOptions(indexing = PropertyIndexingOption.TEXT)
    public @Nullable String story;

    @PropertyOptions(
        indexing = {PropertyIndexingOption.CASE_INSENSITIVE, PropertyIndexingOption.SORT})
    public @Nullable String city;

    public @Nullable Long count;
    public @Nullable Double price;
    public @Nullable BigDecimal exact;
    public @Nullable Boolean sold;
    public @Nullable Size size;
    public java.time.@Nullable Instant when;
    public @Nullable UUID id;

    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public @Nullable List<String> tags;

    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public @Nullable List<Long> numbers;

    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public @Nullable List<Part> parts;

    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public @Nullable Map<String, String> labels;

    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public @Nullable Map<String, Object> free;

    @PropertyOptions(
        indexing = {PropertyIndexingOption.EXPAND, PropertyIndexingOption.FIXED_ITEM_NAME})
    public @Nullable Map<String, String> fixed;

    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public @Nullable Part main;
  }

  @Test
  void indexFindsWhatALookAtEachDocumentFinds() {
    partition.describe(KIND, Thing.class);
    ServiceDocumentDescription description = partition.kinds.get(KIND);
    try (partition;
        DocumentStore one = partition.open(directory.resolve("one"));
        DocumentStore two = partition.open(directory.resolve("two"));
        DocumentStore copy = partition.open(directory.resolve("copy"))) {
      List<DocumentStore> stores = List.of(one, two);
      for (int round = 0; round < ROUNDS; round++) {
        change(one, two, copy);
        for (int i = 0; i < QUERIES; i++) {
          QuerySpecification specification = specification();
          List<String> expected = expected(specification, description);
          if (disagree(stores, specification.query, description)) {
            specification.query = smallest(stores, specification.query, description);
            specification.sortTerm = null;
            specification.options.clear();
            expected = expected(specification, description);
          }
          String what =
              "seed %d, %s".formatted(seed, DocumentJson.standard().toJson(specification));
          assertFound(stores, specification, expected, what);
          assertMerged(List.of(one, two, copy), specification, expected, what);
        }
      }
    }
  }

  private boolean disagree(
      List<DocumentStore> stores, Query query, ServiceDocumentDescription description) {
    QuerySpecification plain = new QuerySpecification();
    plain.query = query;
    try (SearchResult result = DocumentSearch.over(stores).search(resolved(plain))) {
      return !result.links().stream()
          .sorted()
          .toList()
          .equals(expected(plain, description).stream().sorted().toList());
    }
  }

  /** A part of a query that is answered wrongly too. */
  private Query smallest(
      List<DocumentStore> stores, Query wrong, ServiceDocumentDescription description) {
    List<Query> parts = new ArrayList<>();
    List<Query> clauses = wrong.booleanClauses == null ? List.of() : wrong.booleanClauses;
    for (int i = 0; i < clauses.size(); i++) {
      Query alone = DocumentJson.standard().copy(clauses.get(i));
      parts.add(alone.setOccurance(Occurance.MUST_OCCUR));
      if (clauses.size() > 1) {
        Query without = new Query().setOccurance(wrong.occurance);
        without.booleanClauses = new ArrayList<>(clauses);
        without.booleanClauses.remove(i);
        parts.add(without);
      }
    }
    return parts.stream()
        .filter(part -> disagree(stores, part, description))
        .findFirst()
        .map(part -> smallest(stores, part, description))
        .orElse(wrong);
  }

  /** One store in any order, and the number. */
  private void assertFound(
      List<DocumentStore> stores,
      QuerySpecification specification,
      List<String> expected,
      String what) {
    try (SearchResult result = DocumentSearch.over(stores).search(resolved(specification))) {
      List<String> found = new ArrayList<>(result.links());
      assertThat(found).as(what).containsExactlyInAnyOrderElementsOf(expected);
      assertThat(result.totalCount()).as(what).isEqualTo(expected.size());
    }
  }

  /**
   * Two nodes and what they find merged; the first of them is replaced by another copy of the same
   * documents after some rows.
   */
  private void assertMerged(
      List<DocumentStore> stores,
      QuerySpecification specification,
      List<String> expected,
      String what) {
    Comparator<SortKey> order = SortKey.order(specification);
    List<OrderedCursor.Found> all = new ArrayList<>();
    try (OrderedCursor one = open(stores.get(0), specification);
        OrderedCursor two = open(stores.get(1), specification);
        OrderedCursor copy = open(stores.get(2), specification)) {
      SortKey after = null;
      List<OrderedCursor.Found> page;
      do {
        int size = 1 + random.nextInt(15);
        page = new ArrayList<>();
        page.addAll((random.nextBoolean() ? one : copy).read(after, size, () -> {}));
        page.addAll(two.read(after, size, () -> {}));
        page.sort((a, b) -> order.compare(a.key(), b.key()));
        page = page.subList(0, Math.min(size, page.size()));
        all.addAll(page);
        after = page.isEmpty() ? after : page.getLast().key();
      } while (!page.isEmpty());
      assertThat(one.totalCount() + two.totalCount()).as(what).isEqualTo(expected.size());
    }
    assertThat(all.stream().map(found -> found.hit().link()).toList()).as(what).isEqualTo(expected);
  }

  private OrderedCursor open(DocumentStore store, QuerySpecification specification) {
    return DocumentSearch.over(List.of(store)).openOrdered(resolved(specification), null);
  }

  /** With names as they are indexed, as the runtime has them. */
  private QuerySpecification resolved(QuerySpecification specification) {
    return QueryNames.resolve(specification, partition.kinds);
  }

  // What is there.

  private void change(DocumentStore one, DocumentStore two, DocumentStore copy) {
    long now = partition.now.addAndGet(1_000);
    living.values().removeIf(document -> document.isExpiredAt(now));
    for (int i = 0; i < 30; i++) {
      String link = "/things/" + random.nextInt(LINKS);
      DocumentVersion before = latest.get(link);
      long version = before == null ? 0 : before.version() + 1;
      boolean deletes = before != null && random.nextInt(6) == 0;
      long expiration = random.nextInt(8) == 0 ? now + random.nextInt(4_000) + 1 : 0;
      String action =
          deletes ? "DELETE" : version == 0 ? "POST" : random.nextBoolean() ? "PUT" : "PATCH";
      DocumentVersion document =
          new DocumentVersion(
              link,
              KIND,
              version,
              0,
              1_000 + index,
              action,
              deletes ? 0 : expiration,
              json(link, version, action).getBytes(StandardCharsets.UTF_8));
      boolean first = Math.floorMod(link.hashCode(), 2) == 0;
      (first ? one : two).apply(++index, document);
      if (first) {
        copy.apply(index, document);
      }
      latest.put(link, document);
      if (deletes) {
        living.remove(link);
      } else {
        living.put(link, document);
      }
      if (random.nextInt(10) == 0) {
        one.refresh();
        two.refresh();
      }
    }
  }

  private final Map<String, DocumentVersion> latest = new TreeMap<>();

  private String json(String link, long version, String action) {
    ObjectNode json = (ObjectNode) DocumentJson.standard().readTree("{}");
    put(json, "name", this::text);
    put(json, "story", () -> text() + " " + random.nextInt(3) + text());
    put(json, "city", this::text);
    put(json, "count", this::whole);
    put(json, "price", () -> random.nextInt(9) / 4.0 - 1);
    put(json, "exact", this::decimal);
    put(json, "sold", random::nextBoolean);
    put(json, "size", () -> pick("SMALL", "MEDIUM", "LARGE"));
    put(json, "when", this::time);
    put(json, "id", this::id);
    put(json, "tags", () -> several(this::text));
    put(json, "numbers", () -> several(this::whole));
    put(json, "parts", () -> several(this::part));
    put(json, "labels", () -> map(this::text));
    put(json, "free", () -> map(this::anything));
    put(json, "fixed", () -> map(this::text));
    put(json, "main", this::part);
    json.put("documentSelfLink", link);
    json.put("documentKind", KIND);
    json.put("documentVersion", version);
    json.put("documentUpdateAction", action);
    return json.toString();
  }

  private void put(ObjectNode json, String name, Supplier<?> value) {
    switch (random.nextInt(5)) {
      case 0 -> {}
      case 1 -> json.putNull(name);
      default -> json.set(name, DocumentJson.standard().toTree(value.get()));
    }
  }

  private String pick(String... values) {
    return values[random.nextInt(values.length)];
  }

  private String text() {
    return pick(
        "oak",
        "Oak",
        "oaks",
        "elm tree",
        "it's",
        "a*b",
        "a?b",
        "\\",
        "",
        "7",
        "\u00e4\ud83d\ude00",
        "\uffee");
  }

  /** Sorting takes the very last number for none, see docs/queries.md. */
  private long whole() {
    return switch (random.nextInt(8)) {
      case 0 -> Long.MAX_VALUE - 1;
      case 1 -> Long.MIN_VALUE + 1;
      default -> random.nextInt(6) - 2;
    };
  }

  private BigDecimal decimal() {
    return new BigDecimal(
        pick("1.5", "1.50", "0", "-0.1", "0.1", "12345678901234567890.25", "9007199254740993"));
  }

  private String time() {
    return pick(
        "2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00.5Z",
        "2025-12-31T23:59:59Z",
        "1969-07-20T20:17:40Z");
  }

  private String id() {
    return "00000000-0000-0000-0000-00000000000" + random.nextInt(3);
  }

  private <T> List<T> several(Supplier<T> value) {
    List<T> values = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      values.add(value.get());
    }
    return values;
  }

  private <T> Map<String, T> map(Supplier<T> value) {
    Map<String, T> map = new TreeMap<>();
    for (String key : List.of("a", "b.c", "item")) {
      if (random.nextBoolean()) {
        map.put(key, value.get());
      }
    }
    return map;
  }

  private Map<String, Object> part() {
    Map<String, Object> part = new TreeMap<>();
    if (random.nextBoolean()) {
      part.put("label", text());
    }
    if (random.nextBoolean()) {
      part.put("weight", whole());
    }
    return part;
  }

  private Object anything() {
    return switch (random.nextInt(5)) {
      case 0 -> whole();
      case 1 -> random.nextInt(9) / 4.0;
      case 2 -> random.nextBoolean();
      case 3 -> part();
      default -> text();
    };
  }

  // What is asked.

  private QuerySpecification specification() {
    QuerySpecification specification = new QuerySpecification();
    specification.query = query(0);
    if (random.nextBoolean()) {
      specification.options.add(QueryOption.SORT);
      specification.sortTerm = sortTerm();
      specification.sortOrder = specification.sortTerm.sortOrder;
      if (random.nextBoolean()) {
        specification.additionalSortTerms = List.of(sortTerm());
      }
    }
    return specification;
  }

  private QueryTerm sortTerm() {
    QueryTerm term = new QueryTerm();
    term.propertyName =
        pick(
            "name",
            "city",
            "count",
            "price",
            "exact",
            "when",
            "documentSelfLink",
            "main.weight",
            "numbers.item",
            "documentVersion");
    term.propertyType =
        switch (term.propertyName) {
          case "name", "city", "documentSelfLink" -> TypeName.STRING;
          case "price", "exact" -> TypeName.DOUBLE;
          case "when" -> TypeName.DATE;
          default -> TypeName.LONG;
        };
    term.sortOrder = random.nextBoolean() ? SortOrder.ASC : SortOrder.DESC;
    return term;
  }

  private Query query(int depth) {
    Query query = depth > 2 || random.nextInt(3) == 0 ? term() : new Query();
    query.occurance = OCCURANCES.get(random.nextInt(3));
    if (query.term == null) {
      for (int i = 1 + random.nextInt(depth == 1 && random.nextInt(12) == 0 ? 30 : 3); i > 0; i--) {
        query.addBooleanClause(query(depth + 1));
      }
    }
    return query;
  }

  private Query term() {
    String name =
        pick(
            "name",
            "story",
            "city",
            "count",
            "price",
            "exact",
            "sold",
            "size",
            "when",
            "id",
            "tags.item",
            "tags",
            "numbers.item",
            "parts.item.label",
            "parts.item.weight",
            "labels.a",
            "labels.b.c",
            "labels.item",
            "free.a",
            "free.b.c.label",
            "free.item.weight",
            "fixed",
            "main.label",
            "main.weight",
            "documentSelfLink",
            "documentKind",
            "documentVersion",
            "documentUpdateAction");
    Query query = new Query().setTermPropertyName(name);
    if (random.nextInt(4) == 0) {
      return query.setNumericRange(range());
    }
    String value = value();
    return switch (random.nextInt(5)) {
      case 0 -> query.setTermMatchType(MatchType.PREFIX).setTermMatchValue(prefix(value));
      case 1 -> query.setTermMatchType(MatchType.WILDCARD).setTermMatchValue(pattern(value));
      case 2 -> query.setTermMatchType(MatchType.PHRASE).setTermMatchValue(value);
      default -> query.setTermMatchType(MatchType.TERM).setTermMatchValue(value);
    };
  }

  private String value() {
    return switch (random.nextInt(8)) {
      case 0 -> "" + whole();
      case 1 -> "" + decimal();
      case 2 -> "" + (random.nextInt(9) / 4.0 - 1);
      case 3 -> time();
      case 4 ->
          pick(
              "true", "false", "SMALL", "LARGE", "PUT", "DELETE", KIND, "a", "b.c", "tree", "elm",
              "s", "oakoak");
      case 5 -> "/things/" + random.nextInt(LINKS);
      case 6 -> id();
      default -> text();
    };
  }

  private String prefix(String value) {
    int letters = random.nextInt(value.codePointCount(0, value.length()) + 1);
    return value.substring(0, value.offsetByCodePoints(0, letters));
  }

  private String pattern(String value) {
    return switch (random.nextInt(5)) {
      case 0 -> "*";
      case 1 -> "*" + prefix(value);
      case 2 -> prefix(value) + "*";
      case 3 -> prefix(value) + "?" + prefix(value);
      default -> prefix(value) + "*" + prefix(value);
    };
  }

  private NumericRange<?> range() {
    boolean min = random.nextBoolean();
    boolean max = !min || random.nextBoolean();
    BigDecimal low = min ? bound() : null;
    BigDecimal high = max ? bound() : null;
    if (low != null && high != null && low.compareTo(high) > 0) {
      BigDecimal swapped = low;
      low = high;
      high = swapped;
    }
    boolean withLow = random.nextBoolean();
    boolean withHigh = random.nextBoolean();
    return switch (random.nextInt(3)) {
      case 0 ->
          NumericRange.createLongRange(
              low == null ? null : low.longValue(),
              high == null ? null : high.longValue(),
              withLow,
              withHigh);
      case 1 ->
          NumericRange.createDoubleRange(
              low == null ? null : low.doubleValue(),
              high == null ? null : high.doubleValue(),
              withLow,
              withHigh);
      default -> NumericRange.createDecimalRange(low, high, withLow, withHigh);
    };
  }

  private BigDecimal bound() {
    return switch (random.nextInt(4)) {
      case 0 -> BigDecimal.valueOf(whole());
      case 1 -> decimal();
      case 2 -> BigDecimal.valueOf(1_767_225_600_000_000L + random.nextInt(3) - 1);
      default -> BigDecimal.valueOf(random.nextInt(9) / 4.0 - 1);
    };
  }

  // What is to be found.

  private List<String> expected(
      QuerySpecification specification, ServiceDocumentDescription description) {
    QueryFilter filter = QueryFilter.create(specification.query);
    Map<String, JsonNode> matching = new TreeMap<>();
    living.forEach(
        (link, document) -> {
          JsonNode tree = DocumentJson.standard().readTree(document.json());
          if (filter.evaluate(tree, description)) {
            matching.put(link, tree);
          }
        });
    List<QueryTerm> terms = new ArrayList<>();
    if (specification.sortTerm != null) {
      terms.add(specification.sortTerm);
      if (specification.additionalSortTerms != null) {
        terms.addAll(specification.additionalSortTerms);
      }
    }
    Comparator<String> order = (_, _) -> 0;
    for (QueryTerm term : terms) {
      boolean descending = term.sortOrder == SortOrder.DESC;
      Comparator<SortValue> values = Comparator.naturalOrder();
      order =
          order.thenComparing(
              link -> SortValue.of(matching.get(link), description, term, descending),
              Comparator.nullsLast(descending ? values.reversed() : values));
    }
    return matching.keySet().stream()
        .sorted(
            order.thenComparing(
                link -> link.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned))
        .toList();
  }
}
