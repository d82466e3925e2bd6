// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cairn.testkit.LedgerService.LedgerState;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A disk that is really full: a small memory file system, which needs the right to mount one. The
 * modules test the same with simulated disks where there is no such right.
 */
@Tag("process")
class FullDiskTest {

  private static final int SIZE_MIB = 220;
  private static final int DOCUMENTS = 40;
  private static final int MAXIMUM = 12_000;
  private static final int REFUSALS = 30;
  private static final String BALLAST = "b".repeat(24_000);

  @TempDir Path directory;

  private boolean mounted;

  @BeforeEach
  void mount() throws Exception {
    mounted = run("mount", "-t", "tmpfs", "-o", "size=" + SIZE_MIB + "m", "tmpfs");
    assumeTrue(mounted, "mounting a tmpfs needs root");
  }

  @AfterEach
  void unmount() throws Exception {
    if (mounted) {
      run("umount", "-l");
    }
  }

  private boolean run(String... command) throws IOException, InterruptedException {
    List<String> whole = new java.util.ArrayList<>(List.of(command));
    whole.add(directory.toString());
    Process process = new ProcessBuilder(whole).redirectErrorStream(true).start();
    return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
  }

  @Test
  void fullDiskRefusesWritesAndLosesNothing() throws Exception {
    Path filler = directory.resolve("filler");
    try (TestHost host =
        TestHost.builder()
            .sandbox(directory.resolve("data"))
            .services(new LedgerService.Setup())
            .start()) {
      for (int i = 0; i < DOCUMENTS; i++) {
        assertThat(host.http().post(LedgerService.FACTORY_LINK, body(link(i), "birth")).status())
            .isEqualTo(200);
      }
      fill(filler);
      LoadRecorder load = new LoadRecorder(host.http(), MAXIMUM);
      load.start(4, session -> create(session, load));
      TestContext.waitFor(
          java.time.Duration.ofSeconds(60),
          () -> load.size() >= MAXIMUM || refusals(load) >= REFUSALS,
          "the disk to be full");
      load.stop();

      assertThat(refusals(load)).as("the disk was full").isGreaterThanOrEqualTo(REFUSALS);
      assertThat(load.requests())
          .filteredOn(request -> request.outcome() != Outcome.ACKNOWLEDGED)
          .allSatisfy(FullDiskTest::saysWhy);
      for (int i = 0; i < DOCUMENTS; i++) {
        Answer read = host.http().get(link(i));
        assertThat(read.status()).as(read.toString()).isEqualTo(200);
        assertThat(read.as(LedgerState.class).marks).containsExactly("birth");
      }

      host.stop();
      Files.delete(filler);
      host.start();
      check(host, load);
      assertThat(host.http().patch(link(0), "{\"mark\":\"after\"}").status()).isEqualTo(200);
    }
  }

  private static void saysWhy(RecordedRequest request) {
    Answer answer = request.answer();
    assertThat(answer).isNotNull();
    assertThat(answer.status()).as(answer.toString()).isEqualTo(503);
    assertThat(answer.header("retry-after")).isNotNull();
    assertThat(answer.json().path("message").asString())
        .contains(request.outcome() == Outcome.REFUSED ? "No space left" : "outcome");
  }

  private static void check(TestHost host, LoadRecorder load) throws IOException {
    LedgerChecker checker = new LedgerChecker().expect(load.requests());
    for (String link : checker.links()) {
      Answer answer = host.http().get(link);
      boolean there = answer.status() != 404;
      checker.check(link, there ? answer.as(LedgerState.class).marks : List.of());
    }
    assertThat(checker.violations()).isEmpty();
  }

  private static long refusals(LoadRecorder load) {
    return load.with(Outcome.REFUSED).count() + load.with(Outcome.UNKNOWN).count();
  }

  private static void create(LoadRecorder.Session session, LoadRecorder load) {
    if (refusals(load) >= REFUSALS) {
      throw new LoadRecorder.Finished();
    }
    String mark = session.nextMark();
    String link = LedgerService.FACTORY_LINK + "/full-" + mark;
    session.send("POST", LedgerService.FACTORY_LINK, link, mark, body(link, mark));
  }

  private static String link(int number) {
    return LedgerService.FACTORY_LINK + "/" + number;
  }

  private static String body(String link, String mark) {
    return "{\"mark\":\"%s\",\"documentSelfLink\":\"%s\",\"ballast\":\"%s\"}"
        .formatted(mark, link, BALLAST);
  }

  /** Takes what is left of the disk. */
  private static void fill(Path filler) throws IOException {
    byte[] block = new byte[1 << 16];
    try (OutputStream out = Files.newOutputStream(filler)) {
      for (int i = 0; i < SIZE_MIB << 4; i++) {
        out.write(block);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("space");
    }
  }
}
