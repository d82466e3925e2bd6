// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.cairn.testkit.LedgerService.LedgerState;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files that were truncated, damaged or removed while the host was down: it refuses to start, names
 * what is wrong, leaves the documents' files as they are, and serves everything again once the
 * damaged ones are back. (The log may grow by what a start writes behind its end.)
 */
class DamagedFilesTest {

  private static final int DOCUMENTS = 64;

  @TempDir Path directory;

  /** Files of values that have changed since their segment was written. */
  private static final Pattern VALUES =
      Pattern.compile("(?<segment>.*/_[0-9a-z]+)_(?<generation>[0-9a-z]+)(\\.fnm|_.*)");

  private Path data;
  private TestHost host;

  @BeforeEach
  void writeAndStop() throws IOException {
    data = directory.resolve("data");
    host = TestHost.builder().sandbox(data).services(new LedgerService.Setup()).start();
    for (int i = 0; i < DOCUMENTS; i++) {
      String body = "{\"mark\":\"m%d\",\"documentSelfLink\":\"%d\"}".formatted(i, i);
      assertThat(host.http().post(LedgerService.FACTORY_LINK, body).status()).isEqualTo(200);
    }
    host.restart();
    for (int i = 0; i < DOCUMENTS; i++) {
      assertThat(host.http().patch(link(i), "{\"mark\":\"again\"}").status()).isEqualTo(200);
    }
    host.stop();
  }

  @AfterEach
  void stop() {
    host.close();
  }

  private static String link(int number) {
    return LedgerService.FACTORY_LINK + "/" + number;
  }

  @Test
  void truncatedLogIsRefused() throws IOException {
    Path segment = largest(data.resolve("log"), name -> true);
    refused(() -> truncate(segment, 100), "cut short");
  }

  @Test
  void flippedBitInTheLogIsRefused() throws IOException {
    Path segment = largest(data.resolve("log"), name -> true);
    refused(() -> flip(segment, 2_000), segment.getFileName().toString());
  }

  @Test
  void missingLogIsRefused() throws IOException {
    refused(() -> remove(data.resolve("log")), "log");
  }

  @Test
  void truncatedIndexFileIsRefused() throws IOException {
    Path file = largest(partition(), name -> name.endsWith(".cfs") || name.endsWith(".fdt"));
    refused(() -> truncate(file, Files.size(file) / 2), partition().toString());
  }

  @Test
  void flippedBitInTheIndexIsRefused() throws IOException {
    Path file = largest(partition(), name -> name.endsWith(".cfs") || name.endsWith(".fdt"));
    refused(() -> flip(file, Files.size(file) / 2), partition().toString());
  }

  @Test
  void missingCommitOfTheIndexIsRefused() throws IOException {
    Path file = largest(partition(), name -> name.startsWith("segments_"));
    refused(() -> Files.delete(file), partition().toString());
  }

  @Test
  void missingIndexDirectoryIsRefused() throws IOException {
    refused(() -> remove(partition().resolve("index")), partition().toString());
  }

  @Test
  void nothingIsLostWhenAWholePartitionIsRemoved() throws IOException {
    Path kept = directory.resolve("kept");
    Files.move(partition(), kept);
    Throwable refusal = catchThrowable(host::start);
    if (refusal == null) {
      everythingIsThere(); // rebuilt from the log, which still holds all
      return;
    }
    assertThat(refusal).hasStackTraceContaining(partition().getFileName().toString());
    host.stop();
    remove(partition());
    Files.move(kept, partition());
    host.start();
    everythingIsThere();
  }

  private interface Damage {
    void doIt() throws IOException;
  }

  private void refused(Damage damage, String named) throws IOException {
    Path backup = directory.resolve("backup");
    copy(data, backup);
    damage.doIt();
    Map<String, Integer> before = contents(data.resolve("documents"));

    Throwable refusal = catchThrowable(host::start);

    assertThat(refusal)
        .isNotNull()
        .hasStackTraceContaining(named)
        .hasMessageMatching("(?si).*(restore|backup).*");
    Map<String, Integer> after = contents(data.resolve("documents"));
    assertThat(changes(before, after))
        .allMatch(name -> !after.containsKey(name) && isReplaced(name, before.keySet()));
    remove(data);
    copy(backup, data);
    host.start();
    everythingIsThere();
  }

  private void everythingIsThere() throws IOException {
    for (int i = 0; i < DOCUMENTS; i++) {
      LedgerState state = host.http().get(link(i)).as(LedgerState.class);
      assertThat(state.marks).containsExactly("m" + i, "again");
    }
    assertThat(host.http().patch(link(0), "{\"mark\":\"after\"}").status()).isEqualTo(200);
  }

  /** The partition with the most in it. */
  private Path partition() {
    Path index = largest(data.resolve("documents"), name -> name.endsWith(".cfs")).getParent();
    return index.getParent();
  }

  private static Path largest(Path below, Predicate<String> names) {
    try (Stream<Path> files = Files.walk(below)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> names.test(file.getFileName().toString()))
          .max((a, b) -> Long.compare(size(a), size(b)))
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void truncate(Path file, long length) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.setLength(length);
    }
  }

  private static void flip(Path file, long at) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.seek(at);
      int old = open.read();
      open.seek(at);
      open.write(old ^ 0x10);
    }
  }

  private static void remove(Path path) {
    if (Files.exists(path)) {
      TemporaryDirectory.delete(path);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes any)
              throws IOException {
            Files.createDirectories(to.resolve(from.relativize(dir)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes any) throws IOException {
            Files.copy(file, to.resolve(from.relativize(file)));
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static Set<String> changes(Map<String, Integer> before, Map<String, Integer> after) {
    Set<String> changed = new TreeSet<>(before.keySet());
    changed.addAll(after.keySet());
    changed.removeIf(name -> Objects.equals(before.get(name), after.get(name)));
    return changed;
  }

  /**
   * Whether a file has values of a segment that later ones have replaced before the host was
   * stopped. If a search still held it then, it lies there until the next start, which removes it.
   */
  private static boolean isReplaced(String name, Collection<String> all) {
    Matcher values = VALUES.matcher(name);
    return values.matches()
        && all.stream()
            .map(VALUES::matcher)
            .filter(Matcher::matches)
            .filter(other -> other.group("segment").equals(values.group("segment")))
            .anyMatch(other -> generation(other) > generation(values));
  }

  private static long generation(Matcher values) {
    return Long.parseLong(values.group("generation"), Character.MAX_RADIX);
  }

  /** A sum per file; lock files come and go with each process. */
  private static Map<String, Integer> contents(Path below) throws IOException {
    Map<String, Integer> sums = new TreeMap<>();
    try (Stream<Path> files = Files.walk(below)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!file.getFileName().toString().endsWith("lock")) {
          sums.put(below.relativize(file).toString(), Arrays.hashCode(Files.readAllBytes(file)));
        }
      }
    }
    return sums;
  }
}
