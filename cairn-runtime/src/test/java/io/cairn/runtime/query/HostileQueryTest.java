// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.document.TaskState.TaskStage;
import io.cairn.query.QueryTask;
import io.cairn.query.QueryTask.Query;
import io.cairn.runtime.HostFixture;
import io.cairn.runtime.HostFixture.Answer;
import java.nio.file.Path;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Queries that somebody makes to bring a host down: each is answered within its limits or refused
 * with what to do, whichever way it is asked, and the host goes on.
 */
class HostileQueryTest {
  private static final String TASKS = "/core/query-tasks";
  private static final String FINE = "";

  @TempDir private static Path sandbox;
  private static HostFixture fixture;

  @BeforeAll
  static void start() throws Exception {
    fixture = HostFixture.start(sandbox, Notes::start, it -> it.queryScanLimit = 3_000);
    Notes.create(fixture, Notes.KEPT, 100);
    String longName = "ab".repeat(7_000);
    String note = "{\"documentSelfLink\":\"long\",\"name\":\"" + longName + "\"}";
    assertThat(fixture.post(Notes.KEPT, note).status()).isEqualTo(200);
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  private static String term(String name, String value, String matchType) {
    return "{\"term\":{\"propertyName\":\"%s\",\"matchValue\":\"%s\",\"matchType\":\"%s\"}}"
        .formatted(name, value, matchType);
  }

  private static String anyOf(int count, IntFunction<String> clause) {
    return IntStream.range(0, count)
        .mapToObj(clause)
        .map(each -> each.substring(0, each.length() - 1) + ",\"occurance\":\"SHOULD_OCCUR\"}")
        .collect(Collectors.joining(",", "{\"booleanClauses\":[", "]}"));
  }

  private static String nested(int depth) {
    return "{\"booleanClauses\":[".repeat(depth) + term("name", "x", "TERM") + "]}".repeat(depth);
  }

  private static String letters(int seed) {
    return IntStream.range(0, 900)
        .mapToObj(i -> String.valueOf((char) (0x4e00 + (seed * 7919 + i * 10_473) % 20_000)))
        .collect(Collectors.joining());
  }

  /** Queries, and what the refusal of each says; nothing if it is answered. */
  static Stream<Arguments> queries() {
    return Stream.of(
        Arguments.of("nested", nested(60), "flatten it"),
        Arguments.of("nested as JSON", nested(50_000), "nesting depth"),
        Arguments.of("set", anyOf(10_000, i -> term("name", "v" + i, "TERM")), FINE),
        Arguments.of(
            "names", anyOf(2_000, i -> term("n" + i, "x", "TERM")), "more than 1000 clauses"),
        Arguments.of("leading", term("name", "*x", "WILDCARD"), FINE),
        Arguments.of(
            "all leading", anyOf(100, i -> term("name", "*" + i, "WILDCARD")), "queryScanLimit"),
        Arguments.of(
            "large patterns",
            anyOf(900, i -> term("name", letters(i) + "*", "WILDCARD")),
            "use fewer or shorter ones"),
        Arguments.of("exponential", term("name", "a*a" + "?".repeat(500), "WILDCARD"), "complex"),
        Arguments.of("stars", term("name", "a*".repeat(450), "WILDCARD"), "too complex"),
        Arguments.of("long pattern", term("name", "a*".repeat(50_000), "WILDCARD"), "shorten it"),
        Arguments.of("long prefix", term("name", "a".repeat(100_000), "PREFIX"), "shorten it"),
        Arguments.of("long phrase", term("name", "a ".repeat(100_000), "PHRASE"), "shorten it"),
        Arguments.of("long value", term("name", "a".repeat(1_000_000), "TERM"), FINE),
        Arguments.of(
            "values", anyOf(20, i -> term("name", i + "a".repeat(1 << 20), "TERM")), "split"),
        Arguments.of("long name", term("a.".repeat(5_000) + "b", "x", "TERM"), FINE),
        Arguments.of("longer name", term("a.".repeat(50_000) + "b", "x", "TERM"), "are allowed"),
        Arguments.of("large number", term("number", "1e999999999", "TERM"), FINE),
        Arguments.of("small number", term("number", "1e-999999999", "TERM"), FINE));
  }

  private static void assertHostServes() {
    assertThat(fixture.get("/notes/n00001").status()).isEqualTo(200);
    assertThat(fixture.patch("/notes/n00001", "{\"number\":7}").status()).isEqualTo(200);
  }

  private static void assertAnswered(Answer answer, int fine, String refusal) {
    if (refusal.isEmpty()) {
      assertThat(answer.status()).as(() -> start(answer)).isEqualTo(fine);
    } else {
      assertThat(answer.status()).as(() -> start(answer)).isEqualTo(400);
      assertThat(answer.message()).containsIgnoringCase(refusal);
    }
  }

  private static String start(Answer answer) {
    return answer.body().substring(0, Math.min(1_000, answer.body().length()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("queries")
  void directQueryIsRefusedOrAnswered(String name, String query, String refusal) {
    Answer answer =
        fixture.post(
            TASKS, "{\"taskInfo\":{\"isDirect\":true},\"querySpec\":{\"query\":" + query + "}}");

    assertAnswered(answer, 200, refusal);
    assertHostServes();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("queries")
  void taskAndGraphFailAsTheQueryDoes(String name, String query, String refusal) {
    Answer task = fixture.post(TASKS, "{\"querySpec\":{\"query\":" + query + "}}");
    Answer graph =
        fixture.post(
            "/core/graph-queries",
            "{\"depthLimit\":2,\"stages\":[{\"querySpec\":{\"linkTerms\":[{\"propertyName\":\"otherLink\"}],\"query\":%s}},{\"querySpec\":{\"query\":%s}}]}"
                .formatted(query, query));

    for (Answer answer : new Answer[] {task, graph}) {
      assertThat(answer.status()).as(() -> start(answer)).isIn(202, 200, 400);
      if (answer.status() != 400) {
        String link = answer.json().get("documentSelfLink").asString();
        String wanted = refusal.isEmpty() ? "FINISHED" : "FAILED";
        await()
            .until(() -> fixture.get(link).json().at("/taskInfo/stage").asString().equals(wanted));
      } else {
        assertThat(answer.message()).containsIgnoringCase(refusal);
      }
    }
    assertHostServes();
  }

  /** A continuous query is put to each change in memory, where other things are costly. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("queries")
  void continuousQueryDoesNotHoldUpdatesUp(String name, String query, String refusal) {
    Answer answer =
        fixture.post(
            TASKS, "{\"querySpec\":{\"options\":[\"CONTINUOUS\"],\"query\":" + query + "}}");

    assertThat(answer.status()).as(() -> start(answer)).isIn(202, 400);
    assertThat(fixture.patch("/notes/long", "{\"number\":7}").status()).isEqualTo(200);
    assertHostServes();
    if (answer.status() == 202) {
      fixture.delete(answer.json().get("documentSelfLink").asString());
    }
  }

  static Stream<Arguments> specifications() {
    String many =
        IntStream.range(0, 20_000)
            .mapToObj(i -> "{\"propertyName\":\"n" + i + "\",\"propertyType\":\"LONG\"}")
            .collect(Collectors.joining(",", "[", "]"));
    String byName = "{\"propertyName\":\"name\",\"propertyType\":\"STRING\"}";
    int most = Integer.MAX_VALUE;
    return Stream.of(
        Arguments.of(
            "\"options\":[\"TOP_RESULTS\",\"EXPAND_CONTENT\"],\"resultLimit\":" + most, ""),
        Arguments.of(
            "\"options\":[\"TOP_RESULTS\"],\"resultLimit\":9,\"offset\":" + most, "offset"),
        Arguments.of("\"resultLimit\":" + most + ",\"offset\":1000000", FINE),
        Arguments.of(
            "\"options\":[\"SORT\"],\"sortTerm\":{\"propertyName\":\"tags\",\"propertyType\":\"PODO\"}",
            "cannot be sorted by tags"),
        Arguments.of(
            "\"options\":[\"SORT\"],\"sortTerm\":" + byName + ",\"additionalSortTerms\":" + many,
            "at most 16 terms"),
        Arguments.of(
            "\"options\":[\"GROUP_BY\"],\"groupByTerm\":%s,\"sortTerm\":%s,\"resultLimit\":%d,\"groupResultLimit\":%d"
                .formatted(byName, byName, most, most),
            FINE),
        Arguments.of(
            "\"options\":[\"EXPAND_SELECTED_FIELDS\"],\"selectTerms\":" + many,
            "at most 1000 fields"),
        Arguments.of(
            "\"options\":[\"SELECT_LINKS\",\"EXPAND_LINKS\"],\"linkTerms\":" + many,
            "at most 1000 fields"),
        Arguments.of(
            "\"options\":[\"EXPAND_SELECTED_FIELDS\"],\"selectTerms\":[{\"propertyName\":\""
                + "a.".repeat(5_000)
                + "b\"}]",
            FINE),
        Arguments.of(
            "\"options\":[\"EXPAND_SELECTED_FIELDS\"],\"selectTerms\":[{\"propertyName\":\""
                + "a.".repeat(50_000)
                + "b\"}]",
            "are allowed"),
        Arguments.of(
            "\"options\":[\"TIME_SNAPSHOT\"],\"timeSnapshotBoundaryMicros\":" + Long.MAX_VALUE,
            FINE));
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("specifications")
  void specificationIsRefusedOrAnswered(String specification, String refusal) {
    Answer answer =
        fixture.post(
            TASKS,
            "{\"taskInfo\":{\"isDirect\":true},\"querySpec\":{%s,\"query\":%s}}"
                .formatted(specification, term("documentSelfLink", "/notes/", "PREFIX")));

    assertAnswered(answer, 200, refusal);
    assertHostServes();
  }

  static Stream<Arguments> parameters() {
    return Stream.of(
            "$filter=" + "(".repeat(500) + "name%20eq%20'a'" + ")".repeat(500),
            "$filter=" + "not%20".repeat(500) + "name%20eq%20'a'",
            "$filter=" + "name%20eq%20'a'%20or%20".repeat(1_500) + "name%20eq%20'a'",
            "$filter=name%20eq%20'" + "a*".repeat(400) + "'",
            "$filter=name%20eq%20'" + "a".repeat(20_000) + "'",
            "$filter=" + "a/".repeat(8_000) + "b%20eq%20'a'",
            "$filter=tags%20any%20'" + "a;".repeat(10_000) + "'",
            "$filter=number%20gt%201e999999999",
            "$orderby=" + "name,".repeat(2_000) + "name",
            "$orderby=tags",
            "$select=" + "name,".repeat(2_000) + "name",
            "$top=2147483647&$skip=2147483647",
            "$top=99999999999",
            "$limit=2147483647",
            "asOf=999999999-01-01T00:00:00Z")
        .flatMap(
            parameter ->
                Stream.of(Notes.KEPT, Notes.FLEETING, "/core/odata-queries")
                    .map(path -> Arguments.of(path + "?" + parameter)));
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("parameters")
  void listingIsRefusedOrAnswered(String path) {
    Answer answer = fixture.get(path);

    assertThat(answer.status()).as(() -> start(answer)).isIn(200, 400, 414, 431);
    if (answer.status() == 400) {
      assertThat(answer.message()).isNotEmpty().hasSizeLessThan(70_000);
    }
    assertHostServes();
  }

  @Test
  void feedIsRefusedForAFilterThatCannotBe() {
    for (String filter :
        new String[] {
          "(".repeat(500) + "name eq 'a'" + ")".repeat(500), "name eq '" + "a".repeat(100_000) + "'"
        }) {
      Answer refused = fixture.post("/core/change-feeds", "{\"filter\":\"" + filter + "\"}");

      assertThat(refused.status()).as(() -> start(refused)).isEqualTo(400);
    }
    assertHostServes();
  }

  @Test
  void scanThatIsAllowedRunsAsTaskAndAsListing() {
    String all = anyOf(100, i -> term("name", "*" + i, "WILDCARD"));
    Answer task =
        fixture.post(
            TASKS,
            "{\"taskInfo\":{\"isDirect\":true},\"querySpec\":{\"options\":[\"ALLOW_SCAN\"],\"query\":"
                + all
                + "}}");
    assertThat(task.status()).as(() -> start(task)).isEqualTo(200);

    String filter =
        IntStream.range(0, 100)
            .mapToObj(i -> "name eq '*" + i + "'")
            .collect(Collectors.joining(" or "));
    String listing = Notes.KEPT + "?$filter=" + HostFixture.encoded(filter);
    Answer refused = fixture.get(listing);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.message()).contains("allowScan=true in a URL");
    assertThat(fixture.get(listing + "&allowScan=true").status()).isEqualTo(200);
  }

  @Test
  void continuousQueryWithManyClausesIsRefused() {
    Query any = new Query();
    for (int i = 0; i < 1_100; i++) {
      any.addBooleanClause(
          new Query()
              .setTermPropertyName("name")
              .setTermMatchValue("v" + i)
              .setOccurance(Query.Occurance.SHOULD_OCCUR));
    }
    QueryTask task = QueryTask.Builder.create().setQuery(any).build();
    task.querySpec.options.add(QueryTask.QuerySpecification.QueryOption.CONTINUOUS);

    Answer refused = fixture.post(TASKS, task);

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.message()).contains("may have 1000 clauses; this one has 1101");
    assertThat(task.taskInfo == null || task.taskInfo.stage != TaskStage.FINISHED).isTrue();
  }
}
