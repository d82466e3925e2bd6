// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lines of the audit: what is written is read once, in order, through restarts. */
class AuditFileTest {

  private static final long LIMIT = 8 * 1024;

  @TempDir private Path directory;

  private static List<String> numbered(int from, int to) {
    List<String> lines = new ArrayList<>();
    for (int i = from; i < to; i++) {
      lines.add("{\"n\":%06d,\"filler\":\"%s\"}".formatted(i, "x".repeat(60)));
    }
    return lines;
  }

  private static List<String> takeAll(AuditFile file) throws IOException {
    List<String> taken = new ArrayList<>();
    AuditFile.Chunk chunk = file.next(3);
    while (!chunk.lines().isEmpty()) {
      taken.addAll(chunk.lines());
      file.delivered(chunk.end());
      chunk = file.next(3);
    }
    return taken;
  }

  @Test
  void givesEachLineOnceInOrderAlsoAfterARestart() throws IOException {
    try (AuditFile file = new AuditFile(directory, LIMIT)) {
      for (String line : numbered(0, 30)) {
        assertThat(file.append(List.of(line))).isZero();
      }
      AuditFile.Chunk first = file.next(10);
      assertThat(first.lines()).isEqualTo(numbered(0, 10));
      file.delivered(first.end());
    }
    try (AuditFile file = new AuditFile(directory, LIMIT)) {
      assertThat(file.append(numbered(30, 40))).isZero();

      assertThat(takeAll(file)).isEqualTo(numbered(10, 40));
      assertThat(file.isDelivered()).isTrue();
    }
    try (AuditFile file = new AuditFile(directory, LIMIT)) {
      assertThat(takeAll(file)).isEmpty();
    }
  }

  @Test
  void isBoundedAndSaysHowManyRecordsHadToGoUntaken() throws IOException {
    try (AuditFile file = new AuditFile(directory, LIMIT)) {
      long gone = 0;
      for (String line : numbered(0, 500)) {
        gone += file.append(List.of(line));
      }

      assertThat(bytes()).isLessThanOrEqualTo(LIMIT);
      List<String> left = takeAll(file);
      assertThat(gone).isPositive();
      assertThat(left).isEqualTo(numbered((int) gone, 500));
    }
  }

  @Test
  void whatWasTakenGoesUncounted() throws IOException {
    try (AuditFile file = new AuditFile(directory, LIMIT)) {
      for (String line : numbered(0, 500)) {
        assertThat(file.append(List.of(line))).isZero();
        assertThat(takeAll(file)).hasSize(1);
      }
    }
  }

  @Test
  void aTornLineSpoilsNoOther() throws IOException {
    try (AuditFile file = new AuditFile(directory, LIMIT)) {
      file.append(numbered(0, 2));
    }
    Files.writeString(directory.resolve(AuditFile.CURRENT), "{\"n\":00", StandardOpenOption.APPEND);
    try (AuditFile file = new AuditFile(directory, LIMIT)) {
      file.append(numbered(2, 4));

      List<String> lines = takeAll(file);
      assertThat(lines).hasSize(5).containsAll(numbered(0, 4)).contains("{\"n\":00");
    }
  }

  @Test
  void goesOnWhenSomebodyHasTakenTheFileAway() throws IOException {
    try (AuditFile file = new AuditFile(directory, LIMIT)) {
      file.append(numbered(0, 3));
      assertThat(takeAll(file)).hasSize(3);
      Files.delete(directory.resolve(AuditFile.CURRENT));

      file.append(numbered(3, 6));

      assertThat(takeAll(file)).isEqualTo(numbered(3, 6));
    }
  }

  @Test
  void whatIsNoLineIsPassedOver() throws IOException {
    Files.write(directory.resolve(AuditFile.CURRENT), new byte[600_000]);
    try (AuditFile file = new AuditFile(directory, 8 << 20)) {
      file.append(numbered(0, 3));

      assertThat(takeAll(file)).containsAll(numbered(0, 3));
      assertThat(file.isDelivered()).isTrue();
    }
  }

  @Test
  void isReadByItsOwnerOnly() throws IOException {
    try (AuditFile file = new AuditFile(directory.resolve("own"), LIMIT)) {
      for (String line : numbered(0, 50)) {
        file.append(List.of(line));
        takeAll(file);
      }
    }
    try (Stream<Path> files = Files.list(directory.resolve("own"))) {
      assertThat(files.toList())
          .hasSizeGreaterThan(2)
          .allSatisfy(
              file ->
                  assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                      .isEqualTo("rw-------"));
    }
  }

  private long bytes() throws IOException {
    long sum = 0;
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(it -> it.toString().endsWith(".jsonl")).toList()) {
        sum += Files.size(file);
      }
    }
    return sum;
  }
}
