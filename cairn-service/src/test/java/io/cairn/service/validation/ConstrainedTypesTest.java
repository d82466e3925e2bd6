// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.validation;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConstrainedTypesTest {
  record Plain(String name, List<? extends Map<String, Long>> counts) {
    boolean isEmpty() {
      return name.isEmpty();
    }
  }

  record OnComponent(@NotBlank String name) {}

  record OnItem(Map<String, List<@NotBlank String>> names) {}

  record OnOptional(Optional<@NotBlank String> name) {}

  record OnPart(@Valid OnComponent part) {}

  record OnGetter(String name) {
    @AssertTrue
    boolean isLong() {
      return name.length() > 3;
    }
  }

  record Repeated(@Pattern(regexp = "a.*") @Pattern(regexp = ".*b") String name) {}

  /** Has a field with a constraint. */
  static class Parent {
    @NotBlank String name = "";
  }

  /** Has it from its parent. */
  static class Child extends Parent {
    int age;
  }

  /** Has a constraint on a getter. */
  interface Named {
    @NotBlank
    String getName();
  }

  record Implementing(String name) implements Named {
    @Override
    public String getName() {
      return name;
    }
  }

  record Forgotten(OnComponent one, List<OnItem> many, Plain plain, @Valid OnComponent checked) {}

  record Deep(Forgotten below, List<@Valid OnItem> checked, Deep again) {}

  @ParameterizedTest
  @ValueSource(
      classes = {
        OnComponent.class,
        OnItem.class,
        OnOptional.class,
        OnPart.class,
        OnGetter.class,
        Repeated.class,
        Child.class,
        Implementing.class
      })
  void constraintsAreFoundWhereverTheyStand(Class<?> type) {
    assertThat(Constraints.areOn(type)).isTrue();
  }

  @Test
  void aTypeWithoutConstraintsIsCheckedByNobody() {
    assertThat(Constraints.areOn(Plain.class)).isFalse();
    assertThat(Constraints.check(new Plain("", List.of())).name()).isEmpty();
  }

  @Test
  void constraintsThatNobodyChecksAreFound() {
    assertThat(ConstrainedTypes.unchecked(Deep.class))
        .containsExactly("Deep.below", "Forgotten.one", "Forgotten.many", "Deep.again");
    assertThat(ConstrainedTypes.unchecked(OnPart.class)).isEmpty();
  }
}
