// SPDX-License-Identifier: Apache-2.0
package io.cairn.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.Query.Occurance;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HighlighterTest {
  private static final DocumentJson JSON = DocumentJson.standard();

  /** A document with texts. */
  public static class Story extends ServiceDocument {
    @PropertyOptions(indexing = PropertyIndexingOption.TEXT)
    public @Nullable String text;

    @PropertyOptions(indexing = PropertyIndexingOption.CASE_INSENSITIVE)
    public @Nullable String folded;

    public @Nullable String name;

    @PropertyOptions(indexing = {PropertyIndexingOption.TEXT, PropertyIndexingOption.EXPAND})
    public @Nullable List<String> notes;

    @PropertyOptions(indexing = PropertyIndexingOption.STORE_ONLY)
    public @Nullable String secret;
  }

  private static final ServiceDocumentDescription DESCRIPTION =
      ServiceDocumentDescription.Builder.create().buildDescription(Story.class);

  private static Query term(String name, String value, MatchType type) {
    return Query.Builder.create().addFieldClause(name, value, type).build();
  }

  private static Query either(Query... some) {
    Query any = new Query();
    for (Query one : some) {
      any.addBooleanClause(one.setOccurance(Occurance.SHOULD_OCCUR));
    }
    return any;
  }

  private static QuerySpecification asking(Query query, String... fields) {
    QuerySpecification specification = new QuerySpecification();
    specification.query = query;
    specification.highlight = new Highlight();
    specification.highlight.fields = fields.length == 0 ? null : List.of(fields);
    return specification;
  }

  private static Map<String, List<String>> shown(QuerySpecification specification, String json) {
    return Objects.requireNonNull(Highlighter.of(specification))
        .show(JSON.readTree(json), DESCRIPTION);
  }

  private static Map<String, List<String>> shown(Query query, String json) {
    return shown(asking(query), json);
  }

  @Test
  void wordsThatTheQueryAskedForAreMarked() {
    String json = "{\"text\":\"Old trees, and an OLD man: he is older\"}";
    assertThat(shown(term("text", "old", MatchType.TERM), json))
        .isEqualTo(
            Map.of("text", List.of("<em>Old</em> trees, and an <em>OLD</em> man: he is older")));
    assertThat(shown(term("text", "ol", MatchType.PREFIX), json).get("text"))
        .containsExactly("<em>Old</em> trees, and an <em>OLD</em> man: he is <em>older</em>");
    assertThat(shown(term("text", "m?n", MatchType.WILDCARD), json).get("text"))
        .containsExactly("Old trees, and an OLD <em>man</em>: he is older");
    assertThat(shown(term("text", "an old", MatchType.PHRASE), json).get("text"))
        .containsExactly("Old trees, and <em>an OLD</em> man: he is older");
    assertThat(
            shown(
                    either(
                        term("text", "an old man", MatchType.PHRASE),
                        term("text", "man", MatchType.TERM)),
                    json)
                .get("text"))
        .as("what overlaps is one")
        .containsExactly("Old trees, and <em>an OLD man</em>: he is older");
    assertThat(shown(term("text", "young", MatchType.TERM), json)).isEmpty();
  }

  @Test
  void whatIsIndexedAsAWholeIsMarkedAsAWhole() {
    String json = "{\"name\":\"Ann Lee\",\"folded\":\"Ann Lee\",\"text\":\"x\"}";
    assertThat(shown(term("name", "Ann*", MatchType.WILDCARD), json))
        .isEqualTo(Map.of("name", List.of("<em>Ann Lee</em>")));
    assertThat(shown(term("folded", "ann lee", MatchType.TERM), json))
        .isEqualTo(Map.of("folded", List.of("<em>Ann Lee</em>")));
    assertThat(shown(term("name", "ann lee", MatchType.TERM), json)).isEmpty();
  }

  @Test
  void itemsOfCollectionsAreLookedAt() {
    assertThat(
            shown(
                asking(term("notes.item", "red", MatchType.TERM), "notes"),
                "{\"notes\":[\"a red cat\",\"none\",\"Red\"]}"))
        .isEqualTo(Map.of("notes", List.of("a <em>red</em> cat", "<em>Red</em>")));
  }

  @Test
  void whatIsExcludedAndWhatIsNoTextIsNotShown() {
    Query query = new Query();
    query.addBooleanClause(term("text", "red", MatchType.TERM));
    query.addBooleanClause(
        term("text", "cat", MatchType.TERM).setOccurance(Occurance.MUST_NOT_OCCUR));
    query.addBooleanClause(term("documentKind", "k", MatchType.TERM));
    query.addBooleanClause(term("name", "*", MatchType.WILDCARD));
    assertThat(shown(query, "{\"text\":\"a red cat\",\"name\":\"n\",\"documentKind\":\"k\"}"))
        .isEqualTo(Map.of("text", List.of("a <em>red</em> cat")));
    assertThat(shown(term("secret", "s", MatchType.TERM), "{\"secret\":\"s\"}")).isEmpty();
  }

  @Test
  void piecesAreCutBetweenWordsAndAreAsManyAndAsLongAsAsked() {
    QuerySpecification asked = asking(term("text", "red", MatchType.TERM));
    Objects.requireNonNull(asked.highlight).fragmentSize = 24;
    asked.highlight.fragments = 2;
    asked.highlight.preTag = "[";
    asked.highlight.postTag = "]";
    String json =
        "{\"text\":\"It was a very long red day, then nothing happened for a while, until a red red"
            + " moon rose over the hills and one more red thing\"}";
    assertThat(shown(asked, json).get("text"))
        .containsExactly("long [red] day, then", "a [red] [red] moon rose");
  }

  @Test
  void everyPieceIsAPieceOfTheTextWithWhatWasFound() {
    Random random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(200);
      for (int c = 0; c < length; c++) {
        text.append(List.of("red", "a", " ", "-", "7", "é", "😀", "x").get(random.nextInt(8)));
      }
      QuerySpecification asked =
          asking(term("text", random.nextBoolean() ? "red" : "re*", MatchType.WILDCARD));
      Highlight highlight = Objects.requireNonNull(asked.highlight);
      highlight.fragmentSize = 10 + random.nextInt(50);
      highlight.fragments = 1 + random.nextInt(5);
      highlight.preTag = "{";
      highlight.postTag = "}";
      String json = JSON.toJson(Map.of("text", text.toString()));
      List<String> pieces = shown(asked, json).getOrDefault("text", List.of());
      boolean matches = QueryFilter.create(asked.query).evaluate(JSON.readTree(json), DESCRIPTION);
      assertThat(pieces.isEmpty()).as(json).isEqualTo(!matches);
      assertThat(pieces).hasSizeLessThanOrEqualTo(highlight.fragments);
      for (String piece : pieces) {
        String plain = piece.replace("{", "").replace("}", "");
        assertThat(text.toString()).contains(plain);
        assertThat(piece).containsPattern("\\{re[^{}]*\\}");
        assertThat(plain.length())
            .isLessThanOrEqualTo(Math.max(highlight.fragmentSize, longestWord(text.toString())));
      }
    }
  }

  private static int longestWord(String text) {
    return Words.placesIn(text).stream()
        .mapToInt(place -> place.end() - place.start())
        .max()
        .orElse(0);
  }

  @Test
  void whatCannotBeShownIsRefused() {
    Query red = term("text", "red", MatchType.TERM);
    assertRefused(asking(red, "name"), "asks for no text of name; it does of [text]");
    assertRefused(asking(term("documentKind", "k", MatchType.TERM)), "asks for no text");
    QuerySpecification many = asking(red);
    Objects.requireNonNull(many.highlight).fragments = 21;
    assertRefused(many, "fragments is 21, it can be 1 to 20");
    QuerySpecification small = asking(red);
    Objects.requireNonNull(small.highlight).fragmentSize = 3;
    assertRefused(small, "fragmentSize is 3, it can be 10 to 1000");
    QuerySpecification counted = asking(red);
    counted.options.add(QueryOption.COUNT);
    assertRefused(counted, "highlight shows texts of documents");
    QuerySpecification mistyped =
        JSON.fromJson(
            "{\"query\":{\"term\":{\"propertyName\":\"text\",\"matchValue\":\"red\"}},\"highlight\":{\"fragmnts\":1}}",
            QuerySpecification.class);
    assertRefused(mistyped, "unknown field: fragmnts");
    QuerySpecification none = asking(red);
    Objects.requireNonNull(none.highlight).fields = List.of();
    assertRefused(none, "leave it out");
  }

  private static void assertRefused(QuerySpecification specification, String why) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> QueryValidation.validate(specification))
        .withMessageContaining(why);
  }
}
