// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.runtime.HostFixture;
import io.cairn.runtime.HostFixture.Answer;
import io.cairn.runtime.query.Notes;
import io.cairn.store.disk.BytePace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients ask of backups, and those that are made without being asked for. */
class BackupJobsTest {

  private static final String KIND =
      "com:vmware:xenon:services:common:ServiceHostManagementService:";

  @TempDir static Path data;
  @TempDir static Path automatically;
  private static HostFixture automatic;

  @TempDir Path places;

  @BeforeAll
  static void start() {
    automatic =
        HostFixture.start(
            data.resolve("automatic"),
            Notes::start,
            arguments -> {
              arguments.autoBackupDirectory = automatically;
              arguments.backups.intervalMicros = 1;
              arguments.backups.keepLast = 2;
              arguments.backups.fullEvery = 2;
            });
    automatic.awaitAvailable();
  }

  @AfterAll
  static void stop() {
    automatic.close();
  }

  private static Answer manage(HostFixture host, String kind, String fields) {
    return host.patch("/core/management", "{\"kind\":\"%s\",%s}".formatted(KIND + kind, fields));
  }

  @Test
  void backupIsCancelled() throws IOException {
    try (HostFixture slow =
        HostFixture.start(
            data.resolve("slow"),
            Notes::start,
            arguments -> arguments.backups.bytesPerSecond = 1_000)) {
      slow.awaitAvailable();
      String wish =
          "\"destination\":\"%s\",\"backupType\":\"DIRECTORY\",\"isDirect\":false"
              .formatted(places.toUri());
      slow.post("/notes", "{\"name\":\"a\"}");
      Answer accepted = manage(slow, "BackupRequest", wish);
      assertThat(accepted.status()).isEqualTo(202);
      String link = accepted.json().get("documentSelfLink").asString();
      assertThat(accepted.response().headers().firstValue("location")).hasValue(link);

      Answer second = manage(slow, "BackupRequest", wish);
      assertThat(second.status()).isEqualTo(409);
      assertThat(second.message()).contains("is under way", link);
      assertThat(slow.send("DELETE", link, null, "x-forwarded-for", "203.0.113.9").status())
          .isEqualTo(403);
      assertThat(slow.delete(link).status()).isEqualTo(202);

      await()
          .until(() -> slow.get(link).json().at("/taskInfo/stage").asString().equals("CANCELLED"));
      assertThat(slow.get(BackupJobs.LINK).json().get("jobs")).hasSize(1);
      assertThat(slow.get(BackupJobs.LINK + "/none").status()).isEqualTo(404);
      try (Stream<Path> left = Files.list(places)) {
        assertThat(left).isEmpty();
      }
    }
  }

  @Test
  void backupsAreMadeByThemselvesAndPruned() throws IOException {
    automatic.post("/notes", "{\"name\":\"a\"}");
    assertThat(manage(automatic, "AutoBackupConfiguration", "\"enable\":\"START\"").status())
        .isEqualTo(200);
    await()
        .untilAsserted(
            () ->
                assertThat(automatic.get(BackupJobs.LINK).json().get("jobs").size())
                    .isGreaterThan(4));
    assertThat(manage(automatic, "AutoBackupConfiguration", "\"enable\":false").status())
        .isEqualTo(200);
    await().until(() -> !automatic.get(BackupJobs.LINK).body().contains("\"stage\":\"STARTED\""));
    List<BackupManifest> kept = new BackupDirectory(automatically).complete();
    assertThat(kept).hasSizeBetween(2, 3);
    assertThat(kept).anyMatch(each -> each.base().isEmpty());
    assertThat(
            BackupVerification.of(
                    automatically,
                    new BackupProgress(new BytePace(Long.MAX_VALUE, System::nanoTime)))
                .problems())
        .isEmpty();
  }

  @Test
  void requestsThatMakeNoSenseAreExplained() {
    assertRefused("BackupRequest", "\"backupType\":\"ZIP\"", "destination is required");
    assertRefused("BackupRequest", "\"destination\":\"/tmp/x\"", "must be a URI with file");
    assertRefused("BackupRequest", "\"destination\":\"file:x\"", "must be a URI with file");
    assertRefused(
        "BackupRequest",
        "\"destination\":\"file:/x\",\"backupType\":\"TAR\"",
        "backupType must be ZIP, DIRECTORY or STREAM, not 'TAR'");
    assertRefused(
        "BackupRequest", "\"destinatoin\":\"file:/x\"", "has no field 'destinatoin'; it has");
    assertRefused(
        "BackupRequest",
        "\"destination\":\"http://h/x\",\"backupType\":\"DIRECTORY\"",
        "DIRECTORY needs a destination with file");
    assertRefused(
        "BackupRequest",
        "\"destination\":\"file:/x\",\"backupType\":\"STREAM\"",
        "STREAM needs a destination with http");
    assertRefused(
        "BackupRequest",
        "\"destination\":\"file:/x\",\"indexServiceLink\":\"/other\"",
        "indexServiceLink can only be /core/document-index");
    assertRefused(
        "RestoreRequest",
        "\"destination\":\"file:/x\",\"timeSnapshotBoundaryMicros\":\"yesterday\"",
        "must be a moment in microseconds");
    assertRefused("RestoreRequest", "\"destination\":\"file:/none/x\"", "There is no backup at");
    assertRefused("AutoBackupConfiguration", "\"x\":1", "has no field 'x'; it has enable");
    assertRefused("Backup", "\"x\":1", "are not supported. Known are");
    Answer others =
        automatic.send(
            "PATCH",
            "/core/management",
            "{\"kind\":\"%sBackupRequest\"}".formatted(KIND),
            "x-forwarded-for",
            "203.0.113.9");
    assertThat(others.status()).isEqualTo(403);
    assertThat(others.message()).contains("remoteBackup");
  }

  private static void assertRefused(String kind, String fields, String why) {
    Answer answer = manage(automatic, kind, fields);
    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.message()).contains(why);
  }
}
