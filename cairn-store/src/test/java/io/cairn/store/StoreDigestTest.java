// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.store.disk.StoreCorruptedException;
import io.cairn.store.disk.StoreDirectory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stores that hold the same documents have the same digest; damage does not go unnoticed. */
class StoreDigestTest {

  private static final long FAST = 1L << 40;

  @TempDir Path directory;

  private final TestPartition partition = new TestPartition();

  @AfterEach
  void close() {
    partition.close();
  }

  private static StoreDigest await(CompletableFuture<StoreDigest> digest) {
    return digest.orTimeout(30, TimeUnit.SECONDS).join();
  }

  private static void fill(DocumentStore store, Runnable between) {
    for (int i = 1; i <= 200; i++) {
      store.apply(i, TestPartition.version("/d/" + i % 50, i / 50));
      if (i % 40 == 0) {
        between.run();
      }
    }
    store.applyPurge(201, "/d/7");
    store.apply(202, TestPartition.tombstone("/d/8", 9));
  }

  @Test
  void digestsAgreeHoweverTheDocumentsLie() throws IOException {
    try (DocumentStore one = partition.open(directory.resolve("one"));
        DocumentStore other = partition.open(directory.resolve("other"));
        DocumentStore filled = partition.open(directory.resolve("filled"))) {
      fill(one, () -> {});
      fill(other, other::commit);
      StoreDigest digest = await(one.applyDigest(203, FAST));
      assertThat(digest.index()).isEqualTo(203);
      assertThat(digest.documents()).isEqualTo(49);
      assertThat(await(other.applyDigest(203, FAST))).isEqualTo(digest);

      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (StoreTransfer transfer = one.transferSince(0)) {
        transfer.write(bytes);
      }
      filled.install(
          filled.prepare(filled.receive(new java.io.ByteArrayInputStream(bytes.toByteArray())), 0));
      assertThat(await(filled.applyDigest(204, FAST)).text()).isEqualTo(digest.text());
    }
  }

  @Test
  void whatIsAppliedBehindTheEntryDoesNotCount() {
    try (DocumentStore one = partition.open(directory.resolve("one"));
        DocumentStore other = partition.open(directory.resolve("other"))) {
      fill(one, () -> {});
      fill(other, () -> {});
      CompletableFuture<StoreDigest> hurried = one.applyDigest(203, FAST);
      for (int i = 0; i < 100; i++) {
        one.apply(204 + i, TestPartition.version("/later/" + i, 0));
      }
      one.refresh();
      assertThat(await(hurried)).isEqualTo(await(other.applyDigest(203, FAST)));
      assertThat(one.latest("/later/99")).isNotNull();
      assertThat(await(one.applyDigest(304, FAST)).documents()).isEqualTo(149);
    }
  }

  @Test
  void anotherVersionOrContentGivesAnotherDigest() {
    try (DocumentStore one = partition.open(directory.resolve("one"));
        DocumentStore other = partition.open(directory.resolve("other"))) {
      one.apply(1, TestPartition.version("/d/1", 0, "{\"count\":1}"));
      other.apply(1, TestPartition.version("/d/1", 0, "{\"count\":2}"));
      assertThat(await(one.applyDigest(2, FAST)).text())
          .isNotEqualTo(await(other.applyDigest(2, FAST)).text());
    }
  }

  @Test
  void aFlippedByteInALargeFileIsFound() throws IOException {
    Path path = directory.resolve("store");
    try (DocumentStore store = partition.open(path)) {
      for (int i = 1; i <= 4_000; i++) {
        store.apply(i, TestPartition.version("/d/" + i, 0, "{\"count\":\"" + i * 7919L + "\"}"));
      }
      store.commit();
    }
    flip(largest(path.resolve(StoreDirectory.INDEX)));
    try (DocumentStore store = partition.open(path)) { // footers are right, so it opens
      CompletableFuture<StoreDigest> digest = store.applyDigest(4_001, FAST);
      assertThatThrownBy(() -> await(digest))
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(StoreCorruptedException.class);
      assertThat(store.state()).isEqualTo(DocumentStore.State.FAILED);
      assertThat(store.failure()).isInstanceOf(StoreCorruptedException.class);
    }
  }

  private static Path largest(Path index) throws IOException {
    try (Stream<Path> files = Files.list(index)) {
      return files.max(Comparator.comparingLong(file -> file.toFile().length())).orElseThrow();
    }
  }

  private static void flip(Path file) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      long at = bytes.length() / 2;
      assertThat(bytes.length()).isGreaterThan(64 * 1024);
      bytes.seek(at);
      int old = bytes.read();
      bytes.seek(at);
      bytes.write(old ^ 1);
    }
  }
}
