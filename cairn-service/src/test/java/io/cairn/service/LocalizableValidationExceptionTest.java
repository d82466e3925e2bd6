// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.service.failure.LocalizableValidationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalizableValidationExceptionTest {
  private static final String CODE = "order.too.large";

  private static LocalizableValidationException tooLarge() {
    return new LocalizableValidationException("{0} is more than {1}", CODE, "7", "5");
  }

  @Test
  void defaultMessageIsFilled() {
    assertThat(tooLarge()).hasMessage("7 is more than 5");
    assertThat(tooLarge().getErrorMessageCode()).isEqualTo(CODE);
    assertThat(tooLarge().getArguments()).containsExactly("7", "5");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "de|Bestellung von 7 übersteigt 5",
        "de-AT,de;q=0.8|Bestellung von 7 übersteigt 5",
        "fr,de;q=0.5|Order of 7 exceeds 5",
        "fr|Order of 7 exceeds 5",
        "*|7 is more than 5",
        "?!|7 is more than 5"
      })
  void messageFollowsTheAcceptedLanguages(String acceptLanguage, String message) {
    assertThat(tooLarge().getMessage(acceptLanguage)).isEqualTo(message);
  }

  @Test
  void absentHeaderGivesTheDefaultMessage() {
    assertThat(tooLarge().getMessage(null)).isEqualTo("7 is more than 5");
  }

  @Test
  void unknownCodeGivesTheDefaultMessage() {
    LocalizableValidationException e = new LocalizableValidationException("plain", "no.such.code");
    assertThat(e.getMessage("de")).isEqualTo("plain");
  }

  @Test
  void bracesThatAreNoPlacesAreLeftAlone() {
    assertThat(new LocalizableValidationException("a {b} c", "code", 1)).hasMessage("a {b} c");
    assertThat(new LocalizableValidationException("{}", "code")).hasMessage("{}");
  }

  @Test
  void failedOperationSpeaksTheClientsLanguage() {
    Operation op = new Operation().addRequestHeader("Accept-Language", "de");

    op.fail(tooLarge());

    assertThat(op.getStatusCode()).isEqualTo(400);
    assertThat(op.getErrorResponseBody().message).isEqualTo("Bestellung von 7 übersteigt 5");
    assertThat(op.getErrorResponseBody().messageId).isEqualTo(CODE);
  }
}
