// SPDX-License-Identifier: Apache-2.0
package io.cairn.samples.wordcount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.document.DocumentJson;
import io.cairn.samples.SampleHost;
import io.cairn.testkit.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class WordCountTest {
  private static final String FACTORY = WordCountTaskService.FACTORY_LINK;

  @TempDir Path sandbox;
  private SampleHost host;

  @BeforeEach
  void start() throws Throwable {
    host =
        new SampleHost(
            sandbox,
            fresh ->
                fresh.startFactory(
                    WordCountTaskService.class, WordCountTaskService::createFactory));
  }

  @AfterEach
  void stop() {
    host.close();
  }

  private JsonNode task() throws Exception {
    Answer answer = host.send("GET", FACTORY + "/text", null);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json();
  }

  private static JsonNode json(String text) {
    return DocumentJson.standard().readTree(text);
  }

  private static String stage(JsonNode task) {
    return task.get("taskInfo").get("stage").asString();
  }

  @Test
  void aDirectTaskAnswersWithTheCounts() throws Exception {
    Answer answer =
        host.send(
            "POST",
            FACTORY,
            "{\"lines\":[\"To be, or not\",\"to be\"],\"taskInfo\":{\"isDirect\":true}}");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.json().get("counts"))
        .isEqualTo(json("{\"be\":2,\"not\":1,\"or\":1,\"to\":2}"));
    assertThat(stage(answer.json())).isEqualTo("FINISHED");
  }

  @Test
  void aTaskIsAcceptedAndCanBePolled() throws Exception {
    Answer accepted =
        host.send("POST", FACTORY, "{\"documentSelfLink\":\"text\",\"lines\":[\"one\"]}");
    assertThat(accepted.status()).isEqualTo(202);
    await().until(() -> stage(task()).equals("FINISHED"));
    assertThat(task().get("counts").get("one").asInt()).isEqualTo(1);
  }

  @Test
  void aTaskGoesOnAfterEachRestartAndCountsEachLineOnce() throws Throwable {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      lines.add("word and word");
    }
    host.send(
        "POST",
        FACTORY,
        "{\"documentSelfLink\":\"text\",\"lines\":%s}"
            .formatted(DocumentJson.standard().toJson(lines)));
    int atStop = task().get("nextLine").asInt();
    host.restart();
    assertThat(task().get("nextLine").asInt()).isGreaterThanOrEqualTo(atStop);
    host.restart();
    await().atMost(Duration.ofMinutes(1)).until(() -> stage(task()).equals("FINISHED"));
    assertThat(atStop).isLessThan(400);
    assertThat(task().get("counts")).isEqualTo(json("{\"and\":400,\"word\":800}"));
  }
}
