// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.query.QueryTask;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.runtime.HostFixture;
import io.cairn.runtime.HostFixture.Answer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * What Xenon's own tests of the index demand and can be seen by queries, each point with a name;
 * docs/queries.md says where the others are.
 */
class IndexChecklistTest {
  private static final String TASKS = "/core/query-tasks";

  @TempDir private static Path sandbox;
  private static HostFixture fixture;

  @BeforeAll
  static void start() {
    fixture =
        HostFixture.start(
            sandbox,
            host -> {
              Notes.start(host);
              Specimens.start(host);
            });
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  private static List<String> links(String link, QueryOption... options) {
    QueryTask.Builder task =
        QueryTask.Builder.createDirectTask()
            .setQuery(Query.Builder.create().addFieldClause("documentSelfLink", link).build())
            .addOptions(List.of(options));
    Answer answer = fixture.post(TASKS, task.build());
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.as(QueryTask.class).results.documentLinks;
  }

  @Test
  void documentsHaveTheirVersionAndActionAfterARestart() {
    fixture.post(Notes.KEPT, Notes.note("restart-one", 1));
    fixture.post(Notes.KEPT, Notes.note("restart-two", 1));
    fixture.patch("/notes/restart-two", "{\"number\":2}");

    fixture.restart();
    fixture.awaitAvailable();

    JsonNode one = fixture.get("/notes/restart-one").json();
    JsonNode two = fixture.get("/notes/restart-two").json();
    assertThat(one.get("documentVersion").asLong()).isZero();
    assertThat(one.get("documentUpdateAction").asString()).isEqualTo("POST");
    assertThat(two.get("documentVersion").asLong()).isEqualTo(1);
    assertThat(two.get("documentUpdateAction").asString()).isEqualTo("PATCH");
    assertThat(links("/notes/restart-two")).hasSize(1);
  }

  @Test
  void expiredDocumentsVanishAndThoseGivenMoreTimeStay() {
    long soon = System.currentTimeMillis() * 1000 + 1_500_000;
    for (int i = 0; i < 20; i++) {
      Specimens.create(
          fixture, "expires-" + i, "{'number':1,'documentExpirationTimeMicros':" + soon + "}");
    }
    long later = soon + 3_600_000_000L;
    Answer kept =
        fixture.put(
            "/specimens/expires-7",
            "{\"number\":1,\"documentExpirationTimeMicros\":" + later + "}");
    assertThat(kept.status()).as(kept.body()).isEqualTo(200);

    await()
        .untilAsserted(
            () ->
                assertThat(fixture.get("/specimens").result().documentLinks)
                    .containsExactly("/specimens/expires-7"));
    assertThat(fixture.get("/specimens/expires-1").status()).isEqualTo(404);
    assertThat(links("/specimens/expires-1", QueryOption.INCLUDE_DELETED)).isEmpty();
    fixture.delete("/specimens/expires-7");
  }

  @Test
  void refusedUpdateChangesNothing() {
    Specimens.create(fixture, "refused", "{'text':'x'}");

    assertThat(fixture.put("/specimens/refused", "{\"text\":\"refused\"}").status()).isEqualTo(400);

    JsonNode state = fixture.get("/specimens/refused").json();
    assertThat(state.get("documentVersion").asLong()).isZero();
    assertThat(state.get("text").asString()).isEqualTo("x");
    assertThat(links("/specimens/refused", QueryOption.INCLUDE_ALL_VERSIONS)).hasSize(1);
    fixture.delete("/specimens/refused");
  }

  @Test
  void deletedLinkIsTakenUpAgainOnlyWhenForced() {
    fixture.post(Notes.KEPT, Notes.note("again", 1));
    fixture.delete("/notes/again");
    assertThat(fixture.post(Notes.KEPT, Notes.note("again", 2)).status()).isEqualTo(409);

    Answer forced =
        fixture.send("POST", Notes.KEPT, Notes.note("again", 2), "Pragma", "xn-force-index-update");

    assertThat(forced.status()).as(forced.body()).isEqualTo(200);
    assertThat(forced.json().get("documentVersion").asLong()).isZero();
    assertThat(links("/notes/again", QueryOption.INCLUDE_ALL_VERSIONS))
        .containsExactly("/notes/again?documentVersion=0");
  }

  @Test
  void resultsAreOfOneMomentWhileDocumentsChange() throws InterruptedException {
    fixture.post(Notes.KEPT, Notes.note("moving", 1));
    AtomicBoolean over = new AtomicBoolean();
    Thread writer =
        Thread.startVirtualThread(
            () -> {
              for (int i = 2; !over.get(); i++) {
                fixture.patch("/notes/moving", "{\"number\":" + i + ",\"name\":\"n" + i + "\"}");
              }
            });
    Query query =
        Query.Builder.create().addFieldClause("documentSelfLink", "/notes/moving").build();
    QueryTask task =
        QueryTask.Builder.createDirectTask()
            .setQuery(query)
            .addOption(QueryOption.EXPAND_CONTENT)
            .build();
    long before = 0;
    for (int i = 0; i < 40; i++) {
      JsonNode found =
          fixture.post(TASKS, task).json().at("/results/documents").get("/notes/moving");
      long number = found.get("number").asLong();
      assertThat(number).isGreaterThanOrEqualTo(before);
      if (number > 1) {
        assertThat(found.get("name").asString()).isEqualTo("n" + number);
      }
      before = number;
    }
    over.set(true);
    writer.join();
  }
}
