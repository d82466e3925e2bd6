// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import static io.cairn.store.TestPartition.expiring;
import static io.cairn.store.TestPartition.text;
import static io.cairn.store.TestPartition.tombstone;
import static io.cairn.store.TestPartition.version;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.store.index.DocumentVersion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentStoreTest {
  private final TestPartition partition = new TestPartition();
  @TempDir private Path directory;

  @AfterEach
  void closePool() {
    partition.close();
  }

  @Test
  void appliedVersionIsReadAtOnceAndAfterItWasIndexed() {
    try (DocumentStore store = partition.open(directory)) {
      store.apply(1, version("/a", 0, "{\"name\":\"one\"}"));
      assertThat(text(store.latest("/a"))).isEqualTo("{\"name\":\"one\"}");
      store.refresh();
      assertThat(store.backlogCount()).isZero();
      assertThat(store.latest("/a")).isEqualTo(store.version("/a", 0));
      assertThat(store.latest("/b")).isNull();
    }
  }

  @Test
  void everyVersionIsKeptAndReadableByNumber() {
    try (DocumentStore store = partition.open(directory)) {
      store.apply(1, version("/a", 0));
      store.apply(2, version("/a", 1));
      store.refresh();
      store.apply(3, version("/a", 2));
      store.apply(4, version("/a", 3));
      assertThat(store.versions("/a"))
          .extracting(DocumentVersion::version)
          .containsExactly(0L, 1L, 2L, 3L);
      assertThat(text(store.version("/a", 1))).isEqualTo("{\"count\":1}");
      assertThat(store.version("/a", 4)).isNull();
      assertThat(store.latest("/a").version()).isEqualTo(3);
    }
  }

  @Test
  void closedStoreReopensWithAllItsDocuments() {
    try (DocumentStore store = partition.open(directory)) {
      for (int i = 1; i <= 100; i++) {
        store.apply(i, version("/a/" + i % 10, i));
      }
    }
    try (DocumentStore store = partition.open(directory)) {
      assertThat(store.committedIndex()).isEqualTo(100);
      assertThat(store.appliedIndex()).isEqualTo(100);
      assertThat(store.latest("/a/3").version()).isEqualTo(93);
      assertThat(store.versions("/a/3")).hasSize(10);
    }
  }

  @Test
  void storeAbandonedBeforeACommitSaysFromWhereToReplay() {
    DocumentStore store = partition.open(directory);
    store.apply(1, version("/a", 0));
    assertThat(store.commit()).isEqualTo(1);
    store.apply(2, version("/a", 1));
    store.refresh();
    store.abandon();
    try (DocumentStore again = partition.open(directory)) {
      assertThat(again.committedIndex()).isEqualTo(1);
      assertThat(again.latest("/a").version()).isZero();
      again.apply(1, version("/a", 77));
      again.apply(2, version("/a", 1));
      assertThat(again.versions("/a")).extracting(DocumentVersion::version).containsExactly(0L, 1L);
    }
  }

  @Test
  void searchesDoNotWaitForTheDiskUnderACommitAndTheCommitHoldsNothingLater() throws Exception {
    CountDownLatch committing = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    AtomicBoolean slow = new AtomicBoolean();
    DocumentStore store =
        partition.open(
            directory,
            FaultyDisk.syncingUntil(
                () -> {
                  if (slow.getAndSet(false)) {
                    committing.countDown();
                    awaitUninterruptibly(released);
                  }
                },
                ConcurrentHashMap.newKeySet()));
    store.apply(1, version("/a", 0));
    slow.set(true);
    CompletableFuture<Long> commit =
        CompletableFuture.supplyAsync(store::commit, Thread::startVirtualThread);
    assertThat(committing.await(10, SECONDS)).isTrue();

    store.apply(2, version("/b", 0));
    CompletableFuture<Void> search =
        CompletableFuture.runAsync(store::refresh, Thread::startVirtualThread);

    try {
      assertThat(search).succeedsWithin(Duration.ofSeconds(10));
    } finally {
      released.countDown();
    }
    assertThat(commit).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(1L);
    store.abandon();
    try (DocumentStore again = partition.open(directory)) {
      assertThat(again.committedIndex()).isEqualTo(1);
      assertThat(again.latest("/b")).isNull();
    }
  }

  @Test
  void entriesThatChangeNothingMoveTheCommitOn() {
    try (DocumentStore store = partition.open(directory)) {
      store.noteApplied(7);
      assertThat(store.appliedIndex()).isEqualTo(7);
      assertThat(store.commit()).isEqualTo(7);
    }
    try (DocumentStore store = partition.open(directory)) {
      assertThat(store.committedIndex()).isEqualTo(7);
    }
  }

  @Test
  void purgeRemovesAllVersionsAndTheDocumentCanBeginAnew() {
    try (DocumentStore store = partition.open(directory)) {
      store.apply(1, version("/a", 0));
      store.apply(2, version("/a", 1));
      store.refresh();
      store.apply(3, version("/a", 2));
      store.applyPurge(4, "/a");
      assertThat(store.latest("/a")).isNull();
      assertThat(store.versions("/a")).isEmpty();
      store.apply(5, version("/a", 0));
      store.applyPurge(6, "/a");
      store.apply(7, version("/a", 0, "{\"again\":1}"));
      assertThat(store.versions("/a")).hasSize(1);
      assertThat(text(store.latest("/a"))).isEqualTo("{\"again\":1}");
    }
  }

  @Test
  void deletedDocumentIsReadAsItsTombstone() {
    try (DocumentStore store = partition.open(directory)) {
      store.apply(1, version("/a", 0));
      store.apply(2, tombstone("/a", 1));
      assertThat(store.latest("/a").isTombstone()).isTrue();
      store.refresh();
      assertThat(store.latest("/a").isTombstone()).isTrue();
      assertThat(store.versions("/a")).hasSize(2);
    }
  }

  @Test
  void expiredDocumentVanishesAtOnce() {
    try (DocumentStore store = partition.open(directory)) {
      store.apply(1, expiring("/a", 0, 2_000_000));
      assertThat(store.latest("/a")).isNotNull();
      partition.now.set(2_000_000);
      assertThat(store.latest("/a")).isNull();
      assertThat(store.latestIncludingExpired("/a")).isNotNull();
      store.refresh();
      assertThat(store.latest("/a")).isNull();
      assertThat(store.latestIncludingExpired("/a")).isNotNull();
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
