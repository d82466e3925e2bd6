// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttributeTest {

  @ParameterizedTest
  @CsvSource({
    "BYTE, -128",
    "SHORT, 32767",
    "INTEGER, -1",
    "LONG, 9223372036854775807",
    "CHARACTER, x",
    "FLOAT, 1.5",
    "DOUBLE, -2.25",
    "BOOLEAN, true",
    "STRING, text"
  })
  void eachOfTheNineTypesIsReadFromTextAndKept(AttributeType type, String text) {
    Attribute<?> attribute = Attribute.from("name", type, text);
    assertThat(attribute.type()).isEqualTo(type);
    assertThat(attribute.value()).isInstanceOf(type.javaType());
    assertThat(attribute.value().toString()).isEqualTo(text);
    assertThat(attribute).isEqualTo(Attribute.of("name", attribute.value()));
    assertThat(attribute).isNotEqualTo(Attribute.of("other", attribute.value()));
    assertThat(AttributeType.named(type.typeName().toLowerCase(java.util.Locale.ROOT)))
        .contains(type);
  }

  @ParameterizedTest
  @CsvSource({"BYTE, 128", "INTEGER, 1.5", "CHARACTER, xy", "BOOLEAN, yes", "DOUBLE, one"})
  void textThatIsNoSuchValueIsRefused(AttributeType type, String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Attribute.from("name", type, text))
        .withMessageContaining(text)
        .withMessageContaining(type.typeName());
  }

  @Test
  void otherTypesAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Attribute.of("name", BigDecimal.ONE))
        .withMessageContaining("Byte, Short");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Attribute<Object>("name", AttributeType.LONG, 1));
  }

  @Test
  void setsAreSortedAndAnswerUndefinedForWhatTheyLack() {
    Attribute<?> b = Attribute.of("b", 1);
    Attribute<?> a = Attribute.of("a", "x");
    AttributeSet set = new AttributeSet("set", Map.of("b", b, "a", a), true);
    assertThat(set.attributes().keySet()).containsExactly("a", "b");
    assertThat(set.attributeNamed("b")).isSameAs(b);
    assertThat(set.attributeNamed("c").isUndefined()).isTrue();
    assertThat(set.isNone()).isFalse();
    assertThat(AttributeSet.none("set").isNone()).isTrue();
    assertThat(AttributeSet.none("set").all()).isEmpty();
  }
}
