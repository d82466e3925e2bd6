// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.runtime.HostFixture;
import io.cairn.service.examples.ExampleService;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlightRecorderEventsTest {

  private static final List<String> STAGES =
      Stream.of("Request", "LogFlush", "Apply", "IndexCommit", "Query")
          .map("io.cairn."::concat)
          .toList();

  private static final String CONTEXT = "flight-recorder-events-test";

  @TempDir private Path directory;

  @Test
  void theStagesOfARequestAreEvents() throws Exception {
    Path file = directory.resolve("stages.jfr");
    try (HostFixture host =
            HostFixture.start(
                directory.resolve("data"), started -> started.startFactory(new ExampleService()));
        Recording recording = new Recording()) {
      STAGES.forEach(recording::enable);
      STAGES.forEach(stage -> recording.enable(stage).withoutThreshold());
      recording.start();
      String link = ExampleService.FACTORY_LINK + "/one";
      host.post(ExampleService.FACTORY_LINK, "{\"name\":\"one\",\"documentSelfLink\":\"one\"}");
      host.send("GET", link + "?expand=secret", null, "x-xenon-ctx-id", CONTEXT);
      host.get(ExampleService.FACTORY_LINK + "?$filter=name%20eq%20'one'");
      host.host().stop(); // commits
      recording.stop();
      recording.dump(file);
    }
    Map<String, List<RecordedEvent>> events =
        RecordingFile.readAllEvents(file).stream()
            .collect(Collectors.groupingBy(event -> event.getEventType().getName()));
    assertThat(events).containsKeys(STAGES.toArray(String[]::new));
    RecordedEvent get =
        events.get("io.cairn.Request").stream() // of all hosts of this process
            .filter(event -> CONTEXT.equals(event.getString("requestId")))
            .findFirst()
            .orElseThrow();
    assertThat(get.getString("method")).isEqualTo("GET");
    assertThat(get.getString("path")).isEqualTo(ExampleService.FACTORY_LINK + "/one");
    assertThat(get.getInt("status")).isEqualTo(200);
    assertThat(get.getDuration().toNanos()).isPositive();
    assertThat(events.get("io.cairn.Apply"))
        .anyMatch(event -> event.getInt("bytes") > 0 && event.getLong("index") > 0);
    assertThat(events.get("io.cairn.Query")).anyMatch(event -> event.getLong("documents") == 1);
  }
}
