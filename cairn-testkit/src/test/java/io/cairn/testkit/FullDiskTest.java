// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cairn.testkit.LedgerService.LedgerState;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
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

  private static final int SIZE_MIB = 60;
  private static final int DOCUMENTS = 40;

  /** What was accepted is on the disk after so long; then the refusals are not for its sake. */
  private static final long SETTLED_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final int BALLAST_BYTES = 29_000;

  /** What of the disk documents are to have at least. */
  private static final double USABLE = 0.6;

  @TempDir Path directory;

  private boolean mounted;

  @BeforeEach
  void mount() throws Exception {
    mount(SIZE_MIB);
  }

  private void mount(int mebibytes) throws Exception {
    mounted = run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs");
    assumeTrue(mounted, "mounting a tmpfs needs root");
  }

  private void resize(int mebibytes) throws Exception {
    assertThat(run("mount", "-o", "remount,size=" + mebibytes + "m")).isTrue();
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
  void smallDiskIsUsedRefusesUpdatesWhenFullAndGoesOnByItself() throws Exception {
    Path filler = directory.resolve("filler");
    try (TestHost host =
        TestHost.builder()
            .sandbox(directory.resolve("data"))
            .services(new LedgerService.Setup())
            .start()) {
      List<String> acknowledged = new ArrayList<>();
      AtomicLong lastSuccess = new AtomicLong(System.nanoTime());
      TestContext.waitFor(
          Duration.ofMinutes(2),
          () -> {
            fillUp(host, acknowledged, lastSuccess);
            return System.nanoTime() - lastSuccess.get() > SETTLED_NANOS;
          },
          "the disk to be full");

      assertThat((long) acknowledged.size() * BALLAST_BYTES)
          .as("bytes of documents")
          .isGreaterThan((long) ((SIZE_MIB << 20) * USABLE));
      Answer ready = host.http().get("/core/health/ready");
      assertThat(ready.status()).isEqualTo(503);
      assertThat(ready.json().path("why").toString()).contains("diskReserve");

      fill(filler);
      readsGoOnAndUpdatesAreRefused(host);
      host.stop();
      host.start();
      readsGoOnAndUpdatesAreRefused(host);

      resize(2 * SIZE_MIB);
      TestContext.waitFor(
          Duration.ofSeconds(60),
          () -> host.http().patch(link(0), "{\"mark\":\"after\"}").status() == 200,
          "updates to be accepted again");
      for (String link : acknowledged) {
        assertThat(host.http().get(link).status()).as(link).isEqualTo(200);
      }
    }
  }

  private static void fillUp(TestHost host, List<String> acknowledged, AtomicLong lastSuccess)
      throws IOException {
    while (true) {
      String link = link(acknowledged.size());
      Answer answer = host.http().post(LedgerService.FACTORY_LINK, body(link, "birth"));
      if (answer.status() != 200) {
        saysWhatToDo(answer);
        return;
      }
      acknowledged.add(link);
      lastSuccess.set(System.nanoTime());
    }
  }

  @Test
  void diskWithoutRoomForAnythingIsNamedAtTheFirstStart() throws Exception {
    fill(directory.resolve("filler"));
    Path data = Files.createDirectories(directory.resolve("data"));
    assertThatThrownBy(() -> TestHost.builder().sandbox(data).start())
        .hasStackTraceContaining(data.toString())
        .hasStackTraceContaining("free space on that disk or enlarge it");
  }

  private static void readsGoOnAndUpdatesAreRefused(TestHost host) throws IOException {
    for (int i = 0; i < DOCUMENTS; i++) {
      Answer read = host.http().get(link(i));
      assertThat(read.status()).as(read.toString()).isEqualTo(200);
      assertThat(read.as(LedgerState.class).marks).containsExactly("birth");
    }
    assertThat(host.http().patch(link(1), "{\"mark\":\"later\"}").status()).isEqualTo(507);
  }

  private static void saysWhatToDo(Answer answer) {
    assertThat(answer.status()).as(answer.toString()).isEqualTo(507);
    assertThat(answer.header("retry-after")).isNotNull();
    assertThat(answer.json().path("message").asString()).contains("diskReserve", "Free space");
  }

  private static String link(int number) {
    return LedgerService.FACTORY_LINK + "/" + number;
  }

  private static String body(String link, String mark) {
    // Such as does not compress, so that the figures are those of the disk.
    byte[] random = new byte[BALLAST_BYTES / 4 * 3];
    ThreadLocalRandom.current().nextBytes(random);
    return "{\"mark\":\"%s\",\"documentSelfLink\":\"%s\",\"ballast\":\"%s\"}"
        .formatted(mark, link, Base64.getEncoder().encodeToString(random));
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
