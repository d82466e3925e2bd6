// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.query.QueryTask;
import io.cairn.query.QueryTask.NumericRange;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import io.cairn.runtime.HostFixture.Answer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What Xenon's own tests of query tasks demand of results, pages and options, each point with a
 * name; docs/queries.md says where the others are.
 */
class QueryChecklistTest extends SpecimenHost {
  private static ServiceDocumentQueryResult page(String link) {
    Answer answer = fixture.get(link);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.as(QueryTask.class).results;
  }

  private static QueryTask.Builder paged() {
    return direct().orderAscending("documentSelfLink", TypeName.STRING).setResultLimit(2);
  }

  @Test
  void pagesAreReadForwardsAndBack() {
    ServiceDocumentQueryResult before = ask(paged());
    assertThat(before.documentLinks).isEmpty();
    assertThat(before.documentCount).isZero();

    ServiceDocumentQueryResult first = page(before.nextPageLink);
    ServiceDocumentQueryResult second = page(first.nextPageLink);

    assertThat(first.documentLinks).containsExactly("/specimens/a", "/specimens/b");
    assertThat(second.documentLinks).containsExactly("/specimens/c");
    assertThat(first.prevPageLink).isNull();
    assertThat(second.nextPageLink).isNull();
    assertThat(page(second.prevPageLink).documentLinks).isEqualTo(first.documentLinks);
    assertThat(page(before.nextPageLink + "&$limit=1").documentLinks)
        .containsExactly("/specimens/a");
  }

  @Test
  void offsetSkipsBeforeTheFirstPage() {
    ServiceDocumentQueryResult first = page(ask(paged().setOffset(1)).nextPageLink);

    assertThat(first.documentLinks).containsExactly("/specimens/b", "/specimens/c");
    assertThat(first.nextPageLink).isNull();
    assertThat(ask(paged().setOffset(3)).nextPageLink).isNull();
  }

  @Test
  void forwardOnlyPagesHaveNoWayBack() {
    ServiceDocumentQueryResult first =
        page(ask(paged().addOption(QueryOption.FORWARD_ONLY)).nextPageLink);

    assertThat(page(first.nextPageLink).prevPageLink).isNull();
  }

  @Test
  void pagesForOneUseAreGoneAfterIt() {
    String link = ask(paged().addOption(QueryOption.SINGLE_USE)).nextPageLink;
    ServiceDocumentQueryResult first = page(link);

    assertThat(fixture.get(link).status()).isEqualTo(404);
    assertThat(page(first.nextPageLink).documentLinks).containsExactly("/specimens/c");
    assertThat(fixture.get(first.nextPageLink).status()).isEqualTo(404);
  }

  @Test
  void countIsExactAndComesWithoutLinks() {
    ServiceDocumentQueryResult counted = ask(direct().addOption(QueryOption.COUNT));

    assertThat(counted.documentCount).isEqualTo(3);
    assertThat(counted.documentLinks).isEmpty();
  }

  @Test
  void topResultsAreTheFirstOnly() {
    ServiceDocumentQueryResult top = ask(paged().addOption(QueryOption.TOP_RESULTS));

    assertThat(top.documentLinks).containsExactly("/specimens/a", "/specimens/b");
    assertThat(top.nextPageLink).isNull();
  }

  @Test
  void selectedFieldsAreThoseInsideToo() {
    Answer answer =
        answer(
            direct(term("text", "Ann", MatchType.TERM))
                .addOption(QueryOption.EXPAND_SELECTED_FIELDS)
                .addSelectTerm("number")
                .addSelectTerm("part.label")
                .addSelectTerm("parts.item.weight")
                .addSelectTerm("parts.label")
                .addSelectTerm("tags.item")
                .addSelectTerm("labels.a.b")
                .addSelectTerm("secret"));

    assertThat(answer.json().at("/results/documents").get("/specimens/a").toString())
        .isEqualTo(
            "{'number':30,'part':{'label':'p'},'parts':[{'weight':1,'label':'one'},"
                    .replace('\'', '"')
                + "{'weight':2,'label':'two'}],'tags':['red','blue'],".replace('\'', '"')
                + "'labels':{'a.b':'dotted'},'secret':'s'}".replace('\'', '"'));
  }

  @Test
  void binaryContentIsWhatIsStored() {
    Answer answer =
        answer(
            direct(term("text", "Ann", MatchType.TERM))
                .addOption(QueryOption.EXPAND_BINARY_CONTENT));

    String base64 = answer.json().at("/results/documents").get("/specimens/a").asString();
    assertThat(new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8))
        .isEqualTo(fixture.get("/specimens/a").body());
  }

  @Test
  void builtInFieldsAloneAreShown() {
    Answer answer =
        answer(
            direct(term("text", "Ann", MatchType.TERM))
                .addOption(QueryOption.EXPAND_BUILTIN_CONTENT_ONLY));

    assertThat(answer.json().at("/results/documents").get("/specimens/a").propertyNames())
        .contains(ServiceDocument.FIELD_NAME_VERSION, ServiceDocument.FIELD_NAME_SELF_LINK)
        .allMatch(ServiceDocument::isBuiltInDocumentField);
  }

  @Test
  void linksAreSelectedWhereverTheyStandAndThoseThatLeadNowhereAreShown() {
    ServiceDocumentQueryResult result =
        ask(
            direct(term("text", "Ann", MatchType.TERM))
                .addOption(QueryOption.SELECT_LINKS)
                .addOption(QueryOption.EXPAND_LINKS)
                .addLinkTerm("otherLink")
                .addLinkTerm("otherLinks.item")
                .addLinkTerm("part.partLink")
                .addLinkTerm("parts.item.partLink"));

    assertThat(result.selectedLinksPerDocument)
        .isEqualTo(
            Map.of(
                "/specimens/a",
                Map.of(
                    "otherLink", "/specimens/b",
                    "otherLinks.item.0", "/specimens/c",
                    "otherLinks.item.1", "/specimens/none",
                    "part.partLink", "/specimens/c",
                    "parts.item.0.partLink", "/specimens/b")));
    assertThat(result.selectedLinks)
        .containsExactly("/specimens/b", "/specimens/c", "/specimens/none");
    assertThat(result.selectedDocuments.get("/specimens/c").toString()).contains("zoé");
    assertThat(result.selectedDocuments.get("/specimens/none").toString()).contains("404");
  }

  @Test
  void deletedDocumentsOldVersionsAndThePastShowWhenAskedFor() {
    fixture.post(Notes.KEPT, Notes.note("past", 1));
    long first = fixture.get("/notes/past").json().get("documentUpdateTimeMicros").asLong();
    fixture.patch("/notes/past", "{\"number\":2}");
    fixture.delete("/notes/past");
    Query past = term("documentSelfLink", "/notes/past", MatchType.TERM);
    QueryTask.Builder task = QueryTask.Builder.createDirectTask().setQuery(past);

    assertThat(ask(task).documentLinks).isEmpty();
    assertThat(ask(task.addOption(QueryOption.INCLUDE_DELETED)).documentLinks)
        .containsExactly("/notes/past");
    assertThat(ask(task.addOption(QueryOption.INCLUDE_ALL_VERSIONS)).documentLinks)
        .containsExactly(
            "/notes/past?documentVersion=2",
            "/notes/past?documentVersion=1",
            "/notes/past?documentVersion=0");
    Answer then =
        answer(
            QueryTask.Builder.createDirectTask()
                .setQuery(past)
                .addOption(QueryOption.EXPAND_CONTENT)
                .setQueryTimeStamp(first));
    assertThat(then.json().at("/results/documents").get("/notes/past").get("number").asLong())
        .isEqualTo(1);
  }

  @Test
  void versionsAreFoundByTheirNumber() {
    fixture.post(Notes.KEPT, Notes.note("versions", 1));
    fixture.patch("/notes/versions", "{\"number\":2}");
    QueryTask.Builder second =
        QueryTask.Builder.createDirectTask()
            .setQuery(
                Query.Builder.create()
                    .addFieldClause("documentSelfLink", "/notes/versions")
                    .addRangeClause("documentVersion", NumericRange.createEqualRange(0L))
                    .build());

    assertThat(ask(second).documentLinks).isEmpty();
    assertThat(ask(second.addOption(QueryOption.INCLUDE_ALL_VERSIONS)).documentLinks)
        .containsExactly("/notes/versions?documentVersion=0");
  }

  /** Options that promise what is so anyway, or trade it for speed, change no result here. */
  @ParameterizedTest
  @EnumSource(
      value = QueryOption.class,
      names = {
        "BROADCAST",
        "OWNER_SELECTION",
        "READ_AFTER_WRITE_CONSISTENCY",
        "INDEXED_METADATA",
        "DO_NOT_REFRESH",
        "TASK"
      })
  void otherOptionsLeaveTheResultsOfOneHostAsTheyAre(QueryOption option) {
    ask(direct()); // what was written before shows without a refresh from now on

    assertThat(sorted(direct().addOption(option))).isEqualTo("abc");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "COUNT,EXPAND_CONTENT | EXPAND_CONTENT cannot be combined with COUNT",
        "EXPAND_BINARY_CONTENT,COUNT | EXPAND_BINARY_CONTENT cannot be combined with COUNT",
        "EXPAND_BINARY_CONTENT,OWNER_SELECTION | EXPAND_BINARY_CONTENT cannot be combined",
        "EXPAND_BINARY_CONTENT,EXPAND_CONTENT | EXPAND_BINARY_CONTENT cannot be combined",
        "EXPAND_LINKS | EXPAND_LINKS needs SELECT_LINKS",
        "SELECT_LINKS | SELECT_LINKS needs linkTerms",
        "EXPAND_SELECTED_FIELDS | EXPAND_SELECTED_FIELDS needs selectTerms",
        "CONTINUOUS | A direct query cannot be CONTINUOUS",
        "TIME_SNAPSHOT | timeSnapshotBoundaryMicros",
        "TOP_RESULTS | TOP_RESULTS needs a resultLimit",
        "SORT | SORT needs a sortTerm",
        "READ_AFTER_WRITE_CONSISTENCY,COUNT | cannot be combined with COUNT",
      })
  void optionsThatExcludeEachOtherAreRefused(String options, String message) {
    QueryTask.Builder task = direct();
    for (String option : options.split(",", -1)) {
      task.addOption(QueryOption.valueOf(option));
    }

    Answer refused = fixture.post(TASKS, task.build());

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.message()).contains(message);
  }

  @ParameterizedTest
  @EnumSource(
      value = QueryOption.class,
      names = {"BROADCAST", "READ_AFTER_WRITE_CONSISTENCY"})
  void queriesOfAllNodesAreSortedByLinkOnly(QueryOption option) {
    QueryTask.Builder byNumber = direct().addOption(option).orderAscending("number", TypeName.LONG);
    QueryTask.Builder byLink =
        direct().addOption(option).orderDescending("documentSelfLink", TypeName.STRING);

    Answer refused = fixture.post(TASKS, byNumber.build());

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.message()).contains(option + " can only be sorted by documentSelfLink");
    assertThat(ids(byLink)).isEqualTo("cba");
  }

  @Test
  void fieldsThatAreNotIndexedAreRefused() {
    for (String name : List.of("secret", "closed.label", "bytes")) {
      Answer refused = fixture.post(TASKS, direct(term(name, "s", MatchType.TERM)).build());

      assertThat(refused.status()).as(name).isEqualTo(400);
      assertThat(refused.message()).contains("not indexed");
    }
  }
}
