// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.document.TaskState;
import io.cairn.query.QueryTask;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.query.QueryTask.QuerySpecification.SortOrder;
import io.cairn.runtime.HostFixture;
import io.cairn.runtime.HostFixture.Answer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** GROUP_BY over HTTP: groups, the pages of each, and when they go. */
class GroupQueryTest {
  private static final String TASKS = "/core/query-tasks";
  private static final int NOTES = 10;

  @TempDir private static Path sandbox;
  private static HostFixture fixture;

  /** Notes 0 to 9 in the groups a, b, c and of none, which have 3, 3, 3 and 1. */
  @BeforeAll
  static void start() {
    fixture = HostFixture.start(sandbox, Notes::start);
    for (int i = 0; i < NOTES; i++) {
      Notes.Note note = Notes.note("n" + i, i);
      note.name = i == 9 ? null : List.of("a", "b", "c").get(i % 3);
      assertThat(fixture.post(Notes.KEPT, note).status()).isEqualTo(200);
    }
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  private static QueryTask.Builder byName() {
    return QueryTask.Builder.createDirectTask()
        .setQuery(Query.Builder.create().addKindFieldClause(Notes.Note.class).build())
        .setGroupByTerm("name")
        .orderDescending("number", TypeName.LONG);
  }

  private static ServiceDocumentQueryResult ask(QueryTask.Builder task) {
    Answer answer = fixture.post(TASKS, task.build());
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.as(QueryTask.class).results;
  }

  private static ServiceDocumentQueryResult page(String link) {
    Answer answer = fixture.get(link);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.as(QueryTask.class).results;
  }

  private static List<String> links(String firstPage) {
    List<String> links = new ArrayList<>();
    for (String link = firstPage; link != null; ) {
      ServiceDocumentQueryResult page = page(link);
      links.addAll(page.documentLinks);
      link = page.nextPageLink;
    }
    return links;
  }

  @Test
  void everyGroupHasPagesOfItsOwnInOrder() {
    ServiceDocumentQueryResult groups = ask(byName().setResultLimit(2));

    assertThat(groups.documentLinks).isEmpty();
    assertThat(groups.nextPageLink).isNull();
    Map<String, List<String>> found = new LinkedHashMap<>();
    groups.nextPageLinksPerGroup.forEach((group, link) -> found.put(group, links(link)));
    assertThat(found.toString())
        .isEqualTo(
            "{a=[/notes/n6, /notes/n3, /notes/n0], b=[/notes/n7, /notes/n4, /notes/n1],"
                + " c=[/notes/n8, /notes/n5, /notes/n2], DocumentsWithoutResults=[/notes/n9]}");
    ServiceDocumentQueryResult first = page(groups.nextPageLinksPerGroup.get("a"));
    assertThat(first.documentCount).isEqualTo(2);
    assertThat(first.prevPageLink).isNull();
    ServiceDocumentQueryResult second = page(first.nextPageLink);
    assertThat(second.nextPageLink).isNull();
    assertThat(page(second.prevPageLink).documentLinks).isEqualTo(first.documentLinks);
  }

  @Test
  void groupsThemselvesComeInPages() {
    ServiceDocumentQueryResult first =
        ask(
            byName()
                .groupOrder("number", TypeName.LONG, SortOrder.DESC)
                .setResultLimit(5)
                .setGroupResultLimit(3));

    assertThat(first.nextPageLinksPerGroup.keySet())
        .containsExactly("DocumentsWithoutResults", "c", "b");
    ServiceDocumentQueryResult second = page(first.nextPageLink);
    assertThat(second.nextPageLinksPerGroup.keySet()).containsExactly("a");
    assertThat(second.nextPageLink).isNull();
    assertThat(links(second.nextPageLinksPerGroup.get("a"))).hasSize(3);
    // Read again it has the same links.
    assertThat(page(first.nextPageLink).nextPageLinksPerGroup)
        .isEqualTo(second.nextPageLinksPerGroup);
    assertThat(page(second.prevPageLink).nextPageLinksPerGroup)
        .isEqualTo(first.nextPageLinksPerGroup);
  }

  @Test
  void numbersAreGroups() {
    ServiceDocumentQueryResult groups =
        ask(byName().setGroupByTerm("number", TypeName.LONG).setResultLimit(5));

    assertThat(groups.nextPageLinksPerGroup.keySet())
        .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
    assertThat(links(groups.nextPageLinksPerGroup.get("7"))).containsExactly("/notes/n7");
  }

  @Test
  void documentsOfGroupsAreExpandedAsOthers() {
    ServiceDocumentQueryResult groups =
        ask(byName().addOption(QueryOption.EXPAND_CONTENT).setResultLimit(5));

    Answer page = fixture.get(groups.nextPageLinksPerGroup.get("b"));
    assertThat(page.json().at("/results/documents").get("/notes/n4"))
        .isEqualTo(fixture.get("/notes/n4").json());
  }

  @Test
  void firstResultsOfEachGroupAreOnePage() {
    ServiceDocumentQueryResult groups =
        ask(byName().addOption(QueryOption.TOP_RESULTS).setResultLimit(1));

    ServiceDocumentQueryResult top = page(groups.nextPageLinksPerGroup.get("c"));
    assertThat(top.documentLinks).containsExactly("/notes/n8");
    assertThat(top.nextPageLink).isNull();
  }

  @Test
  void queryWithoutResultsHasNoGroupsAndHoldsNothing() {
    int paged = fixture.pagedQueries();
    QueryTask.Builder none =
        QueryTask.Builder.createDirectTask()
            .setQuery(Query.Builder.create().addFieldClause("name", "nobody").build())
            .setGroupByTerm("name")
            .orderAscending("name", TypeName.STRING);

    ServiceDocumentQueryResult groups = ask(none);

    assertThat(groups.nextPageLinksPerGroup).isEmpty();
    assertThat(groups.nextPageLink).isNull();
    assertThat(fixture.pagedQueries()).isEqualTo(paged);
  }

  @Test
  void pagesOfGroupsAreHeldTogetherAndGoWithTheirTask() {
    int paged = fixture.pagedQueries();
    QueryTask polled = byName().setResultLimit(1).build().setDirect(false);
    String link = fixture.post(TASKS, polled).as(QueryTask.class).documentSelfLink;
    await().until(() -> TaskState.isFinished(fixture.get(link).as(QueryTask.class).taskInfo));
    Map<String, String> groups = page(link).nextPageLinksPerGroup;
    assertThat(groups).hasSize(4);
    assertThat(fixture.pagedQueries()).isEqualTo(paged + 1);
    assertThat(page(groups.get("a")).documentLinks).hasSize(1);

    fixture.delete(link);

    assertThat(fixture.get(groups.get("a")).status()).isEqualTo(404);
    assertThat(fixture.get(groups.get("b")).status()).isEqualTo(404);
    assertThat(fixture.pagedQueries()).isEqualTo(paged);
  }

  @Test
  void pagesOfGroupsGoWhenTheirTimeIsOver() {
    Map<String, String> groups = ask(byName().setResultLimit(1)).nextPageLinksPerGroup;

    fixture.queries().pages().expire(Long.MAX_VALUE);

    groups.values().forEach(link -> assertThat(fixture.get(link).status()).isEqualTo(404));
  }

  @Test
  void pagesOfGroupsForOneReadAreGoneAfterIt() {
    int paged = fixture.pagedQueries();
    Map<String, String> groups =
        ask(byName().addOption(QueryOption.SINGLE_USE).setResultLimit(5)).nextPageLinksPerGroup;

    for (String link : groups.values()) {
      assertThat(page(link).documentLinks).isNotEmpty();
      assertThat(fixture.get(link).status()).isEqualTo(404);
    }
    assertThat(fixture.pagedQueries()).isEqualTo(paged);
  }

  @ParameterizedTest
  @EnumSource(
      value = QueryOption.class,
      names = {"COUNT", "CONTINUOUS", "CONTINUOUS_STOP_MATCH"})
  void groupsExcludeOtherForms(QueryOption option) {
    Answer answer = fixture.post(TASKS, byName().addOption(option).build());

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.message()).contains("GROUP_BY cannot be combined with " + option);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | groupByTerm",
        "{'groupByTerm':{'propertyName':'name'}} | sortTerm",
        "{'groupByTerm':{'propertyName':'name'},'sortTerm':{'propertyName':'number'}} | propertyType",
        "{'groupByTerm':{'propertyName':'otherLink'},'sortTerm':{'propertyName':'number','propertyType':'LONG'}} | SORT",
        "{'groupByTerm':{'propertyName':'nmae'},'sortTerm':{'propertyName':'number','propertyType':'LONG'}} | did you mean name",
        "{'groupByTerm':{'propertyName':'tags'},'sortTerm':{'propertyName':'number','propertyType':'LONG'}} | SORT",
        "{'groupByTerm':{'propertyName':'documentUpdateAction'},'sortTerm':{'propertyName':'number','propertyType':'LONG'}} | SORT",
        "{'groupByTerm':{'propertyName':'name'},'groupSortTerm':{'propertyName':'number'},'sortTerm':{'propertyName':'number','propertyType':'LONG'}} | propertyType",
        "{'groupResultLimit':0,'groupByTerm':{'propertyName':'name'},'sortTerm':{'propertyName':'number','propertyType':'LONG'}} | groupResultLimit",
      })
  void groupsThatMakeNoSenseAreRefused(String more, String named) {
    String kind = fixture.get("/notes/n0").json().get("documentKind").asString();
    String specification =
        ("{'options':['GROUP_BY'],'query':{'term':{'propertyName':'documentKind','matchValue':'"
                + kind
                + "'}},"
                + more.substring(1))
            .replace(",}", "}");

    Answer answer =
        fixture.post(
            TASKS,
            ("{'taskInfo':{'isDirect':true},'querySpec':" + specification + "}")
                .replace('\'', '"'));

    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.message()).contains(named);
  }
}
