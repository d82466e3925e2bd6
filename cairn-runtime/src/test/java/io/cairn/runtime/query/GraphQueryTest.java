// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.document.TaskState.TaskStage;
import io.cairn.query.QueryTask;
import io.cairn.query.QueryTask.NumericRange;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.runtime.HostFixture.Answer;
import io.cairn.service.tasks.GraphQueryTask;
import io.cairn.service.tasks.GraphQueryTask.GraphQueryOption;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Queries that follow links: a -> b -> d, a -> c -> nothing, x -> y -> z, and lone. */
class GraphQueryTest extends QueryTaskHost {
  private static final String GRAPHS = "/core/graph-queries";

  @BeforeEach
  void makeNotes() {
    link("a", 1, "/notes/b", "/notes/c");
    link("b", 2, "/notes/d");
    link("c", 2, "/notes/gone");
    link("d", 3);
    link("x", 1, "/notes/y");
    link("y", 2, "/notes/z");
    link("z", 4);
    link("lone", 1, "/notes/nobody");
  }

  private void link(String id, long number, String... to) {
    Notes.Note note = Notes.note(id, number);
    note.tags = List.of(to);
    note.otherLink = to.length == 0 ? null : to[0];
    assertThat(fixture.post(Notes.KEPT, note).status()).isEqualTo(200);
  }

  /** Notes of a number, and what they link to. */
  private static QueryTask stage(long number) {
    return stage(number, "tags.item");
  }

  private static QueryTask stage(long number, @Nullable String links) {
    QueryTask.Builder stage =
        QueryTask.Builder.create()
            .setQuery(
                Query.Builder.create()
                    .addKindFieldClause(Notes.Note.class)
                    .addRangeClause("number", NumericRange.createEqualRange(number))
                    .build());
    return (links == null ? stage : stage.addLinkTerm(links)).build();
  }

  private GraphQueryTask ask(List<GraphQueryOption> options, QueryTask... stages) {
    Answer answer = fixture.post(GRAPHS, task(options, stages));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    GraphQueryTask task = answer.as(GraphQueryTask.class);
    assertThat(task.taskInfo.stage).as(answer.body()).isEqualTo(TaskStage.FINISHED);
    assertThat(task.currentDepth).isEqualTo(stages.length);
    return task;
  }

  private static GraphQueryTask task(List<GraphQueryOption> options, QueryTask... stages) {
    GraphQueryTask.Builder task = GraphQueryTask.Builder.create(stages.length).setDirect(true);
    options.forEach(task::addOption);
    Stream.of(stages).forEach(task::addQueryStage);
    return task.build();
  }

  private static List<String> found(GraphQueryTask task, int stage) {
    ServiceDocumentQueryResult results = task.stages.get(stage).results;
    assertThat(results.documentCount).isEqualTo(results.documentLinks.size());
    return results.documentLinks.stream().sorted().toList();
  }

  @Test
  void eachStageFindsWhatTheOneBeforeLinksTo() {
    QueryTask last = stage(3, null);
    last.querySpec.options.add(QueryOption.EXPAND_CONTENT);

    GraphQueryTask task = ask(List.of(), stage(1), stage(2), last);

    assertThat(found(task, 0)).containsExactly("/notes/a", "/notes/lone", "/notes/x");
    assertThat(found(task, 1)).containsExactly("/notes/b", "/notes/c", "/notes/y");
    assertThat(found(task, 2)).containsExactly("/notes/d");
    assertThat(task.resultLinks).containsExactly("/notes/d");
    assertThat(task.stages.get(2).results.documents).containsOnlyKeys("/notes/d");
    assertThat(task.stages.get(0).results.selectedLinks)
        .contains("/notes/b", "/notes/c", "/notes/y");
    assertThat(task.stages.get(0).results.selectedLinksPerDocument.get("/notes/a"))
        .hasSize(2)
        .containsValue("/notes/c");
  }

  @Test
  void filteredStagesHaveOnlyWhatLeadsToTheEnd() {
    GraphQueryTask task =
        ask(List.of(GraphQueryOption.FILTER_STAGE_RESULTS), stage(1), stage(2), stage(3, null));

    assertThat(found(task, 0)).containsExactly("/notes/a");
    assertThat(found(task, 1)).containsExactly("/notes/b");
    assertThat(found(task, 2)).containsExactly("/notes/d");
    assertThat(task.stages.get(1).results.selectedLinks).containsExactly("/notes/d");
  }

  @Test
  void linksAreFollowedBackwardsByALinkTerm() {
    QueryTask sources = stage(3, null);
    GraphQueryTask task = ask(List.of(GraphQueryOption.USE_LINK_TERM), sources, stage(2), stage(1));

    assertThat(found(task, 1)).containsExactly("/notes/b");
    assertThat(found(task, 2)).containsExactly("/notes/a");

    GraphQueryTask filtered =
        ask(
            List.of(GraphQueryOption.USE_LINK_TERM, GraphQueryOption.FILTER_STAGE_RESULTS),
            stage(2, null),
            stage(1, "otherLink"));
    assertThat(found(filtered, 0)).containsExactly("/notes/b", "/notes/y");
    assertThat(found(filtered, 1)).containsExactly("/notes/a", "/notes/x");
  }

  @Test
  void stagesBehindAnEmptyOneAreEmpty() {
    GraphQueryTask task = ask(List.of(), stage(1), stage(77), stage(3, null));

    assertThat(found(task, 0)).hasSize(3);
    assertThat(found(task, 1)).isEmpty();
    assertThat(found(task, 2)).isEmpty();
    assertThat(task.resultLinks).isEmpty();
  }

  @Test
  void firstStageMayHaveItsResultsAlready() {
    QueryTask first = stage(1);
    first.querySpec.resultLimit = 10;
    first.results = new ServiceDocumentQueryResult();
    first.results.documentLinks = new java.util.ArrayList<>(List.of("/notes/x"));
    first.results.selectedLinks = new java.util.LinkedHashSet<>(List.of("/notes/y"));

    GraphQueryTask task = ask(List.of(), first, stage(2), stage(4, null));

    assertThat(task.stages.get(0).results.documentLinks).containsExactly("/notes/x");
    assertThat(found(task, 1)).containsExactly("/notes/y");
    assertThat(found(task, 2)).containsExactly("/notes/z");
  }

  @Test
  void oneThatIsNotDirectIsPolled() {
    GraphQueryTask wanted = task(List.of(), stage(1), stage(2, null));
    wanted.taskInfo = null;
    Answer accepted = fixture.post(GRAPHS, wanted);
    assertThat(accepted.status()).as(accepted.body()).isEqualTo(202);
    String link = accepted.as(GraphQueryTask.class).documentSelfLink;
    await()
        .untilAsserted(
            () ->
                assertThat(fixture.get(link).as(GraphQueryTask.class).taskInfo.stage)
                    .isEqualTo(TaskStage.FINISHED));
    GraphQueryTask ended = fixture.get(link).as(GraphQueryTask.class);
    assertThat(found(ended, 1)).containsExactly("/notes/b", "/notes/c", "/notes/y");
    assertThat(fixture.patch(link, "{\"taskInfo\":{\"stage\":\"FINISHED\"}}").status())
        .isEqualTo(400);
    assertThat(fixture.put(link, ended).status()).isEqualTo(405);
    assertThat(fixture.delete(link).status()).isEqualTo(200);
    await().untilAsserted(() -> assertThat(fixture.queries().tasks().held()).isZero());
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    refused("stages are required", graph -> graph.stages.clear());
    refused("depthLimit must be the number of stages", graph -> graph.stages.removeLast());
    refused("depthLimit must be the number of stages", graph -> graph.depthLimit = 0);
    refused("depthLimit must be the number of stages", graph -> graph.depthLimit = 3);
    refused("stages[0]: linkTerms are required", graph -> graph.stages.set(0, stage(1, null)));
    refused(
        "stages[1]: a stage has no pages", graph -> graph.stages.get(1).querySpec.resultLimit = 5);
    refused(
        "stages[1]: a stage cannot have option COUNT",
        graph -> graph.stages.get(1).querySpec.options.add(QueryOption.COUNT));
    refused(
        "stages[0]: results must have selectedLinks",
        graph -> graph.stages.get(0).results = new ServiceDocumentQueryResult());
    refused(
        "stages[1]: linkTerms are required",
        graph -> graph.options.add(GraphQueryOption.USE_LINK_TERM));
    refused(
        "stages[1]: A query needs a term",
        graph -> graph.stages.get(1).querySpec.query = new Query());
  }

  private void refused(String why, Consumer<GraphQueryTask> change) {
    GraphQueryTask graph = task(List.of(), stage(1), stage(2, null));
    change.accept(graph);
    Answer answer = fixture.post(GRAPHS, graph);
    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.message()).contains(why);
  }
}
