// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.cairn.document.DocumentJson;
import io.cairn.launch.settings.AccessFile;
import io.cairn.launch.settings.LogFormat;
import io.cairn.runtime.ClusterArguments;
import io.cairn.runtime.tracing.RequestLogging;
import io.cairn.service.ServiceHost;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

class AccessFileTest {

  private static final Logger REQUESTS =
      ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(RequestLogging.ACCESS);

  private static final Logger SLOW =
      ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(RequestLogging.SLOW);

  @TempDir private Path directory;

  @AfterEach
  void endTheFile() {
    ProcessLog.flushAccess();
    REQUESTS.setAdditive(true);
    REQUESTS.setLevel(null);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(file -> file.getFileName().toString().startsWith("access")).toList();
    }
  }

  @Test
  void filesAreBoundedInSizeAndNumber() throws IOException {
    Path file = directory.resolve("access.log");
    assertThat(ProcessLog.writeAccess(new AccessFile(file, 2_000, 2), LogFormat.TEXT)).isEmpty();
    String filler = "x".repeat(200);
    await()
        .until(
            () -> {
              REQUESTS.info(filler, "");
              REQUESTS.atInfo().addKeyValue("path", filler).log("request");
              return files().size() == 3;
            });
    for (int i = 0; i < 200; i++) {
      REQUESTS.atInfo().addKeyValue("path", filler).log("request");
    }
    ProcessLog.flushAccess();
    assertThat(files()).hasSize(3);
  }

  @Test
  void asManyFilesAreKeptAsWasSaid() throws IOException {
    int more = 23; // than Logback keeps by itself
    Path file = directory.resolve("access.log");
    assertThat(ProcessLog.writeAccess(new AccessFile(file, 100, more), LogFormat.TEXT)).isEmpty();
    await()
        .pollInterval(Duration.ofMillis(10))
        .until(
            () -> {
              REQUESTS.atInfo().addKeyValue("path", "x".repeat(200)).log("request");
              return files().size() == more + 1;
            });
  }

  @Test
  void aFileThatCannotBeMadeIsToldOf() {
    Path file = directory.resolve("none").resolve("access.log");
    assertThat(ProcessLog.writeAccess(new AccessFile(file, 2_000, 2), LogFormat.TEXT))
        .hasValueSatisfying(note -> assertThat(note).contains("accessLog", "none"));
    assertThat(REQUESTS.getLevel()).isNotEqualTo(Level.INFO);
  }

  @Test
  void eachRequestIsALineWithoutItsQuery() throws Exception {
    Path file = directory.resolve("access.log");
    assertThat(ProcessLog.writeAccess(new AccessFile(file, 1 << 20, 2), LogFormat.JSON)).isEmpty();
    ClusterArguments arguments = new ClusterArguments();
    arguments.port = 0;
    arguments.sandbox = directory.resolve("data");
    arguments.partitions = 1;
    arguments.requests = RequestLogging.NONE.withAccess().withSlow(1);
    ListAppender<ILoggingEvent> slow = new ListAppender<>();
    slow.start();
    SLOW.addAppender(slow);
    ServiceHost host = ServiceHost.open(arguments);
    try (HttpClient client = HttpClient.newHttpClient()) {
      host.startDefaultCoreServicesSynchronously();
      host.startupCompleted();
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(host.getUri() + "/core/management?token=secret"))
              .header("x-xenon-ctx-id", "ctx-1")
              .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
      assertThat(client.send(request.build(), BodyHandlers.ofString()).statusCode()).isEqualTo(200);
      client.send(
          HttpRequest.newBuilder(URI.create(host.getUri() + "/none"))
              .header("x-xenon-ctx-id", "\",\"path\":\"/forged")
              .build(),
          BodyHandlers.ofString());
    } finally {
      host.stop();
      ProcessLog.flushAccess();
      SLOW.detachAppender(slow);
    }
    assertThat(slow.list)
        .as("both took a microsecond")
        .hasSize(2)
        .allMatch(event -> event.getLevel() == Level.WARN);
    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(2).noneMatch(line -> line.contains("secret"));
    JsonNode first = DocumentJson.standard().readTree(lines.getFirst());
    assertThat(first.path("client").asString()).isEqualTo("127.0.0.1");
    assertThat(first.path("method").asString()).isEqualTo("GET");
    assertThat(first.path("path").asString()).isEqualTo("/core/management");
    assertThat(first.path("status").asInt()).isEqualTo(200);
    assertThat(first.path("micros").asLong()).isPositive();
    assertThat(first.path("requestId").asString()).isEqualTo("ctx-1");
    assertThat(first.path("traceId").asString()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
    JsonNode second = DocumentJson.standard().readTree(lines.getLast());
    assertThat(second.path("status").asInt()).isEqualTo(404);
    assertThat(second.path("path").asString()).as("no id can forge a field").isEqualTo("/none");
  }
}
