// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cairn.store.disk.StoreDirectory;
import io.cairn.store.disk.StoreException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store on a disk that has no room for a while. */
class StoreRoomTest {

  @TempDir Path directory;

  private final TestPartition partition = new TestPartition();
  private final AtomicBoolean full = new AtomicBoolean();

  @AfterEach
  void close() {
    partition.close();
  }

  @Test
  void fullDiskMakesTheIndexWaitWhileDocumentsAreReadAndItGoesOnByItself() {
    DocumentStore store = partition.open(directory, FaultyDisk.scarceWhen(full));
    store.apply(1, TestPartition.version("/a", 0));
    store.commit();
    full.set(true);
    store.apply(2, TestPartition.version("/a", 1));
    CompletableFuture<Long> commit = CompletableFuture.supplyAsync(store::commit);
    await().until(() -> store.runtime().isWaitingForRoom());

    assertThat(store.latest("/a").version()).isEqualTo(1);
    assertThat(store.state()).isEqualTo(DocumentStore.State.OPEN);
    assertThatThrownBy(store::refresh)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("waits for room")
        .hasMessageContaining("Free space");
    assertThat(commit).isNotDone();

    full.set(false);
    assertThat(commit.join()).isEqualTo(2);
    store.refresh();
    store.close();
  }

  @Test
  void storeOnAFullDiskIsClosedWithoutWaitingAndKeepsItsLastCommit() {
    DocumentStore store = partition.open(directory, FaultyDisk.scarceWhen(full));
    store.apply(1, TestPartition.version("/a", 0));
    store.commit();
    full.set(true);
    store.apply(2, TestPartition.version("/a", 1));
    CompletableFuture<Long> commit = CompletableFuture.supplyAsync(store::commit);
    await().until(() -> store.runtime().isWaitingForRoom());
    store.close();
    await().until(commit::isCompletedExceptionally);

    full.set(false);
    DocumentStore again = partition.open(directory);
    assertThat(again.committedIndex()).isEqualTo(1);
    assertThat(again.latest("/a").version()).isZero();
    again.close();
  }

  @Test
  void nearlyFullDiskBringsCommitsForward() {
    DocumentStore store =
        partition.open(
            directory,
            TestPartition.QUIET.with(
                it -> it.refreshIntervalMillis(100).commitIntervalMillis(3_600_000)));
    partition.free.set(4 << 20);
    String json = "{\"text\":\"" + "x".repeat(30_000) + "\"}";
    for (int i = 1; i <= 20; i++) {
      store.apply(i, TestPartition.version("/" + i, 0, json));
    }
    await().until(() -> store.committedIndex() > 0);
    store.close();
  }

  @Test
  void transferThatDoesNotFitLeavesNothing() throws IOException {
    DocumentStore source = partition.open(directory.resolve("source"));
    source.apply(1, TestPartition.version("/a", 0));
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    try (StoreTransfer transfer = source.transferSince(0)) {
      transfer.write(stream);
    }
    DocumentStore target = partition.open(directory.resolve("target"));
    partition.free.set(1 << 20);
    assertThatThrownBy(() -> target.receive(new ByteArrayInputStream(stream.toByteArray())))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no room");
    assertThat(Files.exists(directory.resolve("target").resolve(StoreDirectory.INCOMING)))
        .isFalse();
    partition.free.set(Long.MAX_VALUE);
    target.install(
        target.prepare(target.receive(new ByteArrayInputStream(stream.toByteArray())), 0));
    assertThat(target.latest("/a")).isNotNull();
    source.close();
    target.close();
  }
}
