// SPDX-License-Identifier: Apache-2.0
package io.cairn.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.query.QueryTask.NumericRange;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.Query.Occurance;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class FilterIndexTest {
  private static final DocumentJson JSON = DocumentJson.standard();
  private static final ServiceDocumentDescription DESCRIPTION =
      ServiceDocumentDescription.Builder.create().buildDescription(Item.class);

  /** Values of each form in which a value can be asked for. */
  private static final List<String> VALUES =
      List.of("a", "A", "7", "7.0", "-0.0", "0", "1e1", "10", "true", "0.1", "b c", "");

  private static final List<String> NAMES =
      List.of(
          "name",
          "count",
          "price",
          "exact",
          "folded",
          "text",
          "tags.item",
          "free.x",
          "unknown",
          "stored",
          "documentKind");

  /** The document. */
  public static class Item extends ServiceDocument {
    public @Nullable String name;
    public @Nullable Long count;
    public double price;

    @PropertyOptions(indexing = PropertyIndexingOption.CASE_INSENSITIVE)
    public @Nullable String folded;

    @PropertyOptions(indexing = PropertyIndexingOption.TEXT)
    public @Nullable String text;

    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public @Nullable List<String> tags;

    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public @Nullable Object free;

    @PropertyOptions(indexing = PropertyIndexingOption.STORE_ONLY)
    public @Nullable String stored;
  }

  private static Query term(String name, String value) {
    return new Query().setTermPropertyName(name).setTermMatchValue(value);
  }

  private static <T> T any(Random random, List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private static Query randomQuery(Random random, int depth) {
    if (depth == 3 || random.nextInt(3) == 0) {
      return random.nextInt(8) == 0
          ? new Query()
              .setTermPropertyName("count")
              .setNumericRange(NumericRange.createLessThanRange(8L))
          : term(any(random, NAMES), any(random, VALUES));
    }
    Query query = new Query();
    List<Occurance> occurances = List.of(Occurance.values());
    for (int i = 0; i <= random.nextInt(3); i++) {
      query.addBooleanClause(randomQuery(random, depth + 1).setOccurance(any(random, occurances)));
    }
    return query;
  }

  private static JsonNode randomDocument(Random random) {
    Map<String, Object> fields = new HashMap<>();
    for (String name : List.of("name", "folded", "text", "stored", "documentKind")) {
      if (random.nextBoolean()) {
        fields.put(name, any(random, VALUES));
      }
    }
    List<Object> numbers = List.of(7, 7.0, -0.0, 0, 10, 0.1, 1e19, 9007199254740993L);
    fields.put("count", any(random, numbers));
    fields.put("price", any(random, numbers));
    fields.put("tags", List.of(any(random, VALUES), any(random, VALUES)));
    fields.put(
        "free", Map.of("x", random.nextBoolean() ? any(random, VALUES) : any(random, numbers)));
    return JSON.readTree(JSON.toJson(fields));
  }

  private static boolean matches(
      QueryFilter filter, JsonNode document, @Nullable ServiceDocumentDescription description) {
    try {
      return filter.evaluate(document, description);
    } catch (QueryFilter.QueryFilterException e) {
      return false;
    }
  }

  private static Set<QueryFilter> candidates(
      FilterIndex<QueryFilter> index,
      JsonNode document,
      @Nullable ServiceDocumentDescription description) {
    Set<QueryFilter> found = new LinkedHashSet<>();
    index.forEachCandidate(() -> document, description, found::add);
    return found;
  }

  @Test
  void everyFilterThatMatchesIsFoundWhateverItAsksFor() {
    long seed = Long.getLong("cairn.seed", System.nanoTime());
    Random random = new Random(seed);
    FilterIndex<QueryFilter> index = new FilterIndex<>();
    List<QueryFilter> filters = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      QueryFilter filter = QueryFilter.create(randomQuery(random, 0));
      filters.add(filter);
      index.add(filter, filter);
    }
    for (int i = 0; i < 300; i++) {
      JsonNode document = randomDocument(random);
      ServiceDocumentDescription description = i % 3 == 0 ? null : DESCRIPTION;
      Set<QueryFilter> found = candidates(index, document, description);
      for (QueryFilter filter : filters) {
        if (matches(filter, document, description)) {
          assertThat(found).as("seed %d: %s", seed, document).contains(filter);
        }
      }
    }
    filters.forEach(filter -> index.remove(filter, filter));
    assertThat(index.isEmpty()).isTrue();
  }

  @Test
  void ofAThousandFiltersOnlyThoseOfTheValueAreLookedAt() {
    FilterIndex<QueryFilter> index = new FilterIndex<>();
    Query ofKind = term("documentKind", "k");
    for (int i = 0; i < 1_000; i++) {
      Query name = new Query().addBooleanClause(ofKind).addBooleanClause(term("name", "n" + i));
      index.add(QueryFilter.create(name), QueryFilter.create(name));
      Query count =
          new Query()
              .addBooleanClause(term("count", "" + i).setOccurance(Occurance.SHOULD_OCCUR))
              .addBooleanClause(term("count", i + ".5").setOccurance(Occurance.SHOULD_OCCUR));
      index.add(QueryFilter.create(count), QueryFilter.create(count));
    }

    JsonNode document = JSON.readTree("{\"documentKind\":\"k\",\"name\":\"n7\",\"count\":8}");

    assertThat(candidates(index, document, DESCRIPTION)).hasSize(2);
  }

  @Test
  void equalQueriesAreEqualFilters() {
    Query one =
        new Query().addBooleanClause(term("name", "a")).addBooleanClause(term("count", "7"));
    assertThat(QueryFilter.create(one))
        .isEqualTo(QueryFilter.create(JSON.copy(one)))
        .hasSameHashCodeAs(QueryFilter.create(JSON.copy(one)))
        .isNotEqualTo(QueryFilter.create(term("name", "a")));
  }
}
