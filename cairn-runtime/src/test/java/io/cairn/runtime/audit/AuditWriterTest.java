// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.document.DocumentJson;
import io.cairn.runtime.audit.AuditEvent.Names;
import io.cairn.runtime.audit.AuditEvent.Source;
import io.cairn.runtime.audit.AuditRecord.Outcome;
import io.cairn.runtime.security.Identities.User;
import io.cairn.runtime.security.Subject;
import io.cairn.service.Service.Action;
import io.cairn.service.security.AuditArguments;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of events: records in the file, bounded, and none is lost in silence. */
class AuditWriterTest {

  private static final AuditRecords.Users NOBODY =
      new AuditRecords.Users() {
        @Override
        public @Nullable User named(String name) {
          return null;
        }

        @Override
        public @Nullable User at(String link) {
          return null;
        }
      };

  @TempDir private Path directory;

  private final AtomicLong now = new AtomicLong(1_000_000);
  private final AtomicInteger ids = new AtomicInteger();
  private final AuditRecords records =
      new AuditRecords("node", () -> "id" + ids.incrementAndGet(), NOBODY);
  private final AuditWriter writer =
      new AuditWriter(records, new AuditTime(now::get, () -> now.get() * 1_000));

  private AuditEvent event(AuditedAction action, String link, int status, String address) {
    return new AuditEvent(
        action,
        now.get(),
        Source.HTTP,
        Action.POST,
        link,
        status,
        Subject.GUEST,
        new Names(null, new InetSocketAddress(address, 1), null, null, null, null),
        null,
        null);
  }

  private List<AuditRecord> written() throws IOException {
    try (AuditFile file = new AuditFile(directory, 10 << 20)) {
      writer.start(new AuditWriter.Output(file, () -> {}));
      writer.close();
      return read(file);
    }
  }

  private static List<AuditRecord> read(AuditFile file) throws IOException {
    List<AuditRecord> all = new ArrayList<>();
    AuditFile.Chunk chunk = file.next(1_000);
    while (!chunk.lines().isEmpty()) {
      chunk
          .lines()
          .forEach(line -> all.add(DocumentJson.standard().fromJson(line, AuditRecord.class)));
      file.delivered(chunk.end());
      chunk = file.next(1_000);
    }
    return all;
  }

  @Test
  void aRecordSaysHowManyAreMissing() throws IOException {
    int more = 50;
    for (int i = 0; i < AuditWriter.MOST_WAITING + more; i++) {
      writer.offer(event(AuditedAction.USER, "/core/authz/users/u" + i, 200, "127.0.0.1"));
    }

    List<AuditRecord> all = written();

    assertThat(all).hasSize(AuditWriter.MOST_WAITING + 1);
    assertThat(all.stream().filter(it -> it.action == AuditedAction.LOST).toList())
        .singleElement()
        .satisfies(
            lost -> {
              assertThat(lost.count).isEqualTo(more);
              assertThat(lost.outcome).isEqualTo(Outcome.FAILED);
            });
  }

  @Test
  void alikeFailuresOfAMinuteAreCounted() throws IOException {
    for (int i = 0; i < 1_000; i++) {
      writer.offer(event(AuditedAction.REQUEST, "/core/examples/" + i, 401, "192.0.2.1"));
    }
    writer.offer(event(AuditedAction.REQUEST, "/core/examples", 401, "192.0.2.2"));

    List<AuditRecord> all = written();

    assertThat(all).hasSize(3);
    assertThat(all.getFirst().link).isEqualTo("/core/examples/0");
    assertThat(all.stream().mapToLong(it -> it.count).sum()).isEqualTo(1_001);
    assertThat(all).extracting(it -> it.documentSelfLink).doesNotHaveDuplicates();
  }

  @Test
  void failuresOfManyAddressesCountAsOneInTheEnd() {
    FailureCounts counts = new FailureCounts(records);
    int own = 0;
    for (int i = 0; i < 10 * FailureCounts.MOST; i++) {
      String address = "10.0.%d.%d".formatted(i / 250, i % 250);
      AuditRecord record = records.of(event(AuditedAction.REQUEST, "/x", 401, address));
      own += counts.isFirst(record, now.get()) ? 1 : 0;
    }
    List<AuditRecord> together = new ArrayList<>();
    counts.ended(now.get() + FailureCounts.WINDOW_MICROS, together::add);

    assertThat(own).isEqualTo(FailureCounts.MOST + 1);
    assertThat(together)
        .singleElement()
        .satisfies(
            rest -> {
              assertThat(rest.count).isEqualTo(9L * FailureCounts.MOST - 1);
              assertThat(rest.address).isNull();
            });
    assertThat(counts.nextMicros()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aMinuteThatHasEndedIsWrittenWithoutAnotherEvent() throws IOException {
    try (AuditFile file = new AuditFile(directory, 10 << 20)) {
      List<AuditRecord> all = new ArrayList<>();
      writer.start(new AuditWriter.Output(file, () -> {}));
      writer.offer(event(AuditedAction.REQUEST, "/a", 403, "127.0.0.1"));
      writer.offer(event(AuditedAction.REQUEST, "/b", 403, "127.0.0.1"));
      await().until(writer::isIdle);
      now.addAndGet(FailureCounts.WINDOW_MICROS);
      writer.offer(event(AuditedAction.TENANT, "/core/tenants/t", 200, "127.0.0.1"));

      await()
          .untilAsserted(
              () -> {
                all.addAll(read(file));
                assertThat(all).extracting(it -> it.link).contains("/a", "/b", "/core/tenants/t");
              });
      writer.close();
    }
  }

  @Test
  void aRecoveryIsNotedWhereThereIsAnAudit() throws IOException {
    AuditArguments settings = new AuditArguments();
    Audit.noteRecovery(directory, "n", settings, "/core/node-groups/default", 7);
    assertThat(directory.resolve(AuditFile.DIRECTORY)).doesNotExist();
    new AuditFile(directory.resolve(AuditFile.DIRECTORY), settings.fileBytes).close();

    Audit.noteRecovery(directory, "n", settings, "/core/node-groups/default", 7);

    try (AuditFile file =
        new AuditFile(directory.resolve(AuditFile.DIRECTORY), settings.fileBytes)) {
      assertThat(read(file))
          .singleElement()
          .satisfies(
              record -> {
                assertThat(record.action).isEqualTo(AuditedAction.MEMBERSHIP);
                assertThat(record.link).isEqualTo("/core/node-groups/default");
                assertThat(record.timeMicros).isEqualTo(7);
              });
    }
  }

  @Test
  void whatLooksLikeAProofIsNowhere() {
    String key = "cairn_0123456789abcdef_" + "s".repeat(43);
    String token = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJqYW5lIn0.c2lnbmF0dXJl";
    AuditEvent event =
        new AuditEvent(
            AuditedAction.REQUEST,
            1,
            Source.HTTP,
            Action.GET,
            "/core/examples/" + key + "/" + token,
            401,
            Subject.GUEST,
            new Names(null, null, key, token, "hunter2", null),
            null,
            "{\"message\":\"GET /%s needs %s\"}".formatted(token, key));
    AuditRecord callback =
        records.of(event(AuditedAction.REQUEST, "/core/callbacks/guess-me", 403, "127.0.0.1"));

    assertThat(AuditWriter.line(records.of(event)))
        .contains("***")
        .doesNotContain("sssss", "eyJ", "hunter2");
    assertThat(callback.link).isEqualTo("/core/callbacks/***");
  }

  @Test
  void oneWayToWriteAPathIsAsGoodAsAnother() {
    for (String path :
        List.of(
            "/core/authz/users",
            "/core/authz/%75sers",
            "/core//authz/users/",
            "/core/./authz/users",
            "/core/examples/../authz/users")) {
      assertThat(AuditedActions.of(Action.POST, AuditedActions.plain(path)))
          .as(path)
          .isEqualTo(AuditedAction.USER);
    }
    assertThat(AuditedActions.of(Action.POST, "/core/authz/users-of-mine"))
        .isEqualTo(AuditedAction.ROLE);
    assertThat(AuditedActions.of(Action.POST, "/core/authority")).isNull();
    assertThat(AuditedActions.of(Action.GET, "/core/authz/users")).isNull();
    assertThat(AuditedActions.of(Action.DELETE, "/core/management")).isEqualTo(AuditedAction.STOP);
    assertThat(AuditedActions.of(Action.PATCH, "/mine/one/config"))
        .isEqualTo(AuditedAction.SETTING);
  }
}
