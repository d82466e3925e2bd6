// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocument.PropertyOptions;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.query.QueryTask.NumericRange;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.Query.Occurance;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.query.QueryTask.QuerySpecification.SortOrder;
import io.cairn.query.QueryTask.QueryTerm;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Makes documents and queries whose values often are equal or close to each other. */
final class RandomThings {
  static final String KIND = "test:Thing";
  static final int LINKS = 40;
  private static final List<Occurance> OCCURANCES = List.of(Occurance.values());

  private final Random random;

  RandomThings(Random random) {
    this.random = random;
  }

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

  /** A document as JSON. */
  String json(String link, long version, String action) {
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

  /** A query, perhaps sorted. */
  QuerySpecification specification() {
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
}
