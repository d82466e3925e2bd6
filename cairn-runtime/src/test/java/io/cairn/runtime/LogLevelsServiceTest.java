// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.LoggerContext;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LogLevelsServiceTest {

  private static final String LINK = LogLevelsService.SELF_LINK;

  @TempDir private static Path sandbox;
  private static HostFixture host;

  @BeforeAll
  static void start() {
    host = HostFixture.start(sandbox, started -> {});
  }

  @AfterAll
  static void stop() {
    host.close();
  }

  private static HostFixture.Answer set(String logger, String rest) {
    return host.patch(LINK, "{\"logger\":\"%s\",%s}".formatted(logger, rest));
  }

  private static String levelOf(String logger) {
    return host.get(LINK).json().path("levels").path(logger).asString("none");
  }

  @Test
  void aLevelIsChangedAndGivenBack() {
    Logger logger = LoggerFactory.getLogger("test.levels.one");
    assertThat(logger.isTraceEnabled()).isFalse();
    assertThat(set("test.levels.one", "\"level\":\"trace\"").status()).isEqualTo(200);
    assertThat(logger.isTraceEnabled()).isTrue();
    assertThat(levelOf("test.levels.one")).isEqualTo("TRACE");
    assertThat(host.get(LINK).json().path("changed").has("test.levels.one")).isTrue();
    assertThat(set("test.levels.one", "\"level\":null").status()).isEqualTo(200);
    assertThat(logger.isTraceEnabled()).isFalse();
    assertThat(levelOf("test.levels.one")).isEqualTo("none");
    assertThat(host.get(LINK).json().path("changed").has("test.levels.one")).isFalse();
  }

  @Test
  void toGiveBackWhatNobodyHasChangedMakesNoLogger() {
    assertThat(set("test.levels.none", "\"level\":null").status()).isEqualTo(200);
    assertThat(((LoggerContext) LoggerFactory.getILoggerFactory()).exists("test.levels.none"))
        .isNull();
  }

  @Test
  void aLevelForATimeComesBack() {
    Logger logger = LoggerFactory.getLogger("test.levels.two");
    set("test.levels.two", "\"level\":\"TRACE\",\"forSeconds\":3600");
    assertThat(host.get(LINK).json().path("changed").path("test.levels.two").asLong()).isPositive();
    set("test.levels.two", "\"level\":\"TRACE\",\"forSeconds\":1");
    assertThat(logger.isTraceEnabled()).isTrue();
    await().until(() -> !logger.isTraceEnabled());
    assertThat(levelOf("test.levels.two")).isEqualTo("none");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"logger\":\"a\",\"level\":\"loud\"}|level must be one of",
        "{\"logger\":\"a\"}|level must be one of",
        "{\"level\":\"info\"}|logger is required",
        "{\"logger\":\"a b\",\"level\":\"info\"}|logger is required",
        "{\"logger\":\"a\",\"level\":\"info\",\"forSeconds\":0}|forSeconds must be",
        "{\"logger\":\"a\",\"level\":\"info\",\"for\":1}|There is no field for",
        "[]|body is required"
      })
  void whatIsWrongIsSaid(String body, String message) {
    HostFixture.Answer answer = host.patch(LINK, body);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.message()).contains(message);
  }

  @Test
  void theNumberOfChangedLoggersIsBounded() {
    int taken = host.get(LINK).json().path("changed").size();
    for (int i = taken; i < LogLevelsService.MOST_CHANGED; i++) {
      assertThat(set("test.many." + i, "\"level\":\"OFF\"").status()).isEqualTo(200);
    }
    assertThat(set("test.many.more", "\"level\":\"OFF\"").status()).isEqualTo(503);
    for (int i = taken; i < LogLevelsService.MOST_CHANGED; i++) {
      set("test.many." + i, "\"level\":null");
    }
    assertThat(set("test.many.more", "\"level\":null").status()).isEqualTo(200);
  }
}
