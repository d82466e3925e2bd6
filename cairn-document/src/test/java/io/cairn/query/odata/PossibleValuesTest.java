// SPDX-License-Identifier: Apache-2.0
package io.cairn.query.odata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.query.NumberRange;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.Query.Occurance;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.odata.ODataQuery.Scope;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values that no document can have are refused, in filters and in query tasks. */
class PossibleValuesTest {

  enum Status {
    OPEN,
    PAID
  }

  record Line(Status state) {}

  record Order(Status status, int count, boolean sent, UUID id, String text, List<Line> lines) {}

  /** Another kind that has a field of the same name. */
  record Ship(String status) {}

  private static final ServiceDocumentDescription ORDER =
      ServiceDocumentDescription.Builder.create().buildDescription(Order.class);
  private static final Map<String, ServiceDocumentDescription> KINDS =
      Map.of(
          "order",
          ORDER,
          "ship",
          ServiceDocumentDescription.Builder.create().buildDescription(Ship.class));

  private static void filter(String filter) {
    var _ = ODataQuery.parse(Map.of("$filter", filter), new Scope("/orders/", "order", ORDER));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "status eq 'OPENN'|expected one of OPEN, PAID (did you mean OPEN?) to compare status with but found 'OPENN'",
        "status ne 'open'|one of OPEN, PAID (did you mean OPEN?)",
        "status eq 'SOMETHING'|one of OPEN, PAID to compare",
        "lines.state eq 'PAYED'|(did you mean PAID?) to compare lines.state",
        "id eq 'seven'|a UUID, as 123e4567",
        "count eq 'many'|a number",
        "sent eq 'perhaps'|true or false",
      })
  void filterThatCanFindNothingIsRefused(String filter, String said) {
    assertThatThrownBy(() -> filter(filter)).hasMessageContaining(said);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "status eq 'OPEN'",
        "status eq 'O*'",
        "status eq null",
        "lines.state any 'OPEN;PAID'",
        "id eq '123E4567-e89b-12d3-a456-426614174000'",
        "text eq 5",
        "ALL_FIELDS eq 'anything'"
      })
  void filterThatMayFindSomethingIsTaken(String filter) {
    assertThatCode(() -> filter(filter)).doesNotThrowAnyException();
  }

  private static Query term(String name, String value) {
    return new Query().setTermPropertyName(name).setTermMatchValue(value);
  }

  private static void task(String kind, Query query) {
    task(kind, query, false);
  }

  private static void task(String kind, Query query, boolean stored) {
    QuerySpecification specification = new QuerySpecification();
    specification.query = new Query();
    if (!kind.isEmpty()) {
      specification.query.addBooleanClause(term(ServiceDocument.FIELD_NAME_KIND, kind));
    }
    specification.query.addBooleanClause(query);
    QueryNames.requirePossible(specification, KINDS, _ -> stored);
  }

  @ParameterizedTest
  @CsvSource({
    "status, OPENN, 'one of OPEN, PAID (did you mean OPEN?) to compare status'",
    "count, many, a number or time to compare count",
    "sent, perhaps, true or false",
    "id, seven, a UUID",
    "lines.state, PAYED, did you mean PAID?"
  })
  void taskThatCanFindNothingIsRefused(String name, String value, String said) {
    assertThatThrownBy(() -> task("order", term(name, value))).hasMessageContaining(said);
  }

  @Test
  void whatSomeDocumentHasAllTheSameIsTaken() {
    assertThatCode(() -> task("order", term("status", "LOST"), true)).doesNotThrowAnyException();
    for (String filter : List.of("status eq 'LOST'", "status ne 'LOST'", "id eq 'seven'")) {
      List<Query> asked = new ArrayList<>();
      var _ =
          ODataQuery.parse(
              Map.of("$filter", filter),
              new Scope(
                  "/orders/",
                  "order",
                  ORDER,
                  query -> {
                    asked.add(query);
                    return query.occurance == Occurance.MUST_OCCUR;
                  }));
      assertThat(asked).hasSize(1);
    }
  }

  @Test
  void questionWhetherADocumentHasAValueNamesTheKindAndTheFieldInFull() {
    List<String> asked = new ArrayList<>();
    QuerySpecification specification = new QuerySpecification();
    specification.query =
        new Query()
            .addBooleanClause(term(ServiceDocument.FIELD_NAME_KIND, "order"))
            .addBooleanClause(term("lines.state", "LOST"));
    QueryNames.requirePossible(
        specification,
        KINDS,
        query -> {
          asked.add(query.booleanClauses.get(0).booleanClauses.getFirst().term.matchValue);
          asked.add(query.booleanClauses.get(1).term.propertyName);
          return true;
        });
    assertThat(asked).containsExactly("order", "lines.item.state");
  }

  @Test
  void onlyWhatEveryMatchMustHaveIsRefused() {
    Query impossible = term("status", "LOST");
    Query nested = new Query().addBooleanClause(impossible);
    assertThatThrownBy(() -> task("order", nested)).hasMessageContaining("one of OPEN, PAID");

    assertThatCode(() -> task("order", impossible.setOccurance(Occurance.MUST_NOT_OCCUR)))
        .doesNotThrowAnyException();
    impossible.setOccurance(Occurance.SHOULD_OCCUR);
    assertThatThrownBy(() -> task("order", nested)).hasMessageContaining("one of OPEN, PAID");
    nested.addBooleanClause(term("status", "OPEN").setOccurance(Occurance.SHOULD_OCCUR));
    assertThatCode(() -> task("order", nested)).doesNotThrowAnyException();
  }

  @Test
  void rangeOfTextIsRefused() {
    Query range =
        new Query()
            .setTermPropertyName("status")
            .setNumericRange(NumberRange.point(BigDecimal.ONE).toNarrowest(true));
    assertThatThrownBy(() -> task("order", range))
        .hasMessageContaining("status has a range, and is of type ENUM");
  }

  @Test
  void taskIsTakenWhereSomeKindMayHaveTheValue() {
    assertThatCode(() -> task("ship", term("status", "OPENN"))).doesNotThrowAnyException();
    assertThatCode(() -> task("", term("status", "OPENN"))).doesNotThrowAnyException();
    assertThatCode(() -> task("unheard", term("status", "OPENN"))).doesNotThrowAnyException();
  }
}
