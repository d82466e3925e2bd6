// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.runtime.HostFixture;
import io.cairn.runtime.HostFixture.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class FactoryListingTest {

  @TempDir Path sandbox;
  private HostFixture fixture;

  @BeforeEach
  void start() {
    fixture = HostFixture.start(sandbox, Notes::start);
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {Notes.KEPT, Notes.FLEETING})
  void listingWithoutChildrenIsEmpty(String factory) {
    Answer answer = fixture.get(factory);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().get("documentLinks").isEmpty()).isTrue();
    assertThat(answer.json().get("documentCount").asLong()).isZero();
    assertThat(answer.json().get("queryTimeMicros").asLong()).isPositive();
    assertThat(answer.json().get("documentVersion").asLong()).isZero();
    assertThat(answer.json().get("documentOwner").asString()).isEqualTo(fixture.host().getId());
    assertThat(answer.json().has("documents")).isFalse();
  }

  @Test
  void firstPagesThatNobodyReadsOnDoNotKeepOthersOut() {
    for (int i = 0; i < 3; i++) {
      fixture.post(Notes.KEPT, Notes.note("note" + i, i));
    }
    for (int i = 0; i < QueryPages.MAX_QUERIES + 300; i++) {
      assertThat(fixture.get(Notes.KEPT + "?$limit=2").status()).isEqualTo(200);
    }
    String next = fixture.get(Notes.KEPT + "?$limit=2").json().get("nextPageLink").asString();

    assertThat(fixture.get(next).result().documentLinks).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {Notes.KEPT, Notes.FLEETING})
  void listingShowsWhatWasAcknowledgedBefore(String factory) {
    for (int i = 0; i < 20; i++) {
      fixture.post(factory, Notes.note("note" + i, i));

      ServiceDocumentQueryResult listing = fixture.get(factory).result();

      assertThat(listing.documentLinks).contains(factory + "/note" + i).hasSize(i + 1);
      assertThat(listing.documentCount).isEqualTo(i + 1);
    }
  }

  @ParameterizedTest
  @CsvSource({"/notes,expand", "/notes,$expand", "/notes,$expand=x", "/fleeting-notes,expand"})
  void expansionGivesTheStoredDocuments(String factory, String parameter) {
    fixture.post(factory, Notes.note("one", 1));

    Answer listing = fixture.get(factory + "?" + parameter);

    assertThat(listing.json().get("documents").get(factory + "/one"))
        .isEqualTo(fixture.get(factory + "/one").json());
  }

  @ParameterizedTest
  @ValueSource(strings = {Notes.KEPT, Notes.FLEETING})
  void deletedChildIsNotListed(String factory) {
    fixture.post(factory, Notes.note("gone", 1));
    fixture.post(factory, Notes.note("here", 2));
    fixture.delete(factory + "/gone");

    assertThat(fixture.get(factory).result().documentLinks).containsExactly(factory + "/here");
  }

  @Test
  void listingIsTheSameAfterARestart() {
    fixture.post(Notes.KEPT, Notes.note("one", 1));
    fixture.post(Notes.KEPT, Notes.note("two", 2));

    fixture.restart();

    assertThat(fixture.get(Notes.KEPT).result().documentLinks)
        .containsExactlyInAnyOrder("/notes/one", "/notes/two");
  }

  @ParameterizedTest
  @ValueSource(strings = {Notes.KEPT, Notes.FLEETING})
  void pagesTogetherHoldEveryChildOnce(String factory) throws Exception {
    Notes.create(fixture, factory, 2500);

    List<String> links = new ArrayList<>();
    List<Integer> sizes = new ArrayList<>();
    String next = factory + "?$limit=1000";
    while (next != null) {
      ServiceDocumentQueryResult page = fixture.get(next).result();
      links.addAll(page.documentLinks);
      sizes.add(page.documentLinks.size());
      next = page.nextPageLink;
    }

    assertThat(sizes).containsExactly(1000, 1000, 500);
    assertThat(new HashSet<>(links)).hasSize(2500);
    assertThat(fixture.get(factory).result().documentLinks).hasSize(2500);
  }

  @Test
  void longListingWithoutLimitContinuesOnFurtherPages() throws Exception {
    Notes.create(fixture, Notes.KEPT, 25);
    var factory = io.cairn.service.FactoryService.create(Notes.NoteService.class);
    factory.setSelfQueryResultLimit(10);
    fixture.host().startFactory(() -> factory, "/short-lists");
    Notes.create(fixture, "/short-lists", 25);

    ServiceDocumentQueryResult first = fixture.get("/short-lists").result();
    ServiceDocumentQueryResult second = fixture.get(first.nextPageLink).result();
    ServiceDocumentQueryResult third = fixture.get(second.nextPageLink).result();

    assertThat(first.documentLinks).hasSize(10);
    assertThat(third.documentLinks).hasSize(5);
    assertThat(third.nextPageLink).isNull();
    assertThat(fixture.get(third.prevPageLink).result().documentLinks)
        .isEqualTo(second.documentLinks);
  }

  @Test
  void pagesShowTheMomentOfTheFirstOne() throws Exception {
    Notes.create(fixture, Notes.KEPT, 10);
    ServiceDocumentQueryResult first =
        fixture.get(Notes.KEPT + "?$limit=5&$orderby=number%20asc").result();
    fixture.delete("/notes/n00007");
    fixture.post(Notes.KEPT, Notes.note("late", 6));

    ServiceDocumentQueryResult second = fixture.get(first.nextPageLink).result();

    assertThat(first.totalCount).isEqualTo(10);
    assertThat(first.nextPageLink).startsWith(Notes.KEPT + "?peer=").contains("&path=");
    assertThat(second.documentLinks)
        .containsExactly(
            "/notes/n00005", "/notes/n00006", "/notes/n00007", "/notes/n00008", "/notes/n00009");
    assertThat(fixture.get(second.prevPageLink).result().documentLinks)
        .isEqualTo(first.documentLinks);
  }

  @ParameterizedTest
  @ValueSource(strings = {Notes.KEPT, Notes.FLEETING})
  void filterFindsByNameAndByNumber(String factory) throws Exception {
    Notes.create(fixture, factory, 10);

    assertThat(links(factory, "$filter", "name eq 'name-n00003'"))
        .containsExactly(factory + "/n00003");
    assertThat(links(factory, "$filter", "number ge 8"))
        .containsExactlyInAnyOrder(factory + "/n00008", factory + "/n00009");
    assertThat(links(factory, "$filter", "name eq 'name-n00003' or number lt 1"))
        .containsExactlyInAnyOrder(factory + "/n00000", factory + "/n00003");
    assertThat(links(factory, "$filter", "name eq 'nobody'")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {Notes.KEPT, Notes.FLEETING})
  void orderTopAndSkipChooseTheRows(String factory) throws Exception {
    Notes.create(fixture, factory, 10);

    ServiceDocumentQueryResult result =
        fixture.get(factory + "?$orderby=number%20desc&$top=3&$skip=2").result();

    assertThat(result.documentLinks)
        .containsExactly(factory + "/n00007", factory + "/n00006", factory + "/n00005");
    assertThat(result.totalCount).isEqualTo(10);
  }

  @ParameterizedTest
  @ValueSource(strings = {Notes.KEPT, Notes.FLEETING})
  void countGivesTheNumberAloneAndWithTopTheFirstRowsToo(String factory) throws Exception {
    Notes.create(fixture, factory, 10);

    ServiceDocumentQueryResult result =
        fixture
            .get(factory + "?$count=true&$filter=" + HostFixture.encoded("number lt 4"))
            .result();

    assertThat(result.documentCount).isEqualTo(4);
    assertThat(result.totalCount).isEqualTo(4);
    assertThat(result.documentLinks).isEmpty();
    ServiceDocumentQueryResult first = fixture.get(factory + "?$count=true&$top=2").result();
    assertThat(first.documentLinks).hasSize(2);
    assertThat(first.totalCount).isEqualTo(10);
  }

  @ParameterizedTest
  @ValueSource(strings = {Notes.KEPT, Notes.FLEETING})
  void selectionGivesTheNamedFieldsOnly(String factory) throws Exception {
    Notes.create(fixture, factory, 2);

    Answer result = fixture.get(factory + "?$select=name,number&$filter=number%20eq%201");

    assertThat(result.json().get("documents").get(factory + "/n00001"))
        .hasToString("{\"name\":\"name-n00001\",\"number\":1}");
  }

  @Test
  void childrenOfAnotherFactoryWithTheSameKindAreNotListed() {
    fixture
        .host()
        .startFactory(
            () -> io.cairn.service.FactoryService.create(Notes.NoteService.class), "/other-notes");
    fixture.post("/other-notes", Notes.note("stranger", 1));
    fixture.post(Notes.KEPT, Notes.note("own", 1));

    assertThat(fixture.get(Notes.KEPT).result().documentLinks).containsExactly("/notes/own");
    assertThat(links(Notes.KEPT, "$filter", "number eq 1")).containsExactly("/notes/own");
  }

  @ParameterizedTest
  @CsvSource({
    "$filter=name+eq, expected a value",
    "$top=0, $top",
    "$top=many, $top",
    "$limit=-1, $limit",
    "$skip=-1, $skip",
    "$top=1&$limit=1, $limit",
    "$count=perhaps, $count",
    "$orderby=nosuchfield%20asc, nosuchfield",
    "$orderby=name%20sideways, sideways",
    "filter=number%20eq%201, $filter",
    "$bogus=1, $bogus",
    "$filter=nmae%20eq%20'x', name",
  })
  void parametersThatMakeNoSenseAreRefused(String query, String named) {
    Answer answer = fixture.get(Notes.KEPT + "?" + query);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.message()).contains(named);
    assertThat(answer.json().get("statusCode").asInt()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"nonsense", "abc-1", "-1", "..-0", "abc-99999999999"})
  void pageThatNeverWasIsNotFound(String page) {
    assertThat(fixture.get(Notes.KEPT + "?path=" + page + "&peer=x").status()).isEqualTo(404);
  }

  @Test
  void pagesOfOneFactoryAreNotReadThroughAnother() throws Exception {
    Notes.create(fixture, Notes.KEPT, 3);
    String next = fixture.get(Notes.KEPT + "?$limit=1").result().nextPageLink;

    Answer answer = fixture.get(next.replace(Notes.KEPT, Notes.FLEETING));

    assertThat(answer.status()).isEqualTo(404);
  }

  private List<String> links(String factory, String parameter, String value) {
    return fixture
        .get(factory + "?" + parameter + "=" + HostFixture.encoded(value))
        .result()
        .documentLinks;
  }

  private static final List<String> APPLIED =
      List.of(
          "aggregate(number with sum as s,number with average as a,number with min as l,"
              + "number with max as h,name with countdistinct as d,$count as n)",
          "groupby((name),aggregate(number with sum as s,$count as n))",
          "groupby((name,number))",
          "filter(number gt 3)/groupby((number),aggregate(name with countdistinct as d))",
          "aggregate(documentVersion with max as v)");

  @Test
  void aggregationsOfDocumentsInMemoryAreThoseOfAnIndex() {
    for (String factory : List.of(Notes.KEPT, Notes.FLEETING)) {
      for (int i = 0; i < 12; i++) {
        Notes.Note note = Notes.note("n" + i, i % 5);
        note.name = i == 7 ? null : "name" + i % 4;
        assertThat(fixture.post(factory, note).status()).isEqualTo(200);
      }
    }
    for (String apply : APPLIED) {
      String query = "?$apply=" + URLEncoder.encode(apply, StandardCharsets.UTF_8);
      Answer kept = fixture.get(Notes.KEPT + query);
      Answer fleeting = fixture.get(Notes.FLEETING + query);
      assertThat(kept.status()).as(kept.body()).isEqualTo(200);
      assertThat(fleeting.status()).as(fleeting.body()).isEqualTo(200);
      assertThat(fleeting.json().get("aggregations"))
          .as(apply)
          .isEqualTo(kept.json().get("aggregations"));
      assertThat(fleeting.json().get("documentCount")).isEqualTo(kept.json().get("documentCount"));
      assertThat(fleeting.json().get("documentLinks").isEmpty()).isTrue();
    }
    JsonNode sums =
        fixture
            .get(
                Notes.FLEETING
                    + "?$apply="
                    + URLEncoder.encode(APPLIED.get(1), StandardCharsets.UTF_8))
            .json();
    assertThat(sums.at("/aggregations/name/buckets")).hasSize(4);
    assertThat(sums.at("/aggregations/name/buckets/0/aggregations/s/value").asInt())
        .isEqualTo(0 + 4 + 3);
    assertThat(sums.at("/aggregations/name/withoutValueCount").asInt()).isEqualTo(1);
    Answer text = fixture.get(Notes.FLEETING + "?$apply=aggregate(name%20with%20sum%20as%20s)");
    assertThat(text.status()).isEqualTo(400);
    assertThat(text.message()).contains("name is no number");
    Answer all = fixture.get("/core/odata-queries?$apply=aggregate(number%20with%20sum%20as%20s)");
    assertThat(all.status()).as(all.body()).isEqualTo(200);
    assertThat(all.json().at("/results/aggregations/s/value").asInt()).isEqualTo(21);
  }
}
