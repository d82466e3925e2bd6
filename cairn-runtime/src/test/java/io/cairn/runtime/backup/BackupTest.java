// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.cairn.runtime.HostFixture;
import io.cairn.runtime.HostFixture.Answer;
import io.cairn.runtime.query.Notes;
import io.cairn.store.disk.BytePace;
import io.cairn.store.index.DocumentVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups of one host, restored into others. */
class BackupTest {

  private static final String KIND =
      "com:vmware:xenon:services:common:ServiceHostManagementService:";
  private static final int DOCUMENTS = 30;

  @TempDir static Path data;
  private static HostFixture source;
  private static HostFixture emptied;

  @TempDir Path places;

  @BeforeAll
  static void fill() {
    source = HostFixture.start(data.resolve("source"), Notes::start);
    emptied =
        HostFixture.start(
            data.resolve("target"), Notes::start, arguments -> arguments.partitions = 3);
    source.awaitAvailable();
    emptied.awaitAvailable();
    for (int i = 0; i < DOCUMENTS; i++) {
      write("n" + i);
    }
    assertThat(source.patch("/notes/n1", "{\"number\":5}").status()).isEqualTo(200);
    assertThat(source.patch("/notes/n1", "{\"number\":6}").status()).isEqualTo(200);
    assertThat(source.delete("/notes/n2").status()).isEqualTo(200);
    long far = 4_000_000_000_000_000L;
    assertThat(
            source
                .post(
                    "/notes",
                    "{\"documentSelfLink\":\"e\",\"documentExpirationTimeMicros\":%d}"
                        .formatted(far))
                .status())
        .isEqualTo(200);
  }

  @AfterAll
  static void stop() {
    source.close();
    emptied.close();
  }

  private static void write(String id) {
    Answer answer =
        source.post("/notes", "{\"name\":\"%s\",\"documentSelfLink\":\"%s\"}".formatted(id, id));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
  }

  /** An empty group with other partitions: always the same, which each test leaves empty. */
  private static HostFixture target() throws IOException {
    BackupCluster cluster = emptied.backupCluster();
    cluster.restoring(cluster.group("default"), "backup of an earlier test");
    assertThat(manage(emptied, "RestoreRequest", "\"isWipe\":true").status()).isEqualTo(200);
    assertThat(emptied.histories()).isEmpty();
    return emptied;
  }

  private static Answer manage(HostFixture host, String kind, String fields) {
    return host.patch("/core/management", "{\"kind\":\"%s\",%s}".formatted(KIND + kind, fields));
  }

  private static Answer backUp(Path place, String type) {
    Answer answer =
        manage(
            source,
            "BackupRequest",
            "\"destination\":\"%s\",\"backupType\":\"%s\"".formatted(place.toUri(), type));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer;
  }

  private static Answer restore(HostFixture target, Path place, String fields) {
    return manage(
        target, "RestoreRequest", "\"destination\":\"%s\"%s".formatted(place.toUri(), fields));
  }

  private static BackupVerification.Outcome verify(Path place) throws IOException {
    return BackupVerification.of(place, unhurried());
  }

  private static BackupProgress unhurried() {
    return new BackupProgress(new BytePace(Long.MAX_VALUE, System::nanoTime));
  }

  @Test
  void everyVersionIsRestoredIntoAGroupWithOtherPartitions() throws IOException {
    backUp(places, "DIRECTORY");

    HostFixture target = target();
    Answer restored = restore(target, places, "");

    assertThat(restored.status()).as(restored.body()).isEqualTo(200);
    assertSame(target, source);
    assertThat(target.histories().get("/notes/n1")).hasSize(3);
    assertThat(target.get("/notes/n1").json().get("number").asLong()).isEqualTo(6);
    assertThat(target.get("/notes/n2").status()).isEqualTo(404);
    assertThat(target.get("/notes").result().documentCount).isEqualTo(liveDocuments());
    assertThat(target.patch("/notes/n1", "{\"number\":7}").status()).isEqualTo(200);
    assertThat(target.get("/core/health/ready").status()).isEqualTo(200);
    target.restart();
    assertThat(target.get("/notes/n1").json().get("documentVersion").asLong()).isEqualTo(3);
    assertThat(verify(places).problems()).isEmpty();
  }

  private static void assertSame(HostFixture target, HostFixture source) {
    assertSame(target.histories(), source.histories());
  }

  /** Names the documents that differ, not all of them. */
  private static void assertSame(
      Map<String, List<DocumentVersion>> found, Map<String, List<DocumentVersion>> expected) {
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    found.forEach((link, versions) -> assertThat(versions).isEqualTo(expected.get(link)));
  }

  private static long liveDocuments() {
    return source.histories().values().stream()
        .filter(versions -> !versions.getLast().isTombstone())
        .count();
  }

  @Test
  void incrementalBackupHasWhatIsNewAndNeedsTheFirst() throws IOException {
    backUp(places, "DIRECTORY");
    write("later");
    backUp(places, "DIRECTORY");

    List<BackupManifest> all = new BackupDirectory(places).complete();
    assertThat(all).hasSize(2);
    BackupManifest second = all.getLast();
    assertThat(second.base()).isEqualTo(all.getFirst().id());
    assertThat(second.needs()).containsExactly(all.getFirst().id());
    assertThat(second.files().filter(file -> file.in().equals(second.id())).count())
        .isLessThan(second.files().count() / 2);
    HostFixture target = target();
    assertThat(restore(target, places, "").status()).isEqualTo(200);
    assertSame(target, source);
    assertThat(target.get("/notes/later").status()).isEqualTo(200);

    BackupDirectory.delete(places.resolve(all.getFirst().id()));
    assertThat(verify(places).problems())
        .isNotEmpty()
        .allMatch(problem -> problem.endsWith(all.getFirst().id() + " is missing"));
  }

  @Test
  void flippedByteIsFoundAndNotRestored() throws IOException {
    backUp(places, "DIRECTORY");
    Path file;
    try (Stream<Path> files = Files.walk(places)) {
      file = files.filter(each -> each.toString().endsWith(".cfs")).findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);

    assertThat(verify(places).problems())
        .singleElement()
        .asString()
        .endsWith("%s has a wrong checksum".formatted(file.getFileName()));
    HostFixture target = target();
    Answer refused = restore(target, places, "");

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.message())
        .contains("is damaged, and nothing was restored", file.getFileName().toString());
    assertThat(target.histories()).isEmpty();
    assertThat(target.get("/core/health/ready").status()).isEqualTo(200);
  }

  @Test
  void damagedManifestIsNotBelieved() throws IOException {
    backUp(places, "DIRECTORY");
    BackupManifest made = new BackupDirectory(places).complete().getFirst();
    Path manifest = places.resolve(made.id()).resolve(BackupManifest.FILE);
    String text = Files.readString(manifest);
    Files.writeString(
        manifest,
        text.replace(
                "\"requestedMicros\" : " + made.requestedMicros(),
                "\"requestedMicros\" : " + (made.requestedMicros() + 1))
            .replace(
                "\"requestedMicros\": " + made.requestedMicros(),
                "\"requestedMicros\": " + (made.requestedMicros() + 1)));
    assertThat(Files.readString(manifest)).isNotEqualTo(text);

    assertThatExceptionOfType(BackupException.class)
        .isThrownBy(() -> verify(places.resolve(made.id())))
        .withMessageContaining("its checksum is wrong");
  }

  @Test
  void archiveIsRestoredAndRefusedWhenItIsCut() throws IOException {
    Path archive = places.resolve("b.zip");
    backUp(archive, "ZIP");

    assertThat(verify(archive).problems()).isEmpty();
    HostFixture target = target();
    assertThat(restore(target, archive, "").status()).isEqualTo(200);
    assertSame(target, source);
    byte[] bytes = Files.readAllBytes(archive);
    Files.write(archive, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    assertThatExceptionOfType(BackupException.class)
        .isThrownBy(() -> verify(archive))
        .withMessageContaining("is no backup, or a damaged one");
  }

  @Test
  void backupIsSentPieceByPieceAndFetched() throws IOException {
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    List<String> ranges = new ArrayList<>();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/b", exchange -> store(exchange, received, ranges));
    server.start();
    HostFixture target = target();
    try {
      String where =
          "\"bearer\":\"secret\",\"destination\":\"http://127.0.0.1:%d/b\""
              .formatted(server.getAddress().getPort());
      Answer sent = manage(source, "BackupRequest", where + ",\"backupType\":\"STREAM\"");
      assertThat(sent.status()).as(sent.body()).isEqualTo(200);
      assertThat(ranges.getLast())
          .isEqualTo("bytes 0-%d/%d".formatted(received.size() - 1, received.size()));

      Answer restored = manage(target, "RestoreRequest", where);
      assertThat(restored.status()).as(restored.body()).isEqualTo(200);
      assertSame(target, source);

      Answer refused = manage(source, "BackupRequest", where.replace("secret", "guess"));
      assertThat(refused.status()).isEqualTo(409);
      assertThat(refused.message()).contains("status 403");
    } finally {
      server.stop(0);
    }
  }

  private static void store(
      HttpExchange exchange, ByteArrayOutputStream received, List<String> ranges)
      throws IOException {
    try (exchange) {
      if (!"Bearer secret".equals(exchange.getRequestHeaders().getFirst("authorization"))) {
        exchange.sendResponseHeaders(403, -1);
      } else if (exchange.getRequestMethod().equals("PUT")) {
        ranges.add(exchange.getRequestHeaders().getFirst("content-range"));
        received.write(exchange.getRequestBody().readAllBytes());
        exchange.sendResponseHeaders(200, -1);
      } else {
        exchange.sendResponseHeaders(200, received.size());
        received.writeTo(exchange.getResponseBody());
      }
    }
  }

  @Test
  void documentsAreRestoredAsTheyWereAtAMoment() throws IOException {
    write("moment");
    assertThat(source.patch("/notes/moment", "{\"number\":1}").status()).isEqualTo(200);
    long then = source.get("/notes/moment").json().get("documentUpdateTimeMicros").asLong();
    assertThat(source.patch("/notes/moment", "{\"number\":2}").status()).isEqualTo(200);
    write("after-the-moment");
    backUp(places, "DIRECTORY");

    HostFixture target = target();
    Answer early = restore(target, places, ",\"timeSnapshotBoundaryMicros\":4000000000000000");
    assertThat(early.status()).isEqualTo(400);
    assertThat(early.message()).contains("does not hold the moment 4000000000000000");

    Answer restored = restore(target, places, ",\"timeSnapshotBoundaryMicros\":" + then);

    assertThat(restored.status()).as(restored.body()).isEqualTo(200);
    Map<String, List<DocumentVersion>> expected = new TreeMap<>();
    source
        .histories()
        .forEach(
            (link, versions) -> {
              List<DocumentVersion> kept =
                  versions.stream().filter(each -> each.updateTimeMicros() <= then).toList();
              if (!kept.isEmpty()) {
                expected.put(link, kept);
              }
            });
    assertSame(target.histories(), expected);
    assertThat(target.get("/notes/moment").json().get("number").asLong()).isEqualTo(1);
    assertThat(target.get("/notes/after-the-moment").status()).isEqualTo(404);
  }

  @Test
  void groupWithDocumentsIsNotRestoredIntoUnlessThatIsSaid() throws IOException {
    backUp(places, "DIRECTORY");
    HostFixture target = target();
    target.post("/notes", "{\"name\":\"other\",\"documentSelfLink\":\"n1\"}");
    target.post("/notes", "{\"name\":\"own\",\"documentSelfLink\":\"own\"}");

    Answer refused = restore(target, places, "");
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.message()).contains("The group holds 2 documents", "--beside");
    assertThat(target.histories()).hasSize(2);

    assertThat(restore(target, places, ",\"isBeside\":true").status()).isEqualTo(200);
    Map<String, List<DocumentVersion>> restored = target.histories();
    assertThat(restored.remove("/notes/own")).hasSize(1);
    assertSame(restored, source.histories());
    assertThat(target.get("/notes/n1").json().get("number").asLong()).isEqualTo(6);
    assertThat(target.get("/notes/own").json().get("name").asString()).isEqualTo("own");
  }

  @Test
  void restorationThatBrokeOffServesNobodyUntilItIsWipedOrDoneAgain() throws IOException {
    backUp(places, "DIRECTORY");
    HostFixture target = target();
    BackupCluster cluster = target.backupCluster();
    BackupManifest manifest = new BackupDirectory(places).complete().getLast();
    cluster.restoring(cluster.group("default"), "backup %s, begun then".formatted(manifest.id()));
    assertServesNobody(target);
    target.restart();
    assertServesNobody(target);
    String elsewhere = "\"destination\":\"" + places.resolve("none/b").toUri() + '"';
    assertThat(manage(target, "BackupRequest", elsewhere).status()).isEqualTo(503);

    assertThat(restore(target, places, "").status()).isEqualTo(200);
    assertSame(target, source);
    assertThat(target.get("/notes/n1").status()).isEqualTo(200);

    cluster = target.backupCluster();
    cluster.restoring(cluster.group("default"), "backup another, begun then");
    Answer other = restore(target, places, "");
    assertThat(other.status()).isEqualTo(409);
    assertThat(other.message()).contains("is being restored from backup another");
    Answer wiped = manage(target, "RestoreRequest", "\"isWipe\":true");
    assertThat(wiped.status()).as(wiped.body()).isEqualTo(200);
    assertThat(target.histories()).isEmpty();
    assertThat(target.get("/notes").result().documentCount).isZero();
    assertThat(target.get("/notes/n1").status()).isEqualTo(404);
    assertThat(manage(target, "RestoreRequest", "\"isWipe\":true").status()).isEqualTo(409);
  }

  private static void assertServesNobody(HostFixture target) {
    Answer read = target.get("/notes/n1");
    assertThat(read.status()).isEqualTo(503);
    assertThat(read.message()).contains("is being restored from backup");
    assertThat(target.post("/notes", "{\"name\":\"x\"}").status()).isEqualTo(503);
    Answer ready = target.get("/core/health/ready");
    assertThat(ready.status()).isEqualTo(503);
    assertThat(ready.body()).contains("is being restored from backup");
  }

  @Test
  void backupThatWasNotFinishedIsNoBackup() throws IOException {
    backUp(places, "DIRECTORY");
    BackupManifest made = new BackupDirectory(places).complete().getFirst();
    Path backup = places.resolve(made.id());
    Files.delete(backup.resolve(BackupManifest.FILE));

    assertThatExceptionOfType(BackupException.class)
        .isThrownBy(() -> verify(backup))
        .withMessageContaining("is incomplete: it has no manifest.json");
    assertThatExceptionOfType(BackupException.class)
        .isThrownBy(() -> verify(places))
        .withMessageContaining("is incomplete");
  }

  @Test
  void pruningKeepsWhatKeptBackupsNeed() throws IOException {
    backUp(places, "DIRECTORY"); // 0, all files
    write("pruned1");
    backUp(places, "DIRECTORY"); // 1, shares with 0
    manageFull(); // 2, all files
    write("pruned2");
    backUp(places, "DIRECTORY"); // 3, shares with 2
    List<String> ids =
        new BackupDirectory(places).complete().stream().map(BackupManifest::id).toList();
    Path begun = places.resolve("20200101T000000.000Z-abcdef");
    Files.createDirectories(begun.resolve("default-0"));
    try (DirectoryTargetHolder underWay = new DirectoryTargetHolder(places)) {
      List<String> gone =
          new BackupDirectory(places).prune(new BackupDirectory.Rule(1, 0), Long.MAX_VALUE / 2);

      assertThat(gone)
          .containsExactly(ids.get(0), ids.get(1), begun.getFileName() + " (incomplete)");
      assertThat(underWay.exists()).isTrue();
    }
    assertThat(new BackupDirectory(places).complete())
        .extracting(BackupManifest::id)
        .containsExactly(ids.get(2), ids.get(3));
    assertThat(verify(places).problems()).isEmpty();
    assertThat(
            new BackupDirectory(places)
                .prune(new BackupDirectory.Rule(1, 1), source.backupCluster().micros().getAsLong()))
        .isEmpty();
  }

  private void manageFull() {
    assertThat(
            manage(
                    source,
                    "BackupRequest",
                    "\"destination\":\"%s\",\"backupType\":\"DIRECTORY\",\"isFull\":true"
                        .formatted(places.toUri()))
                .status())
        .isEqualTo(200);
  }

  /** A backup that is being made. */
  private record DirectoryTargetHolder(DirectoryTarget target, Path path) implements AutoCloseable {
    DirectoryTargetHolder(Path places) throws IOException {
      this(
          new DirectoryTarget(places, "20200101T000001.000Z-abcdef"),
          places.resolve("20200101T000001.000Z-abcdef"));
    }

    boolean exists() {
      return Files.isDirectory(path);
    }

    @Override
    public void close() throws IOException {
      target.abandon();
      assertThat(exists()).isFalse();
    }
  }

  @Test
  void nothingIsLeftWhereThereIsNoRoom() throws IOException {
    Path parent = places.resolve("not/there/yet");
    DirectoryTarget files = new DirectoryTarget(parent, "20200101T000002.000Z-abcdef");
    BackupTarget full =
        new BackupTarget() {
          private int count;

          @Override
          public String place() {
            return files.place();
          }

          @Override
          public long usableBytes() {
            return Long.MAX_VALUE;
          }

          @Override
          public OutputStream create(String path) throws IOException {
            if (count++ == 3) {
              throw new IOException("No space left on device");
            }
            return files.create(path);
          }

          @Override
          public void finish(byte[] manifest) throws IOException {
            files.finish(manifest);
          }

          @Override
          public void abandon() throws IOException {
            files.abandon();
          }
        };
    BackupRun.Plan plan = new BackupRun.Plan("x", null, "default");
    BackupRun run = new BackupRun(source.backupCluster(), full, plan, unhurried());

    assertThatExceptionOfType(BackupException.class)
        .isThrownBy(run::run)
        .withMessageContaining("There is no room for the backup")
        .satisfies(e -> assertThat(e.reason().status()).isEqualTo(507));
    assertThat(places.resolve("not")).doesNotExist();
  }
}
