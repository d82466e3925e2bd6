// SPDX-License-Identifier: Apache-2.0
package io.cairn.query.odata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.query.QueryFilter;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.query.QueryTask.QuerySpecification.SortOrder;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import io.cairn.query.QueryValidation;
import io.cairn.query.odata.ODataQuery.Scope;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ODataQueryTest {
  private static final ServiceDocumentDescription DESCRIPTION =
      ServiceDocumentDescription.Builder.create().buildDescription(Car.class);
  private static final Scope SCOPE = new Scope("/cars/", "car", DESCRIPTION);

  /** An engine. */
  public static class Engine {
    public String make;
    public Long power;
  }

  /** The documents that are filtered. */
  public static class Car extends ServiceDocument {
    public String name;
    public Long doors;
    public Double price;
    public boolean sold;
    public Instant built;

    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public List<String> tags;

    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public Engine engine;

    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public Map<String, String> labels;

    public String story;

    @PropertyOptions(indexing = PropertyIndexingOption.CASE_INSENSITIVE)
    public String plate;

    public double zero;
    public java.math.BigDecimal exact;
    public java.math.BigInteger huge;
    public String path;
    public String stars;
    public List<String> unexpanded;
    public Object free;

    @PropertyOptions(
        indexing = {PropertyIndexingOption.EXPAND, PropertyIndexingOption.CASE_INSENSITIVE})
    public List<String> tagsFolded;

    @PropertyOptions(indexing = PropertyIndexingOption.STORE_ONLY)
    public String kept;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "name eq 'beetle'|true",
        "name eq beetle|true",
        "name ne 'beetle'|false",
        "name ne 'golf'|true",
        "name EQ 'beetle' AND doors Eq 2|true",
        "name eq 'bee*'|true",
        "name eq 'it''s'|false",
        "doors eq 2|true",
        "doors eq '2'|true",
        "doors lt 2|false",
        "doors le 2|true",
        "doors gt 1|true",
        "doors ge 3|false",
        "doors lt 2.5|true",
        "doors gt 2.5|false",
        "doors ge 1.5|true",
        "doors eq 2.5|false",
        "doors lt 2.0|false",
        "doors le 2.0|true",
        "doors ge 2.0|true",
        "doors gt 2.0|false",
        "doors eq 2.0|true",
        "doors ne 2.0|false",
        "doors ne 2.5|true",
        "doors eq 0.2e1|true",
        "doors lt 1e2|true",
        "doors lt 1000000000000000000|true",
        "doors lt 9223372036854775807|true",
        "doors lt 9223372036854775808|true",
        "doors ge 9223372036854775808|false",
        "doors gt -9223372036854775809|true",
        "doors le -9223372036854775809|false",
        "doors ne 12345678901234567890123|true",
        "doors lt 1e400|true",
        "doors eq 1e-400|false",
        "price lt 2e3|true",
        "price eq 19995e-1|true",
        "price lt 1e400|true",
        "price ge 1e400|false",
        "price gt -1e400|true",
        "zero eq 0|true",
        "zero lt 0|false",
        "zero ge 0.0|true",
        "zero ge -0.0|true",
        "exact gt 0.1|true",
        "exact lt 0.2|true",
        "huge gt 9223372036854775807|true",
        "built eq 1970-01-02|true",
        "built lt '1970-01-02T00:00:00.000001'|true",
        // a star alone is special, and a backslash before it takes that away
        "path eq 'back\\sl*'|true",
        "path eq 'back\\slash*'|true",
        "path eq 'back\\*'|false",
        "path eq 'back\\\\*'|true",
        "path eq 'back?sl*'|false",
        "path eq '?*'|false",
        "path eq 'back\\slash'|true",
        "stars eq 'a\\*b'|true",
        "stars eq 'a\\*c'|false",
        "stars eq 'a\\**'|true",
        "path eq 'a\\*b'|false",
        "tagsFolded.item eq 'RED'|true",
        "tagsFolded.item eq 'R*'|true",
        // null is no value at all
        "story eq null|true",
        "story ne null|false",
        "name eq null|false",
        "name ne null|true",
        "name ne NULL|true",
        "name eq 'null'|false",
        "doors ne null|true",
        "zero ne null|true",
        "engine.power ne null|true",
        "tags.item ne null|true",
        "labels.nothing eq null|true",
        "not (story eq null)|false",
        "sold eq TRUE|true",
        "price gt 1000|true",
        "price lt -1|false",
        "price eq 1999.5|true",
        "sold eq true|true",
        "built lt '2000-01-01T00:00:00Z'|true",
        "built eq 1970-01-02T00:00:00Z|true",
        "engine/make eq 'vw'|true",
        "engine.power ge 40|true",
        "labels/k eq 'v+w'|true",
        "tags eq 'red'|true",
        "tags eq 'blue'|false",
        "tags ne null|true",
        "tags any 'red;blue'|true",
        "tags.item any 'red;blue'|true",
        "tags.item all 'red;blue'|false",
        "tags.item all 'red;round'|true",
        "plate eq 'AbC'|true",
        "documentSelfLink eq '/cars/1'|true",
        "ALL_FIELDS eq 'vw'|true",
        "ALL_FIELDS eq 'round'|true",
        "ALL_FIELDS eq 'nothing'|false",
        // 'and' binds stronger than 'or', whichever comes first
        "name eq 'x' and doors eq 9 or sold eq true|true",
        "sold eq true or name eq 'x' and doors eq 9|true",
        "(sold eq true or name eq 'x') and doors eq 9|false",
        "name ne 'x' or doors eq 9|true",
        "name ne 'beetle' or doors eq 9|false",
        "name ne 'x' and doors ne 9|true",
        "not (name eq 'x' or doors eq 9)|true",
        "not not sold eq true|true",
        "((((name eq 'beetle'))))|true",
      })
  void filters(String filter, boolean expected) {
    ODataQuery query = ODataQuery.parse(Map.of("$filter", filter), SCOPE);
    QueryValidation.validate(query.specification());
    QueryFilter compiled = QueryFilter.create(query.specification().query);
    assertThat(compiled.evaluate((Object) car(), DESCRIPTION)).isEqualTo(expected);
  }

  @Test
  void filtersWithinItsScopeOnly() {
    Car elsewhere = car();
    elsewhere.documentSelfLink = "/trucks/1";
    ODataQuery query = ODataQuery.parse(Map.of("$filter", "doors eq 2"), SCOPE);
    QueryFilter compiled = QueryFilter.create(query.specification().query);
    assertThat(compiled.evaluate((Object) elsewhere, DESCRIPTION)).isFalse();
  }

  @Test
  void withoutDescriptionTheValueDecides() {
    Query number = onlyTerm("a eq 5");
    assertThat(number.term.range.min).isEqualTo(5L);
    assertThat(onlyTerm("a eq 5.0").term.range.min).isEqualTo(5.0);
    assertThat(onlyTerm("a eq '5'").term.matchValue).isEqualTo("5");
    assertThat(onlyTerm("a eq *5").term.matchType).isEqualTo(MatchType.WILDCARD);
  }

  @Test
  void textIsMatchedAsAPhrase() {
    ServiceDocumentDescription description =
        ServiceDocumentDescription.Builder.create().buildDescription(Car.class);
    description.propertyDescriptions.get("story").indexingOptions.add(PropertyIndexingOption.TEXT);
    Scope scope = new Scope("/cars/", "car", description);
    ODataQuery query = ODataQuery.parse(Map.of("$filter", "story eq 'red car'"), scope);
    Query clause = query.specification().query.booleanClauses.get(2);
    assertThat(clause.term.matchType).isEqualTo(MatchType.PHRASE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "name|$filter, column 5: expected one of eq, ne, lt, le, gt, ge, any, all but found the"
            + " end",
        "name is 'x'|$filter, column 6: expected one of eq",
        "name eq|$filter, column 8: expected a value but found the end",
        "name eq 'x|expected a closing quote",
        "name eq 'x' 'y'|$filter, column 13: expected 'and', 'or' or the end",
        "(name eq 'x'|$filter, column 13: expected ')' but found the end",
        "name eq 'x')|$filter, column 12: expected 'and', 'or' or the end but found ')'",
        "'x' eq name|$filter, column 1: expected a property name",
        "name eq 'x' and|$filter, column 16: expected a property name",
        "name eq \"x\"|$filter, column 9",
        "name lt 'x'|expected a number or time to compare name with",
        "doors eq 'many'|$filter, column 1: expected a number or time to compare doors with",
        "doors eq 2*|expected a number or time to compare doors with",
        "doors lt null|expected a number or time to compare doors with but found 'null'",
        "sold eq 5|expected true or false to compare sold with",
        "sold lt true|expected a number or time",
        "nmae eq 'x'|column 1: unknown property: nmae; did you mean name?",
        "name eq 'x' and dors gt 5|column 17: unknown property: dors; did you mean doors?",
        "wholly.else eq 'x'|unknown property: wholly",
        "engine.mak eq 'vw'|unknown property: engine.mak; did you mean engine.make?",
        "engine eq 'vw'|engine is an object: name one of its fields, as in engine.make",
        "name.first eq 'x'|name has no fields, it is a STRING",
        "tags.first eq 'a'|tags.item has no fields, it is a STRING",
        "labels eq 'a'|labels is a map: name one of its keys, as in labels.key",
        "unexpanded.item eq 'a'|unexpanded is not indexed: its field needs",
        "free eq 5|free is not indexed",
        "free.x eq 5|free is not indexed",
        "kept eq 'a'|kept is not indexed",
        "documentOwner eq 'a'|documentOwner is not indexed",
      })
  void saysWhereAFilterIsWrongAndWhatWasExpected(String filter, String message) {
    assertThatThrownBy(() -> ODataQuery.parse(Map.of("$filter", filter), SCOPE))
        .isInstanceOf(ODataSyntaxException.class)
        .hasMessageContaining(message);
  }

  @Test
  void boundsNestingAndLength() {
    String deep = "(".repeat(1000) + "a eq 1" + ")".repeat(1000);
    refuse(Map.of("$filter", deep), "nested deeper");
    refuse(Map.of("$filter", "not ".repeat(1000) + "a eq 1"), "nested deeper");
    refuse(Map.of("$filter", "a eq '" + "x".repeat(100_000) + "'"), "longer than");
  }

  @Test
  void sortsByTheTypeInTheDescription() {
    ODataQuery query = ODataQuery.parse(Map.of("$orderby", "doors desc, engine/make asc"), SCOPE);
    var spec = query.specification();
    QueryValidation.validate(spec);
    assertThat(spec.options).contains(QueryOption.SORT);
    assertThat(spec.sortTerm.propertyName).isEqualTo("doors");
    assertThat(spec.sortTerm.propertyType).isEqualTo(TypeName.LONG);
    assertThat(spec.sortOrder).isEqualTo(SortOrder.DESC);
    assertThat(spec.additionalSortTerms.get(0).propertyName).isEqualTo("engine.make");
    assertThat(spec.additionalSortTerms.get(0).sortOrder).isEqualTo(SortOrder.ASC);
    refuse(Map.of("$orderby", "wheels asc"), "unknown property: wheels");
    refuse(Map.of("$orderby", "doors sideways"), "asc or desc");
    var untyped =
        ODataQuery.parse(Map.of("$orderby", "a asc", "$orderbytype", "long"), Scope.everything());
    assertThat(untyped.specification().sortTerm.propertyType).isEqualTo(TypeName.LONG);
  }

  @Test
  void limitsAndCounts() {
    var top = ODataQuery.parse(Map.of("$top", "5", "$skip", "2"), SCOPE).specification();
    assertThat(top.options).containsExactly(QueryOption.TOP_RESULTS);
    assertThat(top.resultLimit).isEqualTo(5);
    assertThat(top.offset).isEqualTo(2);
    ODataQuery paged = ODataQuery.parse(Map.of("$limit", "7", "$count", "true"), SCOPE);
    assertThat(paged.count()).isTrue();
    assertThat(paged.specification().resultLimit).isEqualTo(7);
    assertThat(paged.specification().options).isEmpty();
    assertThat(paged.countSpecification().options).containsExactly(QueryOption.COUNT);
    ODataQuery count = ODataQuery.parse(Map.of("$count", "true", "expand", ""), SCOPE);
    assertThat(count.count()).isFalse();
    assertThat(count.specification().options).containsExactly(QueryOption.COUNT);
    refuse(Map.of("$top", "1", "$limit", "1"), "$limit");
    ODataQuery both = ODataQuery.parse(Map.of("$top", "2", "$count", "true"), SCOPE);
    assertThat(both.count()).isTrue();
    assertThat(both.specification().resultLimit).isEqualTo(2);
    assertThat(both.specification().options).containsExactly(QueryOption.TOP_RESULTS);
    refuse(Map.of("$top", "0"), "$top");
    refuse(Map.of("$limit", "many"), "$limit");
    refuse(Map.of("$skip", "-1"), "$skip");
    refuse(Map.of("$count", "some"), "$count");
  }

  @Test
  void parametersThatMeanNothingAreRefusedWithTheNearestThatDoes() {
    refuse(Map.of("filter", "doors eq 2"), "filter; did you mean $filter?");
    refuse(Map.of("Top", "2"), "Top; did you mean $top?");
    refuse(Map.of("$fliter", "doors eq 2"), "$fliter; did you mean $filter?");
    refuse(Map.of("$Filter", "doors eq 2"), "$Filter; did you mean $filter?");
    refuse(Map.of("$bogus", "1"), "unknown query parameter: $bogus");
    refuse(Map.of("$select", "nmae"), "$select: unknown property: nmae; did you mean name?");
    assertThat(ODataQuery.parse(Map.of("$top", "1", "peer", "x"), SCOPE).expand()).isFalse();
    assertThat(ODataQuery.parse(Map.of("$select", "kept,documentOwner,tags"), SCOPE).expand())
        .isTrue();
  }

  @Test
  void expandsAndSelects() {
    assertThat(ODataQuery.parse(Map.of("$top", "1", "$expand", "x"), SCOPE).specification().options)
        .contains(QueryOption.EXPAND_CONTENT);
    ODataQuery selected =
        ODataQuery.parse(Map.of("$select", "name, engine/make", "expand", ""), SCOPE);
    QueryValidation.validate(selected.specification());
    assertThat(selected.expand()).isTrue();
    assertThat(selected.specification().selectTerms)
        .extracting(term -> term.propertyName)
        .containsExactly("name", "engine.make");
    assertThat(ODataQuery.parse(Map.of("$tenantLinks", "/t/1,/t/2"), SCOPE).tenantLinks())
        .containsExactly("/t/1", "/t/2");
    assertThat(ODataQuery.isQuery(Map.of("expand", "").keySet())).isFalse();
    assertThat(ODataQuery.isQuery(Map.of("$skip", "1").keySet())).isTrue();
  }

  @Test
  void matchesEverythingWithoutScopeAndFilter() {
    Query query = ODataQuery.parse(Map.of("$limit", "1"), Scope.everything()).specification().query;
    assertThat(QueryFilter.create(query).evaluate((Object) car(), DESCRIPTION)).isTrue();
  }

  private static void refuse(Map<String, String> parameters, String message) {
    assertThatThrownBy(() -> ODataQuery.parse(parameters, SCOPE))
        .isInstanceOf(ODataSyntaxException.class)
        .hasMessageContaining(message);
  }

  private static Query onlyTerm(String filter) {
    return ODataQuery.parse(Map.of("$filter", filter), Scope.everything())
        .specification()
        .query
        .booleanClauses
        .get(0);
  }

  private static Car car() {
    String json =
        "{\"name\":\"beetle\",\"doors\":2,\"price\":1999.5,\"sold\":true,"
            + "\"built\":\"1970-01-02T00:00:00Z\",\"tags\":[\"red\",\"round\"],"
            + "\"engine\":{\"make\":\"vw\",\"power\":40},\"labels\":{\"k\":\"v+w\"},"
            + "\"zero\":-0.0,\"exact\":0.1234567890123456789012345,"
            + "\"huge\":12345678901234567890123,\"path\":\"back\\\\slash\","
            + "\"stars\":\"a*b\",\"tagsFolded\":[\"Red\"],"
            + "\"plate\":\"aBc\",\"documentKind\":\"car\",\"documentSelfLink\":\"/cars/1\"}";
    return DocumentJson.standard().fromJson(json, Car.class);
  }

  /** A basket, whose lines have a field that is named as the items of all collections are. */
  record Basket(List<BasketLine> lines) {}

  /** What is in it. */
  record BasketLine(String item, long pieces) {}

  @ParameterizedTest
  @CsvSource({"lines.item", "lines.item.item"})
  void aFieldNamedItemIsFoundInsideOfCollections(String name) {
    ServiceDocumentDescription baskets =
        ServiceDocumentDescription.Builder.create().buildDescription(Basket.class);

    assertThat(PropertyLookup.indexed(baskets, name, "$filter").name())
        .isEqualTo("lines.item.item");
    assertThat(PropertyLookup.indexed(baskets, "lines.item.pieces", "$filter").name())
        .isEqualTo("lines.item.pieces");
  }
}
