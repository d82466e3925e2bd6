// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import io.cairn.document.DocumentJson;
import io.cairn.service.OperationContext;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;
import tools.jackson.databind.JsonNode;

class JsonLinesTest {

  private final LoggerContext context = new LoggerContext();
  private final JsonLines lines = new JsonLines();

  private JsonNode written(LoggingEvent event) {
    String line = new String(lines.encode(event), StandardCharsets.UTF_8);
    assertThat(line).endsWith("\n");
    assertThat(line.substring(0, line.length() - 1)).as("one line").doesNotContain("\n");
    return DocumentJson.standard().readTree(line);
  }

  private LoggingEvent event(String message, Throwable thrown) {
    return new LoggingEvent("", context.getLogger("io.cairn.A"), Level.WARN, message, thrown, null);
  }

  @AfterEach
  void forgetTheRequest() {
    OperationContext.reset();
  }

  @Test
  void aLineSaysWhatHappenedWhereAndForWhom() {
    context.putProperty(JsonLines.NODE, "node-1");
    OperationContext.setContextId("ctx-7");
    LoggingEvent event = event("two\nlines \"quoted\"", new IllegalStateException("no"));
    event.setKeyValuePairs(List.of(new KeyValuePair("status", 404)));
    JsonNode line = written(event);
    assertThat(line.path("time").asString()).matches("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z");
    assertThat(line.path("level").asString()).isEqualTo("WARN");
    assertThat(line.path("logger").asString()).isEqualTo("io.cairn.A");
    assertThat(line.path("message").asString()).isEqualTo("two\nlines \"quoted\"");
    assertThat(line.path("thread").asString()).isEqualTo(Thread.currentThread().getName());
    assertThat(line.path("nodeId").asString()).isEqualTo("node-1");
    assertThat(line.path("requestId").asString()).isEqualTo("ctx-7");
    assertThat(line.path("status").asInt()).isEqualTo(404);
    assertThat(line.path("error").asString())
        .contains("IllegalStateException: no", "JsonLinesTest.java");
  }

  @Test
  void whatIsNotKnownIsLeftOut() {
    assertThat(written(event("m", null)).propertyNames())
        .containsExactly("time", "level", "logger", "message", "thread");
  }
}
