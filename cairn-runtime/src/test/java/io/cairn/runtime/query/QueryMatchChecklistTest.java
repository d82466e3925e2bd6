// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.query.QueryTask;
import io.cairn.query.QueryTask.NumericRange;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.Query.Occurance;
import io.cairn.query.QueryTask.QuerySpecification.SortOrder;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What Xenon's own tests of query tasks demand of matching and sorting, each point with a name;
 * docs/queries.md says where the others are.
 */
class QueryMatchChecklistTest extends SpecimenHost {
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
}
