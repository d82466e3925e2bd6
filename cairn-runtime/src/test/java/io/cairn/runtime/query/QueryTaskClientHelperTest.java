// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.query.QueryTask;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.runtime.HostFixture;
import io.cairn.runtime.query.Notes.Note;
import io.cairn.service.Operation;
import io.cairn.service.queries.QueryResultsProcessor;
import io.cairn.service.queries.QueryTaskClientHelper;
import io.cairn.service.queries.QueryTaskClientHelper.QueryElementResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Authors read results one document after the other, and as documents of their class. */
class QueryTaskClientHelperTest {
  @TempDir private static Path sandbox;
  private static HostFixture fixture;

  @BeforeAll
  static void start() throws InterruptedException {
    fixture = HostFixture.start(sandbox, Notes::start);
    Notes.create(fixture, Notes.KEPT, 25);
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  private static QueryTask.Builder notes(boolean direct) {
    QueryTask.Builder task =
        direct ? QueryTask.Builder.createDirectTask() : QueryTask.Builder.create();
    return task.setQuery(Query.Builder.create().addKindFieldClause(Note.class).build());
  }

  private static List<QueryElementResult<Note>> read(QueryTaskClientHelper<Note> helper)
      throws Exception {
    List<QueryElementResult<Note>> found = Collections.synchronizedList(new ArrayList<>());
    CompletableFuture<List<QueryElementResult<Note>>> end = new CompletableFuture<>();
    helper
        .setResultHandler(
            (result, failure) -> {
              if (failure != null) {
                end.completeExceptionally(failure);
              } else if (result.hasResult()) {
                found.add(result);
              } else {
                found.add(result);
                end.complete(found);
              }
            })
        .sendWith(fixture.host());
    return end.get(30, TimeUnit.SECONDS);
  }

  private static QueryTaskClientHelper<Note> helper() {
    return QueryTaskClientHelper.create(Note.class);
  }

  @Test
  void documentsOfAllPagesComeOneAfterTheOther() throws Exception {
    for (boolean direct : new boolean[] {true, false}) {
      List<QueryElementResult<Note>> found =
          read(
              helper()
                  .setQueryTask(
                      notes(direct)
                          .addOption(QueryOption.EXPAND_CONTENT)
                          .setResultLimit(4)
                          .orderAscending("number", TypeName.LONG)
                          .build()));

      assertThat(found).hasSize(26);
      for (int i = 0; i < 25; i++) {
        assertThat(found.get(i).getResult().number).isEqualTo(i);
        assertThat(found.get(i).getDocumentSelfLink()).isEqualTo("/notes/n%05d".formatted(i));
      }
      assertThat(found.getLast().hasResult()).isFalse();
    }
  }

  @Test
  void linksAndCountsComeAsSuch() throws Exception {
    List<QueryElementResult<Note>> links = read(helper().setQueryTask(notes(true).build()));
    assertThat(links).hasSize(26);
    assertThat(links.getFirst().getResult()).isNull();
    assertThat(links.getFirst().getDocumentSelfLink()).startsWith("/notes/");

    List<QueryElementResult<Note>> count =
        read(helper().setQueryTask(notes(true).addOption(QueryOption.COUNT).build()));
    assertThat(count).hasSize(1);
    assertThat(count.getFirst().getCount()).isEqualTo(25);
  }

  @Test
  void documentsOfAllGroupsCome() throws Exception {
    List<QueryElementResult<Note>> found =
        read(
            helper()
                .setQueryTask(
                    notes(true)
                        .setGroupByTerm("name")
                        .orderAscending("number", TypeName.LONG)
                        .setGroupResultLimit(10)
                        .build()));

    assertThat(found).hasSize(26);
  }

  @Test
  void oneDocumentIsFoundByItsLinkAndByTheTimeOfItsUpdate() throws Exception {
    String link = "/notes/n00003";
    long updated = fixture.get(link).json().get("documentUpdateTimeMicros").asLong();

    assertThat(read(helper().setDocumentLink(link)).getFirst().getResult().number).isEqualTo(3);
    assertThat(read(helper().setUpdatedDocumentSince(updated, link))).hasSize(2);
    assertThat(read(helper().setUpdatedDocumentSince(updated + 1, link))).hasSize(1);
    assertThat(read(helper().setUpdatedSince(updated))).hasSizeGreaterThan(1);
  }

  @Test
  void failureEndsTheQuery() {
    QueryTask wrong = notes(true).addOption(QueryOption.EXPAND_LINKS).build();

    assertThatThrownBy(() -> read(helper().setQueryTask(wrong)))
        .hasMessageContaining("EXPAND_LINKS needs SELECT_LINKS");
    assertThatThrownBy(() -> helper().sendWith(fixture.host()))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void resultsAreReadAsDocumentsOfAClass() throws Exception {
    CompletableFuture<QueryResultsProcessor> answer = new CompletableFuture<>();
    fixture
        .host()
        .sendRequest(
            Operation.createPost(fixture.host(), "/core/query-tasks")
                .setReferer(fixture.host().getUri())
                .setBody(notes(true).addOption(QueryOption.EXPAND_CONTENT).build())
                .setCompletion((op, _) -> answer.complete(QueryResultsProcessor.create(op))));

    QueryResultsProcessor results = answer.get(30, TimeUnit.SECONDS);

    assertThat(results.hasResults()).isTrue();
    assertThat(results.documentLinks()).hasSize(25);
    assertThat(results.streamDocuments(Note.class).mapToLong(note -> note.number).sum())
        .isEqualTo(300);
    assertThat(results.documents(Note.class)).hasSize(25);
    assertThat(results.document("/notes/n00007", Note.class).number).isEqualTo(7);
    assertThat(results.document("/notes/none", Note.class)).isNull();
    assertThat(results.selectedLinks()).isEmpty();
    assertThat(results.getQueryTask()).isNotNull();
    assertThat(
            QueryResultsProcessor.create(fixture.get("/notes?expand").result())
                .documents(Note.class))
        .hasSize(25);
  }
}
