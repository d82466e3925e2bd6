// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.cairn.cluster.attributes.Attribute;
import io.cairn.document.DocumentJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttributeValuesTest {

  private static Object read(String body) {
    return read(body, Attribute.UNDEFINED);
  }

  private static Object read(String body, Attribute<?> present) {
    return AttributeValues.read(DocumentJson.standard().readTree(body), "s", "n").as(present);
  }

  @Test
  void eachTypeIsReadFromJson() {
    assertThat(read("{\"type\":\"Byte\",\"value\":-128}")).isEqualTo((byte) -128);
    assertThat(read("{\"type\":\"Short\",\"value\":32767}")).isEqualTo((short) 32767);
    assertThat(read("{\"type\":\"Integer\",\"value\":5}")).isEqualTo(5);
    assertThat(read("{\"type\":\"Long\",\"value\":5}")).isEqualTo(5L);
    assertThat(read("{\"type\":\"Float\",\"value\":1.5}")).isEqualTo(1.5f);
    assertThat(read("{\"type\":\"Double\",\"value\":5}")).isEqualTo(5.0);
    assertThat(read("{\"type\":\"Boolean\",\"value\":true}")).isEqualTo(true);
    assertThat(read("{\"type\":\"Character\",\"value\":\"x\"}")).isEqualTo('x');
    assertThat(read("{\"type\":\"String\",\"value\":\"\"}")).isEqualTo("");
  }

  @Test
  void eachTypeIsReadFromText() {
    assertThat(read("{\"type\":\"byte\",\"value\":\"1\"}")).isEqualTo((byte) 1);
    assertThat(read("{\"type\":\"LONG\",\"value\":\"9223372036854775807\"}"))
        .isEqualTo(Long.MAX_VALUE);
    assertThat(read("{\"type\":\"Float\",\"value\":\"NaN\"}")).isEqualTo(Float.NaN);
    assertThat(read("{\"type\":\"Double\",\"value\":\"-Infinity\"}"))
        .isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(read("{\"type\":\"Boolean\",\"value\":\"false\"}")).isEqualTo(false);
  }

  @Test
  void typeFollowsFromTheValueIfNotGiven() {
    assertThat(read("{\"value\":\"5\"}")).isEqualTo("5");
    assertThat(read("{\"value\":5}")).isEqualTo(5);
    assertThat(read("{\"value\":2147483648}")).isEqualTo(2147483648L);
    assertThat(read("{\"value\":5.0}")).isEqualTo(5.0);
    assertThat(read("{\"value\":false}")).isEqualTo(false);
  }

  @Test
  void typeOfThePresentAttributeIsKeptIfTheValueFits() {
    assertThat(read("{\"value\":5}", Attribute.of("n", 7L))).isEqualTo(5L);
    assertThat(read("{\"value\":5}", Attribute.of("n", (byte) 7))).isEqualTo((byte) 5);
    assertThat(read("{\"value\":5}", Attribute.of("n", 7.5f))).isEqualTo(5f);
    assertThat(read("{\"value\":\"x\"}", Attribute.of("n", 'y'))).isEqualTo('x');
  }

  @Test
  void typeOfThePresentAttributeIsNotForcedOnWhatIsAnother() {
    assertThat(read("{\"value\":500}", Attribute.of("n", (byte) 7))).isEqualTo(500);
    assertThat(read("{\"value\":5.5}", Attribute.of("n", 7))).isEqualTo(5.5);
    assertThat(read("{\"value\":\"5\"}", Attribute.of("n", 7))).isEqualTo("5");
    assertThat(read("{\"value\":5}", Attribute.of("n", "x"))).isEqualTo(5);
    assertThat(read("{\"value\":\"xy\"}", Attribute.of("n", 'x'))).isEqualTo("xy");
  }

  @Test
  void attributeIsWrittenAsItIsRead() {
    assertThat(read("{\"set\":\"s\",\"name\":\"n\",\"type\":\"Integer\",\"value\":5}"))
        .isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "5",
        "null",
        "{}",
        "{\"value\":null}",
        "{\"value\":[]}",
        "{\"value\":{}}",
        "{\"value\":1e999}",
        "{\"value\":9223372036854775808}",
        "{\"value\":1,\"typ\":\"Long\"}",
        "{\"value\":1,\"set\":\"other\"}",
        "{\"value\":1,\"name\":\"other\"}"
      })
  void whatIsNoAttributeIsRefused(String body) {
    assertThatIllegalArgumentException().isThrownBy(() -> read(body));
  }

  @ParameterizedTest
  @CsvSource({
    "Byte,128", "Byte,-129", "Short,32768", "Integer,2147483648", "Long,9223372036854775808",
    "Integer,5.5", "Integer,true", "Integer,'\"x\"'", "Float,1e39", "Double,-1e999",
    "Double,true", "Boolean,1", "Boolean,'\"yes\"'", "Character,'\"xy\"'", "Character,'\"\"'",
    "Character,7", "String,5", "String,true", "Date,5", "'',5"
  })
  void whatCannotBeOfTheTypeIsRefused(String type, String value) {
    String body = "{\"type\":\"%s\",\"value\":%s}".formatted(type, value);

    assertThatIllegalArgumentException().isThrownBy(() -> read(body)).withMessageContaining(" ");
  }

  @Test
  void numbersThatJsonHasNotAreWrittenAsText() {
    assertThat(AttributeValues.shown(Double.NaN)).isEqualTo("NaN");
    assertThat(AttributeValues.shown(Float.NEGATIVE_INFINITY)).isEqualTo("-Infinity");
    assertThat(AttributeValues.shown('x')).isEqualTo("x");
    assertThat(AttributeValues.shown(1.5)).isEqualTo(1.5);
  }
}
