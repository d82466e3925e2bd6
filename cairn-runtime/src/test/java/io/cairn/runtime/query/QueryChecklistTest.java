// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.query.QueryTask;
import io.cairn.query.QueryTask.NumericRange;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.Query.Occurance;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.query.QueryTask.QuerySpecification.SortOrder;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import io.cairn.runtime.HostFixture;
import io.cairn.runtime.HostFixture.Answer;
import io.cairn.runtime.query.Specimens.Specimen;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What Xenon's own tests of query tasks demand, each point with a name; docs/queries.md says where
 * the others are. Tests read three documents that they do not change.
 */
class QueryChecklistTest {
  private static final String TASKS = "/core/query-tasks";

  @TempDir private static Path sandbox;
  private static HostFixture fixture;

  @BeforeAll
  static void start() {
    fixture =
        HostFixture.start(
            sandbox,
            host -> {
              Specimens.start(host);
              Notes.start(host);
            });
    Specimens.create(
        fixture,
        "a",
        """
        {'text':'Ann','story':'She saw 3 Old trees','town':'Kiel','secret':'s','plain':'a b',
         'number':30,'small':-7,'height':1.5,'flag':true,'born':'1990-01-01T00:00:00Z',
         'reference':'http://one/two','grade':'HIGH','bytes':'AQI=','otherLink':'/specimens/b',
         'tags':['red','blue'],'grades':['LOW'],'numbers':[1,5],
         'otherLinks':['/specimens/c','/specimens/none'],'labels':{'colour':'red','a.b':'dotted'},
         'counts':{'x':4},'fixed':{'key':'value'},
         'part':{'label':'p','weight':3,'partLink':'/specimens/c','marks':{'m':'n'}},
         'parts':[{'label':'one','weight':1,'partLink':'/specimens/b'},{'label':'two','weight':2}],
         'closed':{'label':'shut'}}""");
    Specimens.create(
        fixture,
        "b",
        """
        {'text':'ann','story':'old man and sea','town':'BONN','plain':'a','number':-5,'small':2,
         'height':-0.5,'flag':false,'born':'2000-06-01T00:00:00Z','grade':'LOW','tags':['blue'],
         'numbers':[7],'labels':{'colour':'blue'},'counts':{'x':9},'fixed':{'value':'other'},
         'part':{'label':'q','weight':8}}""");
    Specimens.create(fixture, "c", "{'text':'zoé','number':30,'small':1}");
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  private static QueryTask.Builder direct(Query... clauses) {
    Query.Builder all = Query.Builder.create().addKindFieldClause(Specimen.class);
    for (Query clause : clauses) {
      all.addClause(clause);
    }
    return QueryTask.Builder.createDirectTask().setQuery(all.build());
  }

  private static Answer answer(QueryTask.Builder task) {
    Answer answer = fixture.post(TASKS, task.build());
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer;
  }

  private static ServiceDocumentQueryResult ask(QueryTask.Builder task) {
    return answer(task).as(QueryTask.class).results;
  }

  /** The ids of what was found, in order. */
  private static String ids(QueryTask.Builder task) {
    StringBuilder ids = new StringBuilder();
    ask(task).documentLinks.forEach(link -> ids.append(link.substring(link.lastIndexOf('/') + 1)));
    return ids.toString();
  }

  private static String sorted(QueryTask.Builder task) {
    char[] ids = ids(task).toCharArray();
    Arrays.sort(ids);
    return new String(ids);
  }

  private static Query term(String name, String value, MatchType type) {
    return new Query().setTermPropertyName(name).setTermMatchValue(value).setTermMatchType(type);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // a term is the whole value, with its case
        "text,Ann,TERM,a",
        "text,ann,TERM,b",
        "plain,a b,TERM,a",
        "plain,a,TERM,b",
        "flag,true,TERM,a",
        "grade,LOW,TERM,b",
        "reference,http://one/two,TERM,a",
        "number,30,TERM,ac",
        "height,-0.5,TERM,b",
        // text is found by its words, whatever their case
        "story,old,TERM,ab",
        "story,She saw,PHRASE,a",
        "story,man sea,PHRASE,''",
        "story,MAN AND sea,PHRASE,b",
        "story,tree*,WILDCARD,a",
        // without regard to case, where the value is in lower case
        "town,bonn,TERM,b",
        "town,BONN,TERM,''",
        "town,ki,PREFIX,a",
        "text,An,PREFIX,a",
        "text,*n,WILDCARD,ab",
        "text,?nn,WILDCARD,ab",
        "text,*,WILDCARD,abc",
        "tags,*,WILDCARD,ab",
        // collections, maps, what is inside
        "tags.item,red,TERM,a",
        "tags.item,blue,TERM,ab",
        "grades.item,LOW,TERM,a",
        "labels.colour,red,TERM,a",
        "labels.a.b,dotted,TERM,a",
        "fixed,value,TERM,ab",
        "fixed,key,TERM,a",
        "part.label,p,TERM,a",
        "part.marks.m,n,TERM,a",
        "parts.item.label,two,TERM,a",
        "documentSelfLink,/specimens/c,TERM,c",
        "documentUpdateAction,POST,TERM,abc",
      })
  void termsPhrasesWildcardsAndPrefixesMatch(
      String name, String value, MatchType type, String found) {
    assertThat(sorted(direct(term(name, value, type)))).isEqualTo(found);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "number,-5,30,false,true,ac",
        "number,-5,30,true,false,b",
        "small,-,1,true,true,ac",
        "height,-0.5,-,false,false,a",
        "numbers.item,5,6,true,true,a",
        "counts.x,5,9,true,true,b",
        "part.weight,3,-,true,true,ab",
        "parts.item.weight,2,2,true,true,a",
        "documentVersion,0,0,true,true,abc",
      })
  void rangesOfNumbersMatchInCollectionsToo(
      String name,
      Double min,
      Double max,
      boolean minInclusive,
      boolean maxInclusive,
      String found) {
    NumericRange<Double> range =
        NumericRange.createDoubleRange(min, max, minInclusive, maxInclusive);

    assertThat(sorted(direct(new Query().setTermPropertyName(name).setNumericRange(range))))
        .isEqualTo(found);
  }

  @Test
  void rangesOfDatesAreInMicroseconds() {
    long year2000 = 946_684_800_000_000L;
    NumericRange<Long> before = NumericRange.createLessThanRange(year2000);
    before.type = TypeName.DATE;

    assertThat(sorted(direct(new Query().setTermPropertyName("born").setNumericRange(before))))
        .isEqualTo("a");
  }

  @Test
  void clausesCombineAsTheirOccurancesSay() {
    Query red = term("tags.item", "red", MatchType.TERM);
    Query blue = term("tags.item", "blue", MatchType.TERM);

    assertThat(sorted(direct(blue, red.setOccurance(Occurance.MUST_NOT_OCCUR)))).isEqualTo("b");
    assertThat(
            sorted(
                direct(
                    term("tags.item", "red", MatchType.TERM).setOccurance(Occurance.SHOULD_OCCUR))))
        .as("beside a clause that must match, one that should decides nothing")
        .isEqualTo("abc");
    Query either =
        new Query()
            .addBooleanClause(
                term("text", "zoé", MatchType.TERM).setOccurance(Occurance.SHOULD_OCCUR))
            .addBooleanClause(
                term("flag", "true", MatchType.TERM).setOccurance(Occurance.SHOULD_OCCUR));
    assertThat(sorted(direct(either))).isEqualTo("ac");
    Query nested =
        new Query()
            .setOccurance(Occurance.MUST_NOT_OCCUR)
            .addBooleanClause(blue.setOccurance(Occurance.MUST_OCCUR))
            .addBooleanClause(term("number", "30", MatchType.TERM));
    assertThat(sorted(direct(nested))).isEqualTo("bc");
  }

  @Test
  void inClausesMatchOneOfManyValues() {
    List<String> values = new ArrayList<>(Collections.nCopies(20, "nothing"));
    values.add("zoé");
    values.add("ann");
    Query in = Query.Builder.create().addInClause("text", values).build();
    Query items =
        Query.Builder.create().addInCollectionItemClause("tags", List.of("red", "green")).build();

    assertThat(sorted(direct(in))).isEqualTo("bc");
    assertThat(sorted(direct(items))).isEqualTo("a");
  }

  @Test
  void buildersOfQueriesMeanWhatTheySay() {
    assertThat(
            sorted(
                direct(
                    Query.Builder.create()
                        .addCaseInsensitiveFieldClause(
                            "town", "BoNN", MatchType.TERM, Occurance.MUST_OCCUR)
                        .addCompositeFieldClause("part", "label", "q")
                        .addCollectionItemClause("tags", "blue")
                        .addFieldClause("number", -5L)
                        .addFieldClause("flag", false)
                        .addFieldClause("grade", Specimens.Grade.LOW)
                        .build())))
        .isEqualTo("b");
    assertThat(
            sorted(
                direct(
                    Query.Builder.create(Occurance.MUST_NOT_OCCUR).setTerm("text", "Ann").build())))
        .isEqualTo("bc");
  }

  @ParameterizedTest
  @CsvSource({
    "text,STRING,ASC,abc",
    "text,STRING,DESC,cba",
    "town,STRING,ASC,bac",
    "number,LONG,ASC,bac",
    "number,LONG,DESC,acb",
    "small,LONG,ASC,acb",
    "height,DOUBLE,ASC,bac",
    "height,DOUBLE,DESC,abc",
    "born,DATE,ASC,abc",
    "born,DATE,DESC,bac",
    "part.weight,LONG,DESC,bac",
    "counts.x,LONG,ASC,abc",
    "documentSelfLink,STRING,DESC,cba",
  })
  void sortingIsByNaturalOrderAndWhatHasNoValueComesLast(
      String name, TypeName type, SortOrder order, String found) {
    QueryTask.Builder task = direct();
    task =
        order == SortOrder.ASC ? task.orderAscending(name, type) : task.orderDescending(name, type);

    assertThat(ids(task.orderAscending("documentSelfLink", TypeName.STRING))).isEqualTo(found);
  }

  @Test
  void sortingByTheSameNameInKindsThatDifferIsNoConflict() {
    fixture.post(Notes.KEPT, Notes.note("conflict", 7));
    Query both =
        Query.Builder.create()
            .addInClause("documentSelfLink", List.of("/notes/conflict", "/specimens/a"))
            .build();

    // number is a long here and there; name is sortable in one kind and unknown to the other
    assertThat(
            ask(QueryTask.Builder.createDirectTask()
                    .setQuery(both)
                    .orderAscending("number", TypeName.LONG))
                .documentLinks)
        .containsExactly("/notes/conflict", "/specimens/a");
    assertThat(
            ask(QueryTask.Builder.createDirectTask()
                    .setQuery(both)
                    .orderDescending("name", TypeName.STRING))
                .documentLinks)
        .containsExactly("/notes/conflict", "/specimens/a");
  }

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
