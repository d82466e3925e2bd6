// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.runtime.HostFixture;
import io.cairn.runtime.HostFixture.Answer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What a query says about how it was answered. */
class ExplainTest {
  private static final int NOTES = 40;

  @TempDir private static Path sandbox;
  private static HostFixture fixture;

  @BeforeAll
  static void start() throws InterruptedException {
    fixture = HostFixture.start(sandbox, Notes::start);
    Notes.create(fixture, Notes.KEPT, NOTES);
    Notes.create(fixture, Notes.FLEETING, 5);
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  private static JsonNode explained(String path) {
    Answer answer = fixture.get(path);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    JsonNode results = answer.json().path("results");
    return (results.isMissingNode() ? answer.json() : results).get("explanation");
  }

  private static JsonNode clause(JsonNode explanation, String text) {
    return explanation
        .get("clauses")
        .valueStream()
        .filter(clause -> clause.get("clause").asString().equals(text))
        .findFirst()
        .orElseThrow(() -> new AssertionError(text + " is not in " + explanation));
  }

  @Test
  void clausesSayWhetherTheIndexLeadsToWhatTheyMatch() {
    JsonNode explanation =
        explained(
            Notes.KEPT
                + "?explain&$filter=number%20lt%203%20and%20name%20eq%20'*x'%20and%20number%20ne%2099");

    JsonNode range = clause(explanation, "number (any, 3)");
    assertThat(range.get("usesIndex").asBoolean()).isTrue();
    assertThat(range.get("how").asString()).contains("ordered numbers");
    JsonNode wildcard = clause(explanation, "name WILDCARD *x");
    assertThat(wildcard.get("usesIndex").asBoolean()).isFalse();
    assertThat(wildcard.get("how").asString()).contains("begins with a wildcard");
    JsonNode excluded = clause(explanation, "number [99, 99]");
    assertThat(excluded.get("occurance").asString()).isEqualTo("MUST_NOT_OCCUR");
    assertThat(excluded.get("usesIndex").asBoolean()).isFalse();
  }

  @Test
  void whatWasExaminedIsBoundedByTheClauseThatLeads() {
    JsonNode one = explained(Notes.KEPT + "?explain&$filter=number%20eq%205");
    assertThat(one.get("documentsMatched").asLong()).isEqualTo(1);
    assertThat(one.get("documentsExamined").asLong()).isLessThan(NOTES);
    assertThat(one.get("documents").asLong()).isGreaterThanOrEqualTo(NOTES);
    assertThat(one.get("segmentsSearched").asInt()).isPositive();
    assertThat(one.get("partitionsHere").asInt()).isPositive();
    assertThat(one.get("partitionsElsewhere").asInt()).isZero();
    JsonNode all = explained(Notes.KEPT + "?explain");
    assertThat(all.get("documentsMatched").asLong()).isEqualTo(NOTES);
    assertThat(all.get("documentsExamined").asLong()).isGreaterThanOrEqualTo(NOTES);
  }

  @Test
  void queryTaskIsExplainedAndOneThatDoesNotAskIsNot() {
    String task =
        """
        {"taskInfo":{"isDirect":true},"querySpec":{%s"options":["COUNT"],
         "query":{"term":{"propertyName":"nowhere","matchValue":"x"}}}}
        """;
    JsonNode results =
        fixture
            .post("/core/query-tasks", task.formatted("\"explain\":true,"))
            .json()
            .get("results");
    assertThat(results.get("documentCount").asInt()).isZero();
    JsonNode clause = clause(results.get("explanation"), "nowhere TERM x");
    assertThat(clause.get("how").asString()).contains("No document that was searched");
    assertThat(results.at("/explanation/plan").toString()).contains("Counts the matches");
    assertThat(
            fixture
                .post("/core/query-tasks", task.formatted(""))
                .json()
                .get("results")
                .has("explanation"))
        .isFalse();
    Answer continuous =
        fixture.post(
            "/core/query-tasks",
            """
            {"querySpec":{"explain":true,"options":["CONTINUOUS"],
             "query":{"term":{"propertyName":"name","matchValue":"x"}}}}
            """);
    assertThat(continuous.status()).as(continuous.body()).isEqualTo(400);
    assertThat(continuous.body()).contains("explain is for queries that end");
  }

  @Test
  void documentsInMemoryAreEachLookedAt() {
    JsonNode explanation = explained(Notes.FLEETING + "?explain&$filter=number%20eq%202");
    assertThat(explanation.get("documentsExamined").asLong()).isEqualTo(5);
    assertThat(explanation.get("documentsMatched").asLong()).isEqualTo(1);
    assertThat(explanation.get("plan").toString()).contains("PERSISTENCE");
  }
}
