// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.store.disk.StoreCorruptedException;
import io.cairn.store.disk.StoreMarker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorruptionTest {
  private final TestPartition partition = new TestPartition();
  @TempDir private Path root;
  private int copies;

  @AfterEach
  void closePool() {
    partition.close();
  }

  private Path wholeStore() {
    Path directory = root.resolve("whole");
    try (DocumentStore store = partition.open(directory)) {
      long index = 0;
      for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 200; i++) {
          store.apply(++index, TestPartition.version("/a/" + i, round));
        }
        store.commit();
      }
    }
    return directory;
  }

  private Path copy(Path from) throws IOException {
    Path to = root.resolve("copy" + ++copies);
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
    return to;
  }

  private static List<Path> indexFiles(Path store) throws IOException {
    try (Stream<Path> files = Files.list(store.resolve("index"))) {
      return files.filter(file -> !file.endsWith("write.lock")).sorted().toList();
    }
  }

  private void assertRefused(Path directory, StoreOptions options, String what) {
    assertThatThrownBy(() -> partition.open(directory, options).close())
        .as(what)
        .isInstanceOf(StoreCorruptedException.class)
        .hasMessageContaining(directory.toString())
        .hasMessageContaining("restore");
  }

  private void eachFile(StoreOptions options, Damage damage) throws IOException {
    Path whole = wholeStore();
    List<String> names = new ArrayList<>();
    for (Path file : indexFiles(whole)) {
      names.add(file.getFileName().toString());
    }
    assertThat(names).hasSizeGreaterThan(3).anyMatch(name -> name.startsWith("segments_"));
    for (String name : names) {
      Path store = copy(whole);
      damage.apply(store.resolve("index").resolve(name));
      List<Path> before = indexFiles(store);
      assertRefused(store, options, name);
      assertThat(indexFiles(store)).isEqualTo(before);
    }
  }

  private interface Damage {
    void apply(Path file) throws IOException;
  }

  @Test
  void missingFileIsNoticed() throws IOException {
    eachFile(TestPartition.QUIET, Files::delete);
  }

  @Test
  void truncatedFileIsNoticed() throws IOException {
    eachFile(
        TestPartition.QUIET,
        file -> {
          byte[] bytes = Files.readAllBytes(file);
          Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length * 2 / 3));
        });
  }

  @Test
  void flippedByteIsNoticedWhenChecksumsAreVerified() throws IOException {
    eachFile(
        TestPartition.QUIET.withVerification(StoreOptions.Verification.CHECKSUMS),
        file -> {
          byte[] bytes = Files.readAllBytes(file);
          bytes[bytes.length / 2] ^= 0x10;
          Files.write(file, bytes);
        });
  }

  @Test
  void emptiedFileIsNoticed() throws IOException {
    eachFile(TestPartition.QUIET, file -> Files.write(file, new byte[0]));
  }

  private static void deleteTree(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void vanishedIndexDirectoryIsNotTakenForANewStore() throws IOException {
    Path store = wholeStore();
    deleteTree(store.resolve("index"));
    assertRefused(store, TestPartition.QUIET, "directory");
    Files.createDirectory(store.resolve("index"));
    assertRefused(store, TestPartition.QUIET, "empty directory");
  }

  @Test
  void vanishedMarkerIsNoticed() throws IOException {
    Path store = wholeStore();
    Files.delete(store.resolve("store.properties"));
    assertRefused(store, TestPartition.QUIET, "marker");
  }

  @Test
  void indexOfAnotherStoreIsNoticed() throws IOException {
    Path one = wholeStore();
    Path other = root.resolve("other");
    partition.open(other).close();
    Files.copy(
        other.resolve("store.properties"),
        one.resolve("store.properties"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertRefused(one, TestPartition.QUIET, "store id");
  }

  @Test
  void lostNewestCommitIsNoticedAlthoughAnOlderOneIsThere() throws IOException {
    Path directory = root.resolve("held");
    try (DocumentStore store = partition.open(directory)) {
      store.apply(1, TestPartition.version("/a", 0));
      StoreSnapshot held = store.snapshot();
      store.apply(2, TestPartition.version("/a", 1));
      store.commit();
      Path image = copy(directory);
      held.close();
      List<Path> commits =
          indexFiles(image).stream()
              .filter(file -> file.getFileName().toString().startsWith("segments_"))
              .toList();
      assertThat(commits).hasSize(2);
      Files.delete(commits.getLast());
      assertRefused(image, TestPartition.QUIET, "newest commit");
    }
  }

  @Test
  void storeWhoseCreationWasInterruptedIsMadeAnew() throws IOException {
    Path directory = root.resolve("young");
    Files.createDirectories(directory.resolve("index"));
    StoreMarker.creating(5).write(directory);
    Files.write(directory.resolve("index").resolve("segments_1"), new byte[] {1, 2});
    try (DocumentStore store = partition.open(directory)) {
      store.apply(1, TestPartition.version("/a", 0));
      assertThat(store.commit()).isEqualTo(1);
    }
    try (DocumentStore store = partition.open(directory)) {
      assertThat(store.latest("/a")).isNotNull();
    }
  }
}
