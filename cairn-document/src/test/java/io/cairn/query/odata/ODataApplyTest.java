// SPDX-License-Identifier: Apache-2.0
package io.cairn.query.odata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocument.PropertyOptions;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code $apply} becomes aggregations, or is refused with what was expected. */
class ODataApplyTest {

  /** A car. */
  public static class Car extends ServiceDocument {
    @PropertyOptions(indexing = PropertyIndexingOption.SORT)
    public String colour;

    public long doors;
    public double power;

    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public List<Long> sizes;
  }

  private static final ODataQuery.Scope CARS =
      new ODataQuery.Scope(
          null, "cars", ServiceDocumentDescription.Builder.create().buildDescription(Car.class));

  private static ODataQuery parse(String apply) {
    return ODataQuery.parse(Map.of(ODataQuery.APPLY, apply), CARS);
  }

  private static String aggregations(String apply) {
    return DocumentJson.standard().toJson(parse(apply).specification().aggregations);
  }

  @Test
  void aggregateAsksAboutAllDocuments() {
    assertThat(
            aggregations(
                "aggregate(doors with sum as total, power with average as mean,$count as cars,"
                    + "colour with countdistinct as colours,power with min as low,power with max as high)"))
        .isEqualTo(
            "{\"total\":{\"type\":\"SUM\",\"propertyName\":\"doors\"},"
                + "\"mean\":{\"type\":\"AVG\",\"propertyName\":\"power\"},"
                + "\"cars\":{\"type\":\"COUNT\",\"propertyName\":\"documentVersion\"},"
                + "\"colours\":{\"type\":\"CARDINALITY\",\"propertyName\":\"colour\"},"
                + "\"low\":{\"type\":\"MIN\",\"propertyName\":\"power\"},"
                + "\"high\":{\"type\":\"MAX\",\"propertyName\":\"power\"}}");
  }

  @Test
  void groupbyHasGroupsInGroups() {
    assertThat(aggregations("groupby((colour, sizes), aggregate(power with sum as total))"))
        .isEqualTo(
            "{\"colour\":{\"type\":\"TERMS\",\"propertyName\":\"colour\",\"limit\":10000,\"orderBy\":\"key\","
                + "\"aggregations\":{\"sizes\":{\"type\":\"TERMS\",\"propertyName\":\"sizes.item\","
                + "\"limit\":10000,\"orderBy\":\"key\",\"aggregations\":"
                + "{\"total\":{\"type\":\"SUM\",\"propertyName\":\"power\"}}}}}}");
    assertThat(aggregations("groupby((colour))"))
        .isEqualTo(
            "{\"colour\":{\"type\":\"TERMS\",\"propertyName\":\"colour\",\"limit\":10000,\"orderBy\":\"key\"}}");
  }

  @Test
  void filterIsThatOfTheParameter() {
    String apply = "filter(colour eq 'a (b' or (doors gt 3))/filter(power lt 2)/groupby((colour))";
    String filter = "(colour eq 'a (b' or (doors gt 3)) and (power lt 2)";
    assertThat(DocumentJson.standard().toJson(parse(apply).specification().query))
        .isEqualTo(
            DocumentJson.standard()
                .toJson(
                    ODataQuery.parse(Map.of(ODataQuery.FILTER, filter), CARS)
                        .specification()
                        .query));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          | expected a name but found the end
          filter(doors gt 1) | aggregate or groupby is missing
          groupby(colour) | expected '(' but found 'c'
          groupby((colour) | expected ')' but found the end
          groupby((colr)) | did you mean colour?
          groupby((colour,colour)) | names colour twice
          groupby((rollup(colour))) | expected ')' but found '('
          groupby((colour),filter(doors gt 1)) | aggregate(...) only, not filter
          aggregate(doors) | expected a name but found ')'
          aggregate(doors with median as m) | there is no method median: use average, countdistinct
          aggregate(doors with sum) | expected a name but found ')'
          aggregate(doors to sum as m) | expected 'with' but found 'to'
          aggregate(doors with sum as a, power with sum as a) | the name a is given twice
          aggregate(doors with sum as a)/filter(a gt 1) | nothing can follow aggregate and groupby, found filter
          aggregate(doors with sum as a) b | expected the end but found 'b'
          filter(doors gt 'x | expected ')' but found the end
          filter(doors gtt 1)/groupby((colour)) | $filter, column
          compute(doors) | 'compute' is no transformation
          groupby((colour,doors,power,sizes),aggregate(doors with sum as a)) | 4 deep at most
          """)
  void whatCannotBeUnderstoodIsRefused(String apply, String message) {
    assertThatThrownBy(() -> parse(apply == null ? "" : apply))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({"$filter,doors gt 1,filter(...)", "$top,5,leave it out", "expand,,leave it out"})
  void whatIsAboutDocumentsIsRefusedBesideIt(String name, String value, String message) {
    assertThatThrownBy(
            () ->
                ODataQuery.parse(
                    Map.of(ODataQuery.APPLY, "groupby((colour))", name, value == null ? "" : value),
                    CARS))
        .isInstanceOf(ODataSyntaxException.class)
        .hasMessageContaining(message);
  }
}
