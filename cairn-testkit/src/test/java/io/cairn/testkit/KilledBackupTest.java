// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** kill -9 while a backup is made, and while it is restored. */
@Tag("process")
class KilledBackupTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String KIND =
      "com:vmware:xenon:services:common:ServiceHostManagementService:";
  private static final String LEDGERS = LedgerService.FACTORY_LINK;
  private static final int DOCUMENTS = 50;

  /** A host that copies so little in a second that it can be killed meanwhile. */
  private static final String SLOWLY = "--backupRate=64K";

  @TempDir Path directory;

  @Test
  void whatIsHalfDoneIsNotTakenForWhole() throws Exception {
    Path places = directory.resolve("backups");
    try (ProcessHost host = host("source")) {
      host.start();
      try (HttpProbe http = new HttpProbe(host.uri(), LIMIT)) {
        fill(http);
        begin(http, "BackupRequest", places, ",\"backupType\":\"DIRECTORY\"");
        await().atMost(LIMIT).until(() -> job(http).path("bytesDone").asLong(0) > 0);
      }
      host.kill();
      Path begun = only(places);
      assertThat(begun.resolve("manifest.json")).doesNotExist();

      host.start();
      try (HttpProbe http = new HttpProbe(host.uri(), LIMIT)) {
        Answer refused = begin(http, "RestoreRequest", begun, "");
        await().atMost(LIMIT).until(() -> !stage(http).equals("STARTED"));
        assertThat(refused.status()).isEqualTo(202);
        assertThat(job(http).at("/taskInfo/failure/message").asString())
            .contains("is incomplete: it has no manifest.json");
        await().atMost(LIMIT).until(() -> http.get("/core/health/ready").status() == 200);
        begin(http, "BackupRequest", places, ",\"backupType\":\"DIRECTORY\"");
        await().atMost(LIMIT).until(() -> !stage(http).equals("STARTED"));
        assertThat(job(http).at("/taskInfo").toString()).contains("FINISHED");
      }
    }

    try (ProcessHost target = host("target")) {
      target.start();
      try (HttpProbe http = new HttpProbe(target.uri(), LIMIT)) {
        await().atMost(LIMIT).until(() -> http.get("/core/health/ready").status() == 200);
        begin(http, "RestoreRequest", places, "");
        await().atMost(LIMIT).until(() -> job(http).path("documentCount").asLong(0) > 0);
      }
      target.kill();

      target.start();
      try (HttpProbe http = new HttpProbe(target.uri(), LIMIT)) {
        Answer nothing = http.get(LEDGERS + "/l1");
        assertThat(nothing.status()).isEqualTo(503);
        assertThat(nothing.text()).contains("is being restored from backup");

        begin(http, "RestoreRequest", places, "");
        await().atMost(LIMIT).until(() -> !stage(http).equals("STARTED"));
        assertThat(job(http).at("/taskInfo").toString()).contains("FINISHED");
        assertThat(http.get(LEDGERS).json().path("documentCount").asLong()).isEqualTo(DOCUMENTS);
        assertThat(http.get(LEDGERS + "/l1").status()).isEqualTo(200);
      }
    }
  }

  private ProcessHost host(String name) {
    return new ProcessHost(LedgerService.Setup.class, directory.resolve(name), "-Xmx256m")
        .withArgument(SLOWLY);
  }

  private static void fill(HttpProbe http) throws IOException {
    String ballast = "0123456789abcdef".repeat(64);
    for (int i = 0; i < DOCUMENTS; i++) {
      Answer answer =
          http.post(
              LEDGERS,
              "{\"mark\":\"m\",\"documentSelfLink\":\"l%d\",\"ballast\":\"%d%s\"}"
                  .formatted(i, i, ballast));
      assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    }
  }

  private static Answer begin(HttpProbe http, String kind, Path place, String fields)
      throws IOException {
    Answer answer =
        http.patch(
            "/core/management",
            "{\"kind\":\"%s%s\",\"isDirect\":false,\"destination\":\"%s\"%s}"
                .formatted(KIND, kind, place.toUri(), fields));
    assertThat(answer.status()).as(answer.toString()).isEqualTo(202);
    return answer;
  }

  /** The last thing that the host was told to do. */
  private static JsonNode job(HttpProbe http) throws IOException {
    JsonNode jobs = http.get("/core/management/backups").json().path("jobs");
    return jobs.path(jobs.size() - 1);
  }

  private static String stage(HttpProbe http) throws IOException {
    return job(http).at("/taskInfo/stage").asString();
  }

  private static Path only(Path places) throws IOException {
    try (Stream<Path> found = Files.list(places)) {
      return found.toList().getFirst();
    }
  }
}
