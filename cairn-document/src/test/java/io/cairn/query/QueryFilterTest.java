// SPDX-License-Identifier: Apache-2.0
package io.cairn.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.query.QueryTask.NumericRange;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.Query.Occurance;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryFilterTest {
  private static final DocumentJson JSON = DocumentJson.standard();
  private static final ServiceDocumentDescription DESCRIPTION =
      ServiceDocumentDescription.Builder.create().buildDescription(Item.class);

  private static final List<Occurance> OCCURANCES = List.of(Occurance.values());

  /** Sizes. */
  public enum Size {
    SMALL,
    LARGE
  }

  /** A part. */
  public static class Part {
    public String label;
    public Long weight;
  }

  /** The document under test. */
  public static class Item extends ServiceDocument {
    public String name;
    public Long count;
    public double price;
    public boolean sold;
    public Size size;
    public Instant when;
    public byte[] blob;
    public List<String> hidden;

    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public List<String> tags;

    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public List<Part> parts;

    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public Map<String, String> labels;

    @PropertyOptions(indexing = PropertyIndexingOption.FIXED_ITEM_NAME)
    public Map<String, Long> fixed;

    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public Part main;

    @PropertyOptions(indexing = PropertyIndexingOption.TEXT)
    public String text;

    @PropertyOptions(indexing = PropertyIndexingOption.CASE_INSENSITIVE)
    public String folded;

    @PropertyOptions(indexing = PropertyIndexingOption.STORE_ONLY)
    public String stored;
  }

  @ParameterizedTest
  @CsvSource({
    "name,table,TERM,true",
    "name,tabl,TERM,false",
    "name,Table,TERM,false",
    "name,tab,PREFIX,true",
    "name,ab,PREFIX,false",
    "name,t*e,WILDCARD,true",
    "name,*,WILDCARD,true",
    "name,t?ble,WILDCARD,true",
    "name,t?le,WILDCARD,false",
    "count,7,TERM,true",
    "count,8,TERM,false",
    "price,2.50,TERM,true",
    "sold,true,TERM,true",
    "size,LARGE,TERM,true",
    "tags.item,red,TERM,true",
    "tags.item,gr*,WILDCARD,true",
    "tags.item,blue,TERM,false",
    "tags,red,TERM,true",
    "tags,blue,TERM,false",
    "parts.label,leg,TERM,true",
    "parts.item.label,leg,TERM,true",
    "parts.item.label,arm,TERM,false",
    "labels.a,1,TERM,true",
    "labels.x.y,2,TERM,true",
    "labels.b,1,TERM,false",
    "fixed,k,TERM,true",
    "fixed,5,TERM,true",
    "fixed,6,TERM,false",
    "main.label,top,TERM,true",
    "text,quick,TERM,true",
    "text,Quick,TERM,false",
    "text,the quick,TERM,false",
    "text,QUICK brown,PHRASE,true",
    "text,'the quick, brown 7 fox',PHRASE,true",
    "text,the brown,PHRASE,false",
    "text,7,PHRASE,false",
    "name,table,PHRASE,true",
    "name,tab,PHRASE,false",
    "folded,loud,TERM,true",
    "folded,LOUD,TERM,false",
    "documentSelfLink,/items/,PREFIX,true",
    "documentUpdateAction,PUT,TERM,true",
  })
  void matchesTerms(String name, String value, MatchType type, boolean expected) {
    Query query = Query.Builder.create().setTerm(name, value, type).build();
    assertThat(evaluate(query)).isEqualTo(expected);
  }

  @Test
  void matchesRanges() {
    assertThat(inRange("count", NumericRange.createLongRange(7L, 9L, true, true))).isTrue();
    assertThat(inRange("count", NumericRange.createLongRange(7L, 9L, false, true))).isFalse();
    assertThat(inRange("count", NumericRange.createLongRange(null, 7L, false, false))).isFalse();
    assertThat(inRange("count", NumericRange.createLongRange(null, 7L, false, true))).isTrue();
    assertThat(inRange("price", NumericRange.createLessThanRange(2.6))).isTrue();
    assertThat(inRange("main.weight", NumericRange.createLessThanRange(0L))).isTrue();
    assertThat(inRange("main.weight", NumericRange.createLessThanRange(0.0))).isTrue();
    assertThat(inRange("parts.item.weight", NumericRange.createEqualRange(3L))).isTrue();
    assertThat(inRange("name", NumericRange.createEqualRange(3L))).isFalse();
    long micros = 1_500_000;
    assertThat(inRange("when", NumericRange.createEqualRange(micros))).isTrue();
    assertThat(inRange("when", NumericRange.createGreaterThanRange(micros))).isFalse();
  }

  @Test
  void refusesWhatTheIndexDoesNotHold() {
    for (String name : List.of("unknown", "blob", "hidden.item", "stored", "unknown.x")) {
      Query query = Query.Builder.create().setTerm(name, "x").build();
      assertThatThrownBy(() -> evaluate(query))
          .isInstanceOf(QueryFilter.UnsupportedPropertyException.class)
          .hasMessageContaining(name);
    }
  }

  @Test
  void evaluatesTreesWithoutDescription() {
    var tree = JSON.readTree("{\"a\":{\"b.c\":1,\"d\":[{\"e\":\"f\"}]},\"g\":[1,2]}");
    assertThat(QueryFilter.create(term("a.b.c", "1")).evaluate(tree, null)).isTrue();
    assertThat(QueryFilter.create(term("a.d.item.e", "f")).evaluate(tree, null)).isTrue();
    assertThat(QueryFilter.create(term("g.item", "2")).evaluate(tree, null)).isTrue();
    assertThat(QueryFilter.create(term("h", "2")).evaluate(tree, null)).isFalse();
  }

  @Test
  void clausesCombineAsInTheIndex() {
    Query yes = term("name", "table");
    Query no = term("name", "chair");
    assertThat(evaluate(combine(yes, Occurance.MUST_OCCUR, no, Occurance.SHOULD_OCCUR))).isTrue();
    assertThat(evaluate(combine(no, Occurance.SHOULD_OCCUR, no, Occurance.SHOULD_OCCUR))).isFalse();
    assertThat(evaluate(combine(no, Occurance.SHOULD_OCCUR, yes, Occurance.SHOULD_OCCUR))).isTrue();
    assertThat(evaluate(combine(yes, Occurance.MUST_OCCUR, no, Occurance.MUST_NOT_OCCUR))).isTrue();
    assertThat(evaluate(combine(no, Occurance.MUST_NOT_OCCUR, no, Occurance.MUST_NOT_OCCUR)))
        .isTrue();
    assertThat(evaluate(combine(yes, Occurance.SHOULD_OCCUR, yes, Occurance.MUST_NOT_OCCUR)))
        .isFalse();
    assertThat(evaluate(combine(yes, null, no, Occurance.MUST_NOT_OCCUR))).isTrue();
  }

  @Test
  void obeysTheLawsOfLogic() {
    long seed = Long.getLong("cairn.seed", System.nanoTime());
    System.out.println("QueryFilterTest seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 1_000; round++) {
      Query a = randomQuery(random, 0);
      Query b = randomQuery(random, 0);
      assertThat(evaluate(JSON.copy(a).setOccurance(Occurance.MUST_NOT_OCCUR)))
          .as("seed %s", seed)
          .isNotEqualTo(evaluate(a));
      boolean isA = evaluate(a);
      boolean isB = evaluate(b);
      Occurance must = Occurance.MUST_OCCUR;
      Occurance should = Occurance.SHOULD_OCCUR;
      Occurance not = Occurance.MUST_NOT_OCCUR;
      assertThat(evaluate(combine(a, must, b, must))).as("seed %s", seed).isEqualTo(isA && isB);
      assertThat(evaluate(combine(a, should, b, should))).isEqualTo(isA || isB);
      assertThat(evaluate(combine(a, must, b, not))).isEqualTo(isA && !isB);
      assertThat(evaluate(combine(a, not, b, not))).isEqualTo(!(isA || isB));
      boolean asTree = QueryFilter.create(a).evaluate(JSON.toTree(item()), DESCRIPTION);
      assertThat(asTree).isEqualTo(isA);
      assertThat(evaluate(JSON.copy(a))).isEqualTo(isA);
    }
  }

  @Test
  void wildcardsTakeTimeProportionalToTheirSize() {
    String text = "a".repeat(20_000);
    assertThat(Wildcard.matches("*a".repeat(50) + "b", text)).isFalse();
    assertThat(Wildcard.matches("a\\*b", "a*b")).isTrue();
    assertThat(Wildcard.matches("a\\*b", "axb")).isFalse();
    assertThat(Wildcard.matches("**", "")).isTrue();
    assertThat(Wildcard.matches("", "")).isTrue();
    assertThat(Wildcard.matches("?", "")).isFalse();
    assertThat(Wildcard.matches("?", "\ud83d\ude00")).isTrue();
    assertThat(Wildcard.matches("*??", "\ud83d\ude00")).isFalse();
  }

  private static Query randomQuery(Random random, int depth) {
    if (depth > 3 || random.nextInt(3) == 0) {
      return switch (random.nextInt(4)) {
        case 0 -> term("name", random.nextBoolean() ? "table" : "chair");
        case 1 -> term("tags.item", random.nextBoolean() ? "red" : "blue");
        case 2 ->
            new Query()
                .setTermPropertyName("count")
                .setNumericRange(NumericRange.createLessThanRange(random.nextLong(14)));
        default ->
            new Query()
                .setTermPropertyName("documentSelfLink")
                .setTermMatchValue(random.nextBoolean() ? "/i*" : "/x*")
                .setTermMatchType(MatchType.WILDCARD);
      };
    }
    Query query = new Query();
    int clauses = 1 + random.nextInt(3);
    for (int i = 0; i < clauses; i++) {
      Occurance occurance = OCCURANCES.get(random.nextInt(3));
      query.addBooleanClause(randomQuery(random, depth + 1).setOccurance(occurance));
    }
    return query;
  }

  private static Query combine(Query a, Occurance how, Query b, Occurance howB) {
    // Copies: a query carries its own occurrence, and the same one may stand twice.
    return new Query()
        .addBooleanClause(JSON.copy(a).setOccurance(how))
        .addBooleanClause(JSON.copy(b).setOccurance(howB));
  }

  private static Query term(String name, String value) {
    return new Query().setTermPropertyName(name).setTermMatchValue(value);
  }

  private static boolean inRange(String name, NumericRange<?> range) {
    return evaluate(new Query().setTermPropertyName(name).setNumericRange(range));
  }

  private static boolean evaluate(Query query) {
    return QueryFilter.create(query).evaluate((Object) item(), DESCRIPTION);
  }

  private static Item item() {
    return with(
        item -> {
          item.name = "table";
          item.count = 7L;
          item.price = 2.5;
          item.sold = true;
          item.size = Size.LARGE;
          item.when = Instant.ofEpochMilli(1500);
          item.tags = List.of("red", "green");
          item.parts = List.of(part("leg", 3L), part("top", null));
          item.labels = Map.of("a", "1", "x.y", "2");
          item.fixed = Map.of("k", 5L);
          item.main = part("top", -4L);
          item.text = "The QUICK, brown fox";
          item.folded = "LOUD";
          item.stored = "x";
          item.documentSelfLink = "/items/1";
          item.documentUpdateAction = "PUT";
        });
  }

  private static Item with(Consumer<Item> change) {
    Item item = new Item();
    change.accept(item);
    return item;
  }

  private static Part part(String label, Long weight) {
    Part part = new Part();
    part.label = label;
    part.weight = weight;
    return part;
  }
}
