// SPDX-License-Identifier: Apache-2.0
package io.cairn.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.query.QueryTask.NumericRange;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.query.QueryTask.QuerySpecification.SortOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryValidationTest {
  private static final DocumentJson JSON = DocumentJson.standard();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "EXPAND_CONTENT,COUNT|EXPAND_CONTENT",
        "EXPAND_BINARY_CONTENT,COUNT|EXPAND_BINARY_CONTENT",
        "EXPAND_BINARY_CONTENT,OWNER_SELECTION|OWNER_SELECTION",
        "EXPAND_BINARY_CONTENT,EXPAND_CONTENT|EXPAND_BINARY_CONTENT",
        "EXPAND_LINKS|EXPAND_LINKS needs SELECT_LINKS",
        "SELECT_LINKS|SELECT_LINKS needs linkTerms",
        "SELECT_LINKS,COUNT|SELECT_LINKS",
        "SELECT_LINKS,CONTINUOUS|CONTINUOUS",
        "EXPAND_SELECTED_FIELDS|selectTerms",
        "EXPAND_SELECTED_FIELDS,EXPAND_CONTENT|EXPAND_CONTENT",
        "GROUP_BY|groupByTerm",
        "GROUP_BY,COUNT|COUNT",
        "GROUP_BY,CONTINUOUS_STOP_MATCH|CONTINUOUS_STOP_MATCH",
        "TIME_SNAPSHOT|timeSnapshotBoundaryMicros",
        "TOP_RESULTS|resultLimit",
        "SORT|sortTerm",
        "READ_AFTER_WRITE_CONSISTENCY,COUNT|COUNT",
      })
  void refusesOptionsThatContradictEachOther(String options, String message) {
    QueryTask task = task();
    Arrays.stream(options.split(",", -1))
        .forEach(option -> task.querySpec.options.add(QueryOption.valueOf(option)));
    refuse(task, message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"BROADCAST", "READ_AFTER_WRITE_CONSISTENCY"})
  void mergedQueriesAreSortedByLinkOnly(QueryOption option) {
    QueryTask other = sorted("name");
    other.querySpec.options.add(option);
    refuse(other, "documentSelfLink");
    QueryTask byLink = sorted("documentSelfLink");
    byLink.querySpec.options.add(option);
    QueryValidation.validate(byLink);
  }

  @Test
  void directQueriesAreNotContinuous() {
    QueryTask task = task();
    task.querySpec.options.add(QueryOption.CONTINUOUS);
    QueryValidation.validate(task);
    refuse(task.setDirect(true), "CONTINUOUS");
  }

  @Test
  void limitsArePositive() {
    QueryTask limit = task();
    limit.querySpec.resultLimit = 0;
    refuse(limit, "resultLimit");
    QueryTask offset = task();
    offset.querySpec.offset = -1;
    refuse(offset, "offset");
    QueryTask boundary = task();
    boundary.querySpec.timeSnapshotBoundaryMicros = 1L;
    refuse(boundary, "TIME_SNAPSHOT");
  }

  @Test
  void sortTermsHaveATypeAndGroupsASortTerm() {
    QueryTask untyped = sorted("name");
    untyped.querySpec.sortTerm.propertyType = null;
    refuse(untyped, "propertyType");
    QueryTask group =
        QueryTask.Builder.create().setQuery(task().querySpec.query).setGroupByTerm("name").build();
    refuse(group, "sortTerm");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|needs a term or booleanClauses",
        "{\"term\":{\"propertyName\":\"a\",\"matchValue\":\"b\"},\"booleanClauses\":[{}]}|not both",
        "{\"booleanClauses\":[]}|must not be empty",
        "{\"booleanClauses\":[null]}|must not contain null",
        "{\"term\":{\"matchValue\":\"b\"}}|needs a propertyName",
        "{\"term\":{\"propertyName\":\"a\"}}|either a matchValue or a range",
        "{\"term\":{\"propertyName\":\"a\",\"range\":{}}}|needs a min or a max",
        "{\"term\":{\"propertyName\":\"a\",\"matchValue\":\"b\",\"range\":{\"min\":1}}}|either",
        "{\"term\":{\"propertyName\":\"a\",\"range\":{\"type\":\"DOUBLE\",\"min\":\"NaN\"}}}|not a number",
      })
  void refusesIncompleteQueries(String query, String message) {
    QueryTask task = task();
    task.querySpec.query = JSON.fromJson(query, Query.class);
    refuse(task, message);
  }

  @Test
  void refusesQueriesNestedTooDeep() {
    Query query = new Query().setTermPropertyName("a").setTermMatchValue("b");
    for (int i = 0; i <= QueryValidation.MAX_DEPTH; i++) {
      query = new Query().addBooleanClause(query);
    }
    QueryTask task = task();
    task.querySpec.query = query;
    refuse(task, "nested deeper");
  }

  @Test
  void buildersMakeValidTasks() {
    QueryTask task =
        QueryTask.Builder.createDirectTask()
            .setQuery(
                Query.Builder.create()
                    .addKindFieldClause(QueryTask.class)
                    .addInClause("name", List.of("a", "b"))
                    .addCollectionItemClause("tags", "x")
                    .addCompositeFieldClause("main", "label", "top")
                    .addRangeClause("count", NumericRange.createGreaterThanRange(4L))
                    .build())
            .orderAscending("name", TypeName.STRING)
            .orderDescending("count", TypeName.LONG)
            .addSelectTerm("name")
            .addOption(QueryOption.EXPAND_SELECTED_FIELDS)
            .setResultLimit(10)
            .build();
    QueryValidation.validate(task);
    assertThat(task.taskInfo.isDirect).isTrue();
    assertThat(task.querySpec.sortTerm.propertyName).isEqualTo("name");
    assertThat(task.querySpec.additionalSortTerms.get(0).sortOrder).isEqualTo(SortOrder.DESC);
    assertThat(JSON.copy(task)).usingRecursiveComparison().isEqualTo(task);
    List<Query> clauses = task.querySpec.query.booleanClauses;
    assertThat(clauses.get(0).term.matchValue)
        .isEqualTo("com:vmware:xenon:services:common:QueryTask");
    assertThat(clauses.get(1).booleanClauses).hasSize(2);
    assertThat(clauses.get(2).term.propertyName).isEqualTo("tags.item");
    assertThat(clauses.get(3).term.propertyName).isEqualTo("main.label");
  }

  private static void refuse(QueryTask task, String message) {
    assertThatThrownBy(() -> QueryValidation.validate(task))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  private static QueryTask sorted(String field) {
    return QueryTask.Builder.create()
        .setQuery(task().querySpec.query)
        .orderAscending(field, TypeName.STRING)
        .build();
  }

  private static QueryTask task() {
    return QueryTask.Builder.create()
        .setQuery(Query.Builder.create().addFieldClause("name", "x").build())
        .build();
  }
}
