// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import io.cairn.document.ServiceDocument.PropertyOptions;
import io.cairn.document.ServiceDocumentDescription.Format;
import io.cairn.document.ServiceDocumentDescription.PropertyDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.document.json.MalformedJsonException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Types that authors use in records and classes: their JSON, their description, their refusals. */
class AuthorsTypesTest {
  private static final DocumentJson JSON = DocumentJson.standard();

  /** A record with some of each. */
  record Sale(
      Instant at,
      @Nullable LocalDate due,
      Duration takes,
      Optional<String> nick,
      BigDecimal price,
      BigInteger serial,
      UUID id,
      int count,
      List<Line> lines,
      Payment payment,
      @PropertyOptions(indexing = PropertyIndexingOption.STORE_ONLY) List<String> kept) {}

  record Line(String sku, BigDecimal price) {}

  sealed interface Payment permits Card, Cash {}

  record Card(String number, BigDecimal amount) implements Payment {}

  record Cash(BigDecimal amount, long number) implements Payment {}

  /** With names of its own. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "sort")
  sealed interface Shape permits Circle, Square {}

  @JsonTypeName("circle")
  record Circle(double radius) implements Shape {}

  @JsonTypeName("square")
  record Square(double side) implements Shape {}

  record Drawing(List<Shape> shapes) {}

  /** A class in the way of the predecessor. */
  public static class SaleState extends ServiceDocument {
    public Instant at;
    public Optional<Long> rank = Optional.empty();
    public Payment payment;
    public Map<String, Payment> others;
  }

  sealed interface Clashing permits Typed {}

  record Typed(String type) implements Clashing {}

  record HasClash(Clashing clash) {}

  sealed interface Open permits Anyone {}

  non-sealed interface Anyone extends Open {}

  record HasOpen(Open open) {}

  private static final String SALE =
      """
      {"at":"2026-01-31T12:00:00.000000001Z","due":"2026-01-31","takes":"PT1H30M","nick":"n",\
      "price":1.50,"serial":123456789012345678901234567890,\
      "id":"5f0c3a2e-9d1b-4c7a-8e6f-2b4d6a8c0e1f","count":3,"lines":[{"sku":"a","price":2.0}],\
      "payment":{"type":"Card","number":"4","amount":1E+3},"kept":[]}""";

  @Test
  void recordsAreWrittenAsTheyWereRead() {
    Sale sale = JSON.fromJson(SALE, Sale.class);
    assertThat(sale.payment()).isEqualTo(new Card("4", new BigDecimal("1E+3")));
    assertThat(JSON.toJson(sale)).isEqualTo(SALE);
    assertThat(JSON.toTree(sale).get("price").toString()).isEqualTo("1.50");
    Sale without = JSON.fromJson("{\"price\":1}", Sale.class);
    assertThat(without.nick()).isEmpty();
    assertThat(JSON.toJson(without)).doesNotContain("nick", "due");
  }

  @Test
  void classesHaveTheSameForms() {
    String json =
        "{\"at\":\"2026-01-31T12:00:00Z\",\"rank\":4,"
            + "\"payment\":{\"type\":\"Cash\",\"amount\":0.10,\"number\":1},"
            + "\"others\":{\"a\":{\"type\":\"Card\",\"number\":\"4\",\"amount\":1}}";
    SaleState state = JSON.fromJson(json + "}", SaleState.class);
    assertThat(state.rank).contains(4L);
    assertThat(state.others.get("a")).isEqualTo(new Card("4", BigDecimal.ONE));
    assertThat(JSON.toJson(state)).startsWith(json);
    assertThat(JSON.toJson(new SaleState())).doesNotContain("rank");
  }

  @Test
  void annotationsChooseTheDiscriminator() {
    String json =
        "{\"shapes\":[{\"sort\":\"circle\",\"radius\":1.0},{\"sort\":\"square\",\"side\":2.0}]}";
    Drawing drawing = JSON.fromJson(json, Drawing.class);
    assertThat(drawing.shapes()).containsExactly(new Circle(1), new Square(2));
    assertThat(JSON.toJson(drawing)).isEqualTo(json);
    PropertyDescription shape = describe(Drawing.class).get("shapes").elementDescription;
    assertThat(shape.typeProperty).isEqualTo("sort");
    assertThat(shape.types).containsOnlyKeys("circle", "square");
  }

  @Test
  void descriptionsTellTypesFormatsAndWhatMayBeAbsent() {
    Map<String, PropertyDescription> sale = describe(Sale.class);
    assertThat(sale.get("at").typeName).isEqualTo(TypeName.DATE);
    assertThat(sale.get("at").format).isEqualTo(Format.DATE_TIME);
    assertThat(sale.get("takes").format).isEqualTo(Format.DURATION);
    assertThat(sale.get("takes").exampleValue).isEqualTo("PT1H");
    assertThat(sale.get("nick").typeName).isEqualTo(TypeName.STRING);
    assertThat(sale.get("price").format).isEqualTo(Format.DECIMAL);
    assertThat(sale.get("serial").format).isEqualTo(Format.INTEGER);
    assertThat(sale.get("id").format).isEqualTo(Format.UUID);
    assertThat(sale.get("at").nullable).isFalse();
    assertThat(sale.get("due").nullable).isTrue();
    assertThat(sale.get("nick").nullable).isTrue();
    assertThat(sale.get("lines").elementDescription.fieldDescriptions)
        .containsOnlyKeys("sku", "price");
  }

  @Test
  void descriptionsTellTheTypesOfSealedOnes() {
    PropertyDescription payment = describe(Sale.class).get("payment");
    assertThat(payment.typeName).isEqualTo(TypeName.PODO);
    assertThat(payment.typeProperty).isEqualTo("type");
    assertThat(payment.types.get("Card").fieldDescriptions).containsOnlyKeys("number", "amount");
    assertThat(payment.fieldDescriptions.get("type").enumValues).containsExactly("Card", "Cash");
    assertThat(payment.fieldDescriptions.get("amount").format).isEqualTo(Format.DECIMAL);
    // A text in one type, a number in the other.
    assertThat(payment.fieldDescriptions.get("number").typeName).isNull();
  }

  @Test
  void recordsAreIndexedWithAllThatIsInThem() {
    Map<String, PropertyDescription> sale = describe(Sale.class);
    assertThat(sale.get("lines").has(PropertyIndexingOption.EXPAND)).isTrue();
    assertThat(sale.get("id").has(PropertyIndexingOption.SORT)).isTrue();
    assertThat(sale.get("kept").has(PropertyIndexingOption.EXPAND)).isFalse();
    assertThat(describe(SaleState.class).get("others").has(PropertyIndexingOption.EXPAND))
        .isFalse();
  }

  @Test
  void sealedTypesThatNoNameCanTellAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> describe(HasClash.class))
        .withMessageContaining("@JsonTypeInfo(use = NAME, property = ...)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> describe(HasOpen.class))
        .withMessageContaining("is open: make it final, sealed or a record");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "{\"at\":\"yesterday\"}|field 'at': 'yesterday' is not a time, as 2026-01-31T12:00:00Z",
        "{\"at\":1700000000}|field 'at': expected a time, as 2026-01-31T12:00:00Z, not a number",
        "{\"due\":\"2026-02-30\"}|field 'due': '2026-02-30' is not a day, as 2026-01-31",
        "{\"takes\":\"1h\"}|field 'takes': '1h' is not a length of time, as PT1H30M",
        "{\"id\":\"x\"}|field 'id': 'x' is not a UUID",
        "{\"count\":3000000000}|field 'count'",
        "{\"count\":\"many\"}|field 'count': 'many' is not a whole number from -2147483648 to"
            + " 2147483647",
        "{\"serial\":1.5}|field 'serial'",
        "{\"price\":\"dear\"}|field 'price': 'dear' is not a number",
        "{\"lines\":[{},{\"price\":{}}]}|field 'lines[1].price': expected a number, not an object",
        "{\"payment\":{\"type\":\"Gold\"}}|field 'payment': type 'Gold' is not one of Card, Cash",
        "{\"payment\":{\"amount\":1}}|field 'payment': type is missing: it is one of Card, Cash",
        "{\"payment\":3}|field 'payment'",
      })
  void whatDoesNotFitIsRefusedInWordsOfJson(String json, String message) {
    assertThatExceptionOfType(MalformedJsonException.class)
        .isThrownBy(() -> JSON.fromJson(json, Sale.class))
        .withMessageContaining(message)
        .satisfies(refusal -> assertThat(refusal.getMessage()).doesNotContain("io.cairn", "java."));
  }

  @Test
  void unknownFieldsAreRefusedByTheirPath() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> refuseUnknown("{\"lines\":[{},{\"prize\":1}]}", "{}"))
        .withMessage("unknown field: lines[1].prize; did you mean lines[1].price?");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> refuseUnknown("{\"wholly\":1}", "{}"))
        .withMessage("unknown field: wholly");
    refuseUnknown("{\"wholly\":null}", "{}");
  }

  @Test
  void unknownFieldsThatAreStoredMayBeSentAsTheyAre() {
    String stored =
        "{\"wholly\":1,\"lines\":[{\"price\":1},{\"price\":2,\"old\":1},{\"price\":3,\"old\":2}]}";
    refuseUnknown(stored, stored);
    refuseUnknown("{\"lines\":[{\"price\":3,\"old\":2},{\"price\":9,\"old\":null}]}", stored);
    for (String changed :
        List.of("{\"wholly\":2}", "{\"wholly\":null}", "{\"lines\":[{\"price\":2,\"old\":3}]}")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> refuseUnknown(changed, stored))
          .withMessageMatching(
              "unknown field: (wholly|lines\\[0].old); another version .* stored .*");
    }
  }

  @Test
  void removalOfUnknownFieldsIsRefused() {
    String stored = "{\"wholly\":1,\"payment\":{\"type\":\"Card\",\"number\":\"2\",\"old\":3}}";
    refuseRemoval(stored, stored);
    refuseRemoval("{\"wholly\":1}", stored);
    refuseRemoval("{\"wholly\":1,\"payment\":{\"type\":\"Cash\",\"old\":3}}", stored);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> refuseRemoval("{}", stored))
        .withMessageStartingWith("unknown field: wholly; another version");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> refuseRemoval("{\"wholly\":1,\"payment\":{\"type\":\"Card\"}}", stored))
        .withMessageStartingWith("unknown field: payment.old; another version");
  }

  @Test
  void fieldsOfAnotherTypeOfASealedOneAreUnknown() {
    String circle = "{\"shapes\":[{\"sort\":\"circle\",\"radius\":2}]}";
    String square = "{\"shapes\":[{\"sort\":\"square\",\"radius\":2}]}";
    UnknownFields.refuse(Drawing.class, fields(circle), Map.of());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> UnknownFields.refuse(Drawing.class, fields(square), Map.of()))
        .withMessageStartingWith("unknown field: shapes[0].radius");
    // A merge patch that changes the type leaves what the type before had.
    UnknownFields.refuse(Drawing.class, fields(square), fields(circle));
  }

  private static void refuseRemoval(String json, String present) {
    UnknownFields.refuseRemoval(Sale.class, fields(json), fields(present));
  }

  private static void refuseUnknown(String json, String present) {
    UnknownFields.refuse(Sale.class, fields(json), fields(present));
  }

  private static Map<String, JsonNode> fields(String json) {
    Map<String, JsonNode> fields = new LinkedHashMap<>();
    JSON.readTree(json).properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
    return fields;
  }

  private static Map<String, PropertyDescription> describe(Class<?> type) {
    return ServiceDocumentDescription.Builder.create().buildDescription(type).propertyDescriptions;
  }
}
