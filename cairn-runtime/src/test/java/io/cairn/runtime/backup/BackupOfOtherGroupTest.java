// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.backup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.runtime.HostFixture;
import io.cairn.runtime.HostFixture.Answer;
import io.cairn.runtime.query.Notes;
import io.cairn.service.FactoryService;
import io.cairn.service.ServiceHost;
import io.cairn.service.StatefulService;
import io.cairn.store.disk.BytePace;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups of a group beside the one that every node is in, and what goes with that one only. */
class BackupOfOtherGroupTest {
  private static final String KIND =
      "com:vmware:xenon:services:common:ServiceHostManagementService:";
  private static final String SELECTOR = "/core/node-selectors/blue";
  private static final String BLUE = "/blue-notes";

  @TempDir static Path data;
  private static HostFixture source;
  private static HostFixture target;

  @TempDir Path places;

  /** Makes notes that the group {@code blue} keeps. */
  public static final class BlueFactory extends FactoryService {
    /** Found by its class. */
    public BlueFactory() {
      super(Notes.Note.class);
      setPeerNodeSelectorPath(SELECTOR);
    }

    @Override
    public StatefulService createServiceInstance() {
      return new Notes.NoteService();
    }
  }

  @BeforeAll
  static void start() {
    source = started("source");
    target = started("target");
    assertThat(source.post(BLUE, Notes.note("b", 1)).status()).isEqualTo(200);
    assertThat(source.patch(BLUE + "/b", "{\"number\":2}").status()).isEqualTo(200);
    assertThat(source.post(Notes.KEPT, Notes.note("d", 1)).status()).isEqualTo(200);
  }

  private static HostFixture started(String name) {
    HostFixture host =
        HostFixture.start(
            data.resolve(name),
            BackupOfOtherGroupTest::services,
            arguments -> arguments.autoBackupDirectory = data.resolve(name + "-automatic"));
    host.awaitAvailable();
    Answer group = host.post("/core/node-groups", "{\"documentSelfLink\":\"blue\"}");
    assertThat(group.status()).as(group.body()).isEqualTo(200);
    Answer selector =
        host.post(
            "/core/node-selectors",
            "{\"documentSelfLink\":\"blue\",\"nodeGroupLink\":\"/core/node-groups/blue\"}");
    assertThat(selector.status()).as(selector.body()).isEqualTo(200);
    host.host().startFactory(BlueFactory::new, BLUE);
    await().until(() -> host.get(BLUE).status() == 200);
    return host;
  }

  private static void services(ServiceHost host) {
    Notes.start(host);
  }

  @AfterAll
  static void stop() {
    source.close();
    target.close();
  }

  private Answer manage(HostFixture host, String kind, Path place, String fields) {
    return host.patch(
        "/core/management",
        "{\"kind\":\"%s\",\"destination\":\"%s\"%s}".formatted(KIND + kind, place.toUri(), fields));
  }

  private BackupManifest backUp(String group) throws IOException {
    Answer made =
        manage(
            source,
            "BackupRequest",
            places,
            ",\"backupType\":\"DIRECTORY\",\"nodeGroup\":\"%s\"".formatted(group));
    assertThat(made.status()).as(made.body()).isEqualTo(200);
    return new BackupDirectory(places).complete().getLast();
  }

  @Test
  void eachGroupIsBackedUpAndRestoredForItself() throws IOException {
    BackupManifest ofDefault = backUp("default");
    BackupManifest ofBlue = backUp("blue");
    assertThat(ofDefault.partitions()).noneMatch(each -> each.selector().equals("blue"));
    assertThat(ofBlue.partitions())
        .anyMatch(each -> each.selector().equals("blue"))
        .noneMatch(each -> each.selector().isEmpty());
    assertThat(ofBlue.base()).isEmpty();
    assertThat(ofBlue.system())
        .extracting(file -> file.path())
        .containsExactly("system/schemas.json");
    assertThat(backUp("blue").base()).isEqualTo(ofBlue.id());

    Answer restored = manage(target, "RestoreRequest", places, ",\"nodeGroup\":\"blue\"");

    assertThat(restored.status()).as(restored.body()).isEqualTo(200);
    assertThat(target.get(BLUE + "/b").json().path("number").asLong()).isEqualTo(2);
    assertThat(target.get(BLUE + "/b").json().path("documentVersion").asLong()).isEqualTo(1);
    assertThat(restored.json().path("documentCount").asInt()).isEqualTo(1);
    assertThat(target.get("/core/health/ready").status()).isEqualTo(200);
    Answer twice = manage(target, "RestoreRequest", places, ",\"nodeGroup\":\"blue\"");
    assertThat(twice.status()).as(twice.body()).isEqualTo(409);
    assertThat(target.post(BLUE, Notes.note("new", 1)).status()).isEqualTo(200);
  }

  @Test
  void eachGroupIsBackedUpByItself() throws IOException {
    Path own = data.resolve("source-automatic");
    String kind = KIND + "AutoBackupConfiguration";
    String enable = "{\"kind\":\"%s\",\"enable\":%s}";
    assertThat(source.patch("/core/management", enable.formatted(kind, true)).status())
        .isEqualTo(200);
    try {
      await()
          .untilAsserted(
              () -> {
                assertThat(new BackupDirectory(own).complete()).hasSize(1);
                assertThat(new BackupDirectory(own.resolve("blue")).complete()).hasSize(1);
              });
    } finally {
      source.patch("/core/management", enable.formatted(kind, false));
      await().until(() -> !source.get(BackupJobs.LINK).body().contains("\"stage\":\"STARTED\""));
    }
    BackupManifest ofBlue = new BackupDirectory(own.resolve("blue")).complete().getFirst();
    assertThat(ofBlue.partitions()).anyMatch(each -> each.selector().equals("blue"));
    assertThat(new BackupDirectory(own).complete().getFirst().partitions())
        .noneMatch(each -> each.selector().equals("blue"));
  }

  @Test
  void groupThatIsNotThereIsNamedWithThoseThatAre() throws IOException {
    Answer none =
        manage(source, "BackupRequest", places, ",\"nodeGroup\":\"green\",\"backupType\":\"ZIP\"");
    assertThat(none.status()).isEqualTo(400);
    assertThat(none.message()).contains("no group 'green'", "blue, default");
    backUp("blue");
    Answer others = manage(target, "RestoreRequest", places, "");
    assertThat(others.status()).isEqualTo(400);
    assertThat(others.message()).contains("of group blue, not of default");
  }

  @Test
  void attributesAreRestoredWhereThereAreNone() throws IOException {
    BackupAttributes here = source.backupCluster().attributes();
    BackupAttributes there = target.backupCluster().attributes();
    BackupProgress progress = new BackupProgress(new BytePace(Long.MAX_VALUE, System::nanoTime));
    String saved =
        """
        {"attributes":[{"set":"limits","name":"most","type":"Long","value":"5"},
         {"set":"limits","name":"mark","type":"Character","value":" "},
         {"set":"limits","name":"odd","type":"Quaternion","value":"1"}]}
        """;
    here.adopt(saved.getBytes(UTF_8), progress);
    assertThat(progress.notes()).singleElement().asString().contains("odd", "Quaternion");
    byte[] attributes = here.toBytes();
    there.adopt(saved.replace("\"5\"", "\"7\"").getBytes(UTF_8), progress);

    BackupManifest made = backUp("default");
    assertThat(made.system())
        .extracting(file -> file.path())
        .containsExactly("system/attributes.json", "system/schemas.json");
    assertThat(places.resolve(made.id()).resolve("system/attributes.json"))
        .hasBinaryContent(attributes);
    Answer restored = manage(target, "RestoreRequest", places, ",\"isBeside\":true");
    assertThat(restored.status()).as(restored.body()).isEqualTo(200);
    assertThat(new String(there.toBytes(), UTF_8)).contains("\"value\":\"7\"", "\"value\":\" \"");
  }
}
