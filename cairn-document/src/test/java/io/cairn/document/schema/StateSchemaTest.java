// SPDX-License-Identifier: Apache-2.0
package io.cairn.document.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocument;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class StateSchemaTest {
  private static final DocumentJson JSON = DocumentJson.standard();

  record Line(@FormerNames("item") String article, int count) {}

  @Removed("colour")
  record Place(@FormerNames({"road", "way"}) String street) {}

  record Order(
      @FormerNames("name") String title,
      Place place,
      @FormerNames("rows") List<Line> lines,
      Map<String, Place> others) {}

  private static StateSchema schema(Class<?> type, SchemaUpgrades upgrades) {
    return StateSchema.of(type, "test:Order", upgrades);
  }

  private static StateSchema schema(Class<?> type) {
    return schema(type, SchemaUpgrades.none());
  }

  private static byte[] bytes(String json) {
    return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }

  private static JsonNode tree(String json) {
    return JSON.readTree(bytes(json));
  }

  private static JsonNode presented(StateSchema schema, String json) {
    return JSON.readTree(schema.present(bytes(json)));
  }

  @Test
  void formerNamesAreReplacedAtAnyDepth() {
    assertThat(
            presented(
                schema(Order.class),
                "{'name':'a','place':{'way':'b','colour':1},'rows':[{'item':'c','count':2}],"
                    + "'others':{'x':{'road':'d'}}}"))
        .isEqualTo(
            tree(
                "{'title':'a','place':{'street':'b'},'lines':[{'article':'c','count':2}],"
                    + "'others':{'x':{'street':'d'}}}"));
  }

  @Test
  void presentNameCountsWhereADocumentHasBoth() {
    assertThat(presented(schema(Order.class), "{'name':'old','title':'new'}"))
        .isEqualTo(tree("{'title':'new'}"));
  }

  @Test
  void documentOfThePresentFormIsReturnedAsItIs() {
    byte[] present = bytes("{'title':'a','documentKind':'test:Order'}");
    assertThat(schema(Order.class).present(present)).isSameAs(present);
    SchemaUpgrades upgrades = SchemaUpgrades.none().and(1, document -> document.put("n", 1));
    byte[] stamped = bytes("{'title':'a','documentSchemaVersion':1}");
    assertThat(schema(Order.class, upgrades).present(stamped)).isSameAs(stamped);
  }

  @Test
  void convertersRunInOrderFromTheVersionOfTheDocument() {
    SchemaUpgrades upgrades =
        SchemaUpgrades.none()
            .and(1, document -> document.put("title", document.path("title").asString() + "1"))
            .and(2, document -> document.put("title", document.path("title").asString() + "2"));
    StateSchema schema = schema(Order.class, upgrades);
    assertThat(presented(schema, "{'title':'a'}"))
        .isEqualTo(tree("{'title':'a12','documentSchemaVersion':2}"));
    assertThat(presented(schema, "{'title':'a','documentSchemaVersion':1}"))
        .isEqualTo(tree("{'title':'a2','documentSchemaVersion':2}"));
    assertThat(schema.isAhead(bytes("{'documentSchemaVersion':3}"))).isTrue();
    // A field of that name inside the content is none of ours.
    assertThat(
            presented(schema, "{'title':'a','others':{'x':{'documentSchemaVersion':2}}}")
                .get("title"))
        .isEqualTo(tree("'a12'"));
  }

  @Test
  void converterThatFailsSaysWhichOne() {
    SchemaUpgrades upgrades =
        SchemaUpgrades.none()
            .and(
                1,
                document -> {
                  throw new IllegalArgumentException("no name");
                });
    assertThatThrownBy(() -> schema(Order.class, upgrades).present(bytes("{}")))
        .hasMessage("The document could not be converted from schema version 0 to 1: no name");
    assertThatThrownBy(() -> upgrades.and(3, document -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The next converter makes schema version 2, not 3");
  }

  @Test
  void unknownFieldsAreKeptAtAnyDepthAndWithItemsThatStayTheSame() {
    StateSchema schema = schema(Order.class);
    String before =
        "{'title':'a','new':1,'place':{'street':'b','zip':2},"
            + "'lines':[{'article':'c','count':2,'price':3},{'article':'d','count':1,'price':4}]}";
    assertThat(schema.hasUnknownFields(bytes(before))).isTrue();
    assertThat(schema.hasUnknownFields(bytes("{'title':'a','lines':[],'documentVersion':1}")))
        .isFalse();
    assertThat(schema.hasUnknownFields(bytes("{'lines':[{'article':'c','price':3}]}"))).isTrue();
    byte[] next =
        schema.withUnknownFields(
            bytes(before),
            bytes(
                "{'title':'A','place':{'street':'B'},"
                    + "'lines':[{'article':'d','count':1},{'article':'c','count':9}]}"));
    assertThat(JSON.readTree(next))
        .isEqualTo(
            tree(
                "{'title':'A','place':{'street':'B','zip':2},"
                    + "'lines':[{'article':'d','count':1,'price':4},{'article':'c','count':9}],"
                    + "'new':1}"));
  }

  @Test
  void ofItemsThatLookTheSameEachKeepsItsOwnInTheirOrder() {
    byte[] next =
        schema(Order.class)
            .withUnknownFields(
                bytes(
                    "{'lines':[{'article':'c','count':1,'price':3},{'article':'c','count':1,'price':4}]}"),
                bytes(
                    "{'lines':[{'article':'c','count':1},{'article':'c','count':1},{'article':'c','count':1}]}"));
    assertThat(JSON.readTree(next))
        .isEqualTo(
            tree(
                "{'lines':[{'article':'c','count':1,'price':3},{'article':'c','count':1,'price':4},"
                    + "{'article':'c','count':1}]}"));
  }

  /** Has fields that only the codec sees. */
  static class Open extends ServiceDocument {
    private final Map<String, Object> more = new LinkedHashMap<>();

    @JsonAnyGetter
    Map<String, Object> more() {
      return more;
    }

    @JsonAnySetter
    void put(String name, Object value) {
      more.put(name, value);
    }
  }

  @Test
  void classThatReadsEveryFieldHasNoUnknownOnes() {
    assertThat(schema(Open.class).hasUnknownFields(bytes("{'anything':1}"))).isFalse();
  }

  record Whole(int n, String text) {}

  record Text(String n, String text) {}

  record Rounded(double n, String text) {}

  private static String objection(Class<?> before, Class<?> after, String json) {
    List<SchemaChange> changes =
        DocumentSchema.of(before, "k", 0).changesTo(DocumentSchema.of(after, "k", 0));
    return new SchemaTrial(StateSchema.of(after, "k", SchemaUpgrades.none()), changes)
        .objection(bytes(json));
  }

  record Exact(java.math.BigDecimal n, String text) {}

  @Test
  void trialFindsWhatWouldBeRoundedOrUnreadable() {
    assertThat(objection(Exact.class, Rounded.class, "{'n':0.5}")).isNull();
    assertThat(objection(Exact.class, Rounded.class, "{'n':0.1234567890123456789}"))
        .startsWith("has 0.1234567890123456789 in n, which would become");
    assertThat(objection(Text.class, Whole.class, "{'n':'7'}")).isNull();
    assertThat(objection(Text.class, Whole.class, "{'n':'seven'}")).startsWith("cannot be read");
    assertThat(objection(Text.class, Whole.class, "{'text':'no number'}")).isNull();
  }
}
