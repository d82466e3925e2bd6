// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.document.TaskState;
import io.cairn.document.TaskState.TaskStage;
import io.cairn.query.QueryTask;
import io.cairn.query.QueryTask.NumericRange;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.runtime.HostFixture;
import io.cairn.runtime.HostFixture.Answer;
import io.cairn.runtime.query.limits.TaskMemory;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryTaskTest extends QueryTaskHost {
  @ParameterizedTest
  @ValueSource(strings = {TASKS, "/core/local-query-tasks"})
  void directQuerySeesTheWriteBeforeIt(String tasks) {
    for (int i = 0; i < 10; i++) {
      fixture.post(Notes.KEPT, Notes.note("note" + i, i));

      QueryTask task = fixture.post(tasks, direct().build()).as(QueryTask.class);

      assertThat(task.results.documentLinks).hasSize(i + 1).contains("/notes/note" + i);
      assertThat(task.results.documentCount).isEqualTo(i + 1);
      assertThat(task.taskInfo.stage).isEqualTo(TaskStage.FINISHED);
      assertThat(task.results.documents).isNull();
    }
  }

  @Test
  void queryIsAnsweredFromWhatThisNodeHasIfItMayBeOld() {
    fixture.post(Notes.KEPT, Notes.note("one", 1));
    fixture.patch("/core/node-groups/default", "{\"membershipQuorum\":2}");
    await().until(() -> fixture.post(TASKS, direct().build()).status() == 503);
    String filter = "$filter=" + HostFixture.encoded("number eq 1");
    String prefix = "documentSelfLink=/notes/*";
    assertThat(fixture.get("/core/odata-queries?" + filter).status()).isEqualTo(503);
    assertThat(fixture.get("/core/document-index?" + prefix).status()).isEqualTo(503);

    for (String path : List.of(TASKS, "/core/local-query-tasks")) {
      Answer old = fixture.post(path + "?consistency=local", direct().build());
      assertThat(old.status()).as(old.body()).isEqualTo(200);
      assertThat(old.as(QueryTask.class).results.documentLinks).containsExactly("/notes/one");
      assertFromReplicas(old);
      QueryTask task = QueryTask.Builder.create().setQuery(notes()).build();
      Answer accepted = fixture.post(path + "?consistency=local", task);
      assertThat(accepted.status()).as(accepted.body()).isEqualTo(202);
      String link = accepted.as(QueryTask.class).documentSelfLink;
      await()
          .ignoreExceptions()
          .untilAsserted(
              () ->
                  assertThat(fixture.get(link).as(QueryTask.class).results.documentLinks)
                      .containsExactly("/notes/one"));
    }
    Answer odata = fixture.get("/core/odata-queries?consistency=local&" + filter);
    assertThat(odata.as(QueryTask.class).results.documentLinks).containsExactly("/notes/one");
    assertFromReplicas(odata);
    Answer index = fixture.get("/core/document-index?consistency=local&" + prefix);
    assertThat(index.result().documentLinks).containsExactly("/notes/one");
    assertFromReplicas(index);
  }

  private void assertFromReplicas(Answer answer) {
    assertThat(answer.response().headers().firstValue("x-cairn-replica"))
        .contains("node=" + fixture.host().getId() + "; partitions=3/3");
  }

  @Test
  void consistencyThatThereIsNotIsRefused() {
    for (String path :
        List.of(
            "/core/odata-queries?$filter=number+eq+1&",
            "/core/document-index?documentSelfLink=/notes/*&",
            "/notes?",
            "/notes/one?")) {
      Answer refused = fixture.get(path + "consistency=eventual");

      assertThat(refused.status()).as(path).isEqualTo(400);
      assertThat(refused.message()).contains("consistency is 'eventual': it can be local");
    }
    for (String path : List.of(TASKS, "/core/local-query-tasks")) {
      assertThat(fixture.post(path + "?consistency=eventual", direct().build()).status())
          .as(path)
          .isEqualTo(400);
    }
  }

  @Test
  void contentIsTheStoredDocument() {
    fixture.post(Notes.KEPT, Notes.note("one", 1));

    Answer answer = fixture.post(TASKS, direct().addOption(QueryOption.EXPAND_CONTENT).build());

    assertThat(answer.json().at("/results/documents").get("/notes/one"))
        .isEqualTo(fixture.get("/notes/one").json());
  }

  @Test
  void selectedFieldsAndBuiltInFieldsAreChosen() {
    fixture.post(Notes.KEPT, Notes.note("one", 1));

    QueryTask selected =
        ask(direct().addOption(QueryOption.EXPAND_SELECTED_FIELDS).addSelectTerm("name"));
    Answer builtIn =
        fixture.post(TASKS, direct().addOption(QueryOption.EXPAND_BUILTIN_CONTENT_ONLY).build());

    assertThat(selected.results.documents.get("/notes/one")).hasToString("{name=name-one}");
    var document = builtIn.json().at("/results/documents").get("/notes/one");
    assertThat(document.has("documentSelfLink")).isTrue();
    assertThat(document.has("name")).isFalse();
  }

  @Test
  void countGivesTheNumberAlone() throws Exception {
    Notes.create(fixture, Notes.KEPT, 30);

    QueryTask task = ask(direct().addOption(QueryOption.COUNT));

    assertThat(task.results.documentCount).isEqualTo(30);
    assertThat(task.results.documentLinks).isEmpty();
  }

  @Test
  void topResultsAreTheFirstInOrder() throws Exception {
    Notes.create(fixture, Notes.KEPT, 30);

    QueryTask task =
        ask(
            direct()
                .addOption(QueryOption.TOP_RESULTS)
                .setResultLimit(2)
                .orderDescending("number", TypeName.LONG));

    assertThat(task.results.documentLinks).containsExactly("/notes/n00029", "/notes/n00028");
    assertThat(task.results.nextPageLink).isNull();
  }

  @Test
  void rangeQueryFindsTheRange() throws Exception {
    Notes.create(fixture, Notes.KEPT, 30);
    Query range =
        Query.Builder.create()
            .addKindFieldClause(Notes.Note.class)
            .addRangeClause("number", NumericRange.createLongRange(5L, 7L, true, false))
            .build();

    QueryTask task = ask(QueryTask.Builder.createDirectTask().setQuery(range));

    assertThat(task.results.documentLinks)
        .containsExactlyInAnyOrder("/notes/n00005", "/notes/n00006");
  }

  @Test
  void oldVersionsAndDeletedDocumentsShowWhenAskedFor() {
    fixture.post(Notes.KEPT, Notes.note("kept", 1));
    fixture.patch("/notes/kept", "{\"number\":2}");
    fixture.post(Notes.KEPT, Notes.note("gone", 1));
    fixture.delete("/notes/gone");

    assertThat(ask(direct()).results.documentLinks).containsExactly("/notes/kept");
    assertThat(ask(direct().addOption(QueryOption.INCLUDE_DELETED)).results.documentLinks)
        .containsExactlyInAnyOrder("/notes/kept", "/notes/gone");
    assertThat(ask(direct().addOption(QueryOption.INCLUDE_ALL_VERSIONS)).results.documentLinks)
        .contains("/notes/kept?documentVersion=0", "/notes/kept?documentVersion=1");
  }

  @Test
  void snapshotShowsThePast() {
    fixture.post(Notes.KEPT, Notes.note("one", 1));
    long before = fixture.get("/notes/one").json().get("documentUpdateTimeMicros").asLong();
    fixture.post(Notes.KEPT, Notes.note("two", 2));

    QueryTask task = ask(direct().setQueryTimeStamp(before));

    assertThat(task.results.documentLinks).containsExactly("/notes/one");
  }

  @Test
  void linksAreSelectedAndFollowed() {
    Notes.Note holder = Notes.note("holder", 1);
    holder.otherLink = "/notes/target";
    holder.tags = List.of("/notes/nowhere");
    fixture.post(Notes.KEPT, Notes.note("target", 2));
    fixture.post(Notes.KEPT, holder);

    QueryTask task =
        ask(
            direct()
                .addOption(QueryOption.SELECT_LINKS)
                .addOption(QueryOption.EXPAND_LINKS)
                .addLinkTerm("otherLink")
                .addLinkTerm("tags"));

    assertThat(task.results.selectedLinks)
        .containsExactlyInAnyOrder("/notes/target", "/notes/nowhere");
    assertThat(task.results.selectedLinksPerDocument.get("/notes/holder"))
        .containsEntry("otherLink", "/notes/target")
        .containsEntry("tags.item.0", "/notes/nowhere");
    assertThat(task.results.selectedDocuments.get("/notes/target").toString())
        .contains("name-target");
    assertThat(task.results.selectedDocuments.get("/notes/nowhere").toString()).contains("404");
  }

  @Test
  void polledTaskIsAcceptedAndFinishes() throws Exception {
    Notes.create(fixture, Notes.KEPT, 2000);

    Answer accepted = fixture.post(TASKS, QueryTask.Builder.create().setQuery(notes()).build());
    assertThat(accepted.status()).isEqualTo(202);
    String link = accepted.as(QueryTask.class).documentSelfLink;
    assertThat(link).startsWith(TASKS + "/");

    await()
        .untilAsserted(
            () -> {
              QueryTask task = fixture.get(link).as(QueryTask.class);
              assertThat(task.taskInfo.stage).isEqualTo(TaskStage.FINISHED);
              assertThat(task.results.documentLinks).hasSize(2000);
              assertThat(task.documentExpirationTimeMicros).isPositive();
            });
  }

  @Test
  void tasksHoldNoMoreMemoryThanThereIsForThemAndGiveItBack() throws Exception {
    Notes.create(fixture, Notes.KEPT, 200);
    TaskMemory memory = fixture.queries().tasks();
    long free = memory.held();
    long rest = Runtime.getRuntime().maxMemory() / 8 - free;
    QueryTask.Builder asked = QueryTask.Builder.create().setQuery(notes());
    assertThat(memory.take(rest)).isNull();

    Answer refused = fixture.post(TASKS, asked.build());
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.message()).contains("Query tasks would hold more than").contains("delete");

    memory.give(3 * TaskMemory.TASK_BYTES); // enough to ask, and not for the answer
    String link = fixture.post(TASKS, asked.build()).as(QueryTask.class).documentSelfLink;
    await().until(() -> TaskState.isFailed(fixture.get(link).as(QueryTask.class).taskInfo));
    assertThat(fixture.get(link).as(QueryTask.class).taskInfo.failure.message)
        .contains("Query tasks would hold more than");

    fixture.delete(link);
    memory.give(rest - 3 * TaskMemory.TASK_BYTES);
    assertThat(memory.held()).isEqualTo(free);
    String found = fixture.post(TASKS, asked.build()).as(QueryTask.class).documentSelfLink;
    await().until(() -> TaskState.isFinished(fixture.get(found).as(QueryTask.class).taskInfo));
    fixture.delete(found);
    assertThat(memory.held()).isEqualTo(free);
  }

  @Test
  void continuousQueryThatIsOneTooManyHoldsNothing() {
    QueryTask continuous =
        QueryTask.Builder.create().setQuery(notes()).addOption(QueryOption.CONTINUOUS).build();
    for (int i = 0; i < ContinuousQueries.MAX_QUERIES; i++) {
      assertThat(fixture.post(TASKS, continuous).status()).isEqualTo(202);
    }
    long held = fixture.queries().tasks().held();

    assertThat(fixture.post(TASKS, continuous).status()).isEqualTo(400);

    assertThat(fixture.queries().tasks().held()).isEqualTo(held);
  }

  @Test
  void cancelledTaskHoldsItsMemoryForAsLongAsItIsThere() {
    QueryTask continuous =
        QueryTask.Builder.create().setQuery(notes()).addOption(QueryOption.CONTINUOUS).build();
    long before = fixture.queries().tasks().held();
    String link = fixture.post(TASKS, continuous).as(QueryTask.class).documentSelfLink;

    Answer cancelled = fixture.patch(link, "{\"taskInfo\":{\"stage\":\"CANCELLED\"}}");

    assertThat(cancelled.status()).as(cancelled.body()).isEqualTo(200);
    assertThat(fixture.queries().tasks().held()).isGreaterThan(before);
    fixture.delete(link);
    assertThat(fixture.queries().tasks().held()).isEqualTo(before);
  }

  @Test
  void taskExpires() {
    QueryTask brief = QueryTask.Builder.create().setQuery(notes()).build();
    // The first request of a test run may take seconds; the one that counts is not the first.
    fixture.post(TASKS, brief);
    brief.documentExpirationTimeMicros = System.currentTimeMillis() * 1000 + 2_000_000;
    Answer created = fixture.post(TASKS, brief);
    assertThat(created.status()).as(created.body()).isLessThan(300);
    String link = created.as(QueryTask.class).documentSelfLink;

    await().until(() -> fixture.get(link).status() == 404);
  }

  @Test
  void queryWaitsForTheDocumentsThatItExpects() throws Exception {
    fixture.post(Notes.KEPT, Notes.note("one", 1));
    QueryTask expecting = direct().setExpectedResultCount(3).build();

    CompletableFuture<Answer> answer =
        CompletableFuture.supplyAsync(() -> fixture.post(TASKS, expecting));
    fixture.post(Notes.KEPT, Notes.note("two", 1));
    assertThat(answer).isNotDone();
    fixture.post(Notes.KEPT, Notes.note("three", 1));

    assertThat(answer.get(20, TimeUnit.SECONDS).as(QueryTask.class).results.documentLinks)
        .hasSize(3);
  }

  @Test
  void continuousQueryIsUpdatedByWhatMatchesUntilItIsCancelled() {
    Query wanted =
        Query.Builder.create()
            .addKindFieldClause(Notes.Note.class)
            .addRangeClause("number", NumericRange.createGreaterThanRange(5L))
            .build();
    QueryTask continuous =
        QueryTask.Builder.create()
            .setQuery(wanted)
            .addOption(QueryOption.CONTINUOUS)
            .addOption(QueryOption.EXPAND_CONTENT)
            .build();
    Answer accepted = fixture.post(TASKS, continuous);
    String link = accepted.as(QueryTask.class).documentSelfLink;
    assertThat(accepted.status()).isEqualTo(202);

    fixture.post(Notes.KEPT, Notes.note("large", 9));
    await()
        .untilAsserted(
            () ->
                assertThat(fixture.get(link).as(QueryTask.class).results)
                    .isNotNull()
                    .satisfies(
                        results -> assertThat(results.documents).containsKey("/notes/large")));
    fixture.post(Notes.KEPT, Notes.note("small", 1));
    fixture.patch("/notes/small", "{\"number\":7}");
    await()
        .untilAsserted(
            () ->
                assertThat(fixture.get(link).as(QueryTask.class).results.documentLinks)
                    .containsExactly("/notes/small"));

    fixture.patch(link, "{\"taskInfo\":{\"stage\":\"CANCELLED\"}}");
    fixture.post(Notes.KEPT, Notes.note("late", 9));

    QueryTask cancelled = fixture.get(link).as(QueryTask.class);
    assertThat(cancelled.taskInfo.stage).isEqualTo(TaskStage.CANCELLED);
    assertThat(cancelled.results.documentLinks).containsExactly("/notes/small");
  }

  @Test
  void strangersCannotWriteResults() {
    String link =
        fixture
            .post(TASKS, QueryTask.Builder.create().setQuery(notes()).build())
            .as(QueryTask.class)
            .documentSelfLink;

    assertThat(fixture.patch(link, "{\"taskInfo\":{\"stage\":\"FINISHED\"}}").status())
        .isEqualTo(400);
    assertThat(fixture.put(link, "{}").status()).isEqualTo(405);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | term",
        "{\"querySpec\":{\"query\":{\"booleanClauses\":[]}}} | booleanClauses",
        "{\"taskInfo\":{\"isDirect\":true}} | term",
        "{\"indexLink\":\"/core/none\",\"querySpec\":{\"query\":{\"term\":{\"propertyName\":\"a\",\"matchValue\":\"b\"}}}} | /core/none",
        "{\"querySpec\":{\"options\":[\"COUNT\",\"EXPAND_CONTENT\"],\"query\":{\"term\":{\"propertyName\":\"a\",\"matchValue\":\"b\"}}}} | COUNT",
        "{\"querySpec\":{\"options\":[\"NO_SUCH\"]}} | NO_SUCH",
      })
  void queriesThatMakeNoSenseAreRefused(String body, String named) {
    Answer answer = fixture.post(TASKS, body);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.message()).contains(named);
  }

  @Test
  void emptyRequestIsRefused() {
    assertThat(fixture.post(TASKS, null).status()).isEqualTo(400);
    assertThat(fixture.delete(TASKS).status()).isEqualTo(405);
  }

  @Test
  void odataQueriesSearchAllKindsAndGiveDocuments() throws Exception {
    Notes.create(fixture, Notes.KEPT, 5);

    Answer answer =
        fixture.get("/core/odata-queries?$filter=" + HostFixture.encoded("name eq 'name-n00003'"));

    assertThat(answer.as(QueryTask.class).results.documentLinks).containsExactly("/notes/n00003");
    assertThat(answer.json().at("/results/documents").get("/notes/n00003").get("number").asLong())
        .isEqualTo(3);
    assertThat(fixture.get("/core/odata-queries").status()).isEqualTo(400);
    assertThat(fixture.get("/core/odata-queries?$filter=name").status()).isEqualTo(400);
  }

  @Test
  void documentIndexShowsVersionsAndPrefixes() {
    fixture.post(Notes.KEPT, Notes.note("one", 1));
    fixture.patch("/notes/one", "{\"number\":2}");
    String index = "/core/document-index?documentSelfLink=";

    assertThat(fixture.get(index + "/notes/one").json().get("number").asLong()).isEqualTo(2);
    assertThat(fixture.get(index + "/notes/one&documentVersion=0").json().get("number").asLong())
        .isEqualTo(1);
    assertThat(fixture.get(index + "/notes/none").body()).isEmpty();
    assertThat(fixture.get(index + "/notes/*").result().documentLinks)
        .containsExactly("/notes/one");
    assertThat(
            fixture
                .get(index + "/notes/*&expand=documentLinks")
                .json()
                .at("/documents")
                .get("/notes/one")
                .get("number")
                .asLong())
        .isEqualTo(2);
    assertThat(fixture.get(index + "/notes/*&capability=PERSISTENCE").result().documentLinks)
        .containsExactly("/notes/one");
    assertThat(fixture.get(index + "/notes/*&capability=HTML_USER_INTERFACE").status())
        .isEqualTo(400);
    assertThat(fixture.get("/core/document-index").status()).isEqualTo(400);
    for (String method : List.of("POST", "PUT", "PATCH", "DELETE")) {
      assertThat(fixture.send(method, "/core/document-index", "{}").status()).isEqualTo(405);
    }
  }
}
