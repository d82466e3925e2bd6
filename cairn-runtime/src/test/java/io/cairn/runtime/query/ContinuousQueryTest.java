// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.document.TaskState;
import io.cairn.query.QueryTask;
import io.cairn.query.QueryTask.NumericRange;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.runtime.HostFixture;
import io.cairn.runtime.HostFixture.Answer;
import io.cairn.runtime.query.limits.TaskMemory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queries that go on: what begins to match, changes, and matches no more. */
class ContinuousQueryTest {
  private static final String TASKS = "/core/query-tasks";

  @TempDir private static Path sandbox;
  private static HostFixture fixture;

  @BeforeAll
  static void start() {
    fixture = HostFixture.start(sandbox, Notes::start);
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  private static QueryTask.Builder large() {
    return QueryTask.Builder.create()
        .setQuery(
            Query.Builder.create()
                .addKindFieldClause(Notes.Note.class)
                .addRangeClause("number", NumericRange.createGreaterThanRange(5L))
                .build());
  }

  private static String watch(QueryTask.Builder task) {
    Answer accepted = fixture.post(TASKS, task.build());
    assertThat(accepted.status()).as(accepted.body()).isEqualTo(202);
    return accepted.as(QueryTask.class).documentSelfLink;
  }

  private static ServiceDocumentQueryResult results(String task) {
    return fixture.get(task).as(QueryTask.class).results;
  }

  private static void awaitVersion(String task, long version) {
    await().until(() -> fixture.get(task).as(QueryTask.class).documentVersion, at -> at == version);
  }

  @Test
  void whatMatchesNoMoreIsTold() {
    fixture.post(Notes.KEPT, Notes.note("s-before", 9));
    String task = watch(large().addOption(QueryOption.CONTINUOUS_STOP_MATCH));

    fixture.post(Notes.KEPT, Notes.note("s-after", 9));
    fixture.patch("/notes/s-after", "{\"number\":8}"); // it goes on to match
    fixture.post(Notes.KEPT, Notes.note("s-never", 1));
    fixture.patch("/notes/s-never", "{\"number\":2}"); // it never did
    fixture.patch("/notes/s-before", "{\"number\":3}");
    awaitVersion(task, 1);
    assertThat(results(task).documentLinks).containsExactly("/notes/s-before");

    fixture.patch("/notes/s-before", "{\"number\":4}"); // it matches no more already
    fixture.delete("/notes/s-after");
    awaitVersion(task, 2);
    assertThat(results(task).documentLinks).containsExactly("/notes/s-after");
    fixture.delete(task);
  }

  @Test
  void bothOptionsTellOfEveryChangeThatConcernsTheResults() {
    fixture.post(Notes.KEPT, Notes.note("b-one", 1));
    String task =
        watch(
            large()
                .addOption(QueryOption.CONTINUOUS)
                .addOption(QueryOption.CONTINUOUS_STOP_MATCH)
                .addOption(QueryOption.EXPAND_CONTENT));
    List<String> seen = new ArrayList<>();
    int version = 0;
    for (int number : new int[] {7, 8, 2, 9}) {
      fixture.patch("/notes/b-one", "{\"number\":" + number + "}");
      awaitVersion(task, ++version);
      seen.add(
          fixture.get(task).json().at("/results/documents").get("/notes/b-one").get("number") + "");
    }

    assertThat(seen).containsExactly("7", "8", "2", "9");
    fixture.delete(task);
  }

  @Test
  void totalsOfAContinuousQueryAreKept() {
    String task = watch(large().addOption(QueryOption.CONTINUOUS).addOption(QueryOption.COUNT));

    fixture.post(Notes.KEPT, Notes.note("t-one", 9));
    fixture.post(Notes.KEPT, Notes.note("t-two", 9));
    fixture.patch("/notes/t-one", "{\"number\":8}");
    awaitVersion(task, 3);

    ServiceDocumentQueryResult results = results(task);
    assertThat(results.continuousResults.documentCountAdded).isEqualTo(2);
    assertThat(results.continuousResults.documentCountUpdated).isEqualTo(1);
    fixture.delete(task);
  }

  @Test
  void watchThatHasNoMemoryForWhatMatchesFails() {
    for (int i = 0; i < 3; i++) {
      fixture.post(Notes.KEPT, Notes.note("m-" + i, 9));
    }
    TaskMemory memory = fixture.queries().tasks();
    long rest = Runtime.getRuntime().maxMemory() / 8 - memory.held() - 2 * TaskMemory.TASK_BYTES;
    assertThat(memory.take(rest)).isNull();
    long held = memory.held();
    QueryTask.Builder stopMatch = large().addOption(QueryOption.CONTINUOUS_STOP_MATCH);

    Answer refused = fixture.post(TASKS, stopMatch.build());

    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.message()).contains("Query tasks would hold more than");
    assertThat(memory.held()).isEqualTo(held);

    Query none = Query.Builder.create().addFieldClause("name", "name-m-late").build();
    String task =
        watch(
            QueryTask.Builder.create()
                .setQuery(none)
                .addOptions(stopMatch.build().querySpec.options));
    fixture.post(Notes.KEPT, Notes.note("m-late", 1));
    await().until(() -> TaskState.isFailed(fixture.get(task).as(QueryTask.class).taskInfo));
    assertThat(fixture.get(task).as(QueryTask.class).taskInfo.failure.message)
        .contains("Query tasks would hold more than");
    fixture.delete(task);
    memory.give(rest);
  }

  @Test
  void directQueryCannotGoOn() {
    for (QueryOption option : Set.of(QueryOption.CONTINUOUS, QueryOption.CONTINUOUS_STOP_MATCH)) {
      Answer refused = fixture.post(TASKS, large().addOption(option).build().setDirect(true));

      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.message()).contains("direct query cannot be CONTINUOUS");
    }
  }
}
