// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import static io.cairn.store.TestPartition.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cairn.document.ServiceDocumentDescription;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.store.disk.StoreCorruptedException;
import io.cairn.store.disk.StoreException;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.search.DocumentSearch;
import io.cairn.store.search.SearchResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreLimitsTest {
  private final TestPartition partition = new TestPartition();
  @TempDir private Path directory;

  @AfterEach
  void closePool() {
    partition.close();
  }

  @Test
  void backlogIsBoundedHoweverFastVersionsAreApplied() {
    StoreOptions options =
        TestPartition.QUIET.with(it -> it.maxPendingCount(100).maxPendingBytes(1 << 20));
    try (DocumentStore store = partition.open(directory, options)) {
      for (int i = 1; i <= 5_000; i++) {
        store.apply(i, version("/a/" + i, 0));
        assertThat(store.backlogCount()).isLessThanOrEqualTo(100);
      }
      assertThat(store.latest("/a/1")).isNotNull();
      assertThat(store.latest("/a/5000")).isNotNull();
      store.refresh();
      assertThat(store.backlogCount()).isZero();
      assertThat(store.backlogBytes()).isZero();
      assertThat(store.isBacklogCrowded()).isFalse();
    }
  }

  @Test
  void crowdedBacklogSaysSoBeforeApplyBlocks() {
    StoreOptions options =
        TestPartition.QUIET.with(it -> it.maxPendingCount(1_000_000).maxPendingBytes(10_000));
    AtomicBoolean held = new AtomicBoolean();
    try (DocumentStore store = partition.open(directory, options)) {
      // The indexing thread is busy elsewhere, so that nothing drains.
      partition.pool.index(() -> await().untilTrue(held));
      int applied = 0;
      while (!store.isBacklogCrowded()) {
        store.apply(++applied, version("/a/" + applied, 0));
      }
      assertThat(store.backlogBytes()).isBetween(7_500L, 10_000L);
      held.set(true);
    }
  }

  @Test
  void versionsBeyondTheRetentionLimitAreDroppedDownToTheFloor() {
    ServiceDocumentDescription description =
        ServiceDocumentDescription.Builder.create().buildDescription(Person.class);
    description.versionRetentionLimit = 10;
    description.versionRetentionFloor = 4;
    partition.kinds.put(Person.KIND, description);
    try (DocumentStore store = partition.open(directory)) {
      for (int i = 0; i < 10; i++) {
        store.apply(i + 1, TestPartition.typed(Person.KIND, "/a", i, "{}"));
        store.refresh();
      }
      assertThat(store.versions("/a")).hasSize(10);
      store.apply(11, TestPartition.typed(Person.KIND, "/a", 10, "{}"));
      assertThat(store.versions("/a"))
          .extracting(DocumentVersion::version)
          .containsExactly(7L, 8L, 9L, 10L);
      for (int i = 11; i < 16; i++) {
        store.apply(i + 1, TestPartition.typed(Person.KIND, "/a", i, "{}"));
      }
      assertThat(store.versions("/a")).hasSize(9);
      store.apply(17, TestPartition.typed(Person.KIND, "/a", 16, "{}"));
      assertThat(store.versions("/a"))
          .extracting(DocumentVersion::version)
          .containsExactly(13L, 14L, 15L, 16L);
    }
  }

  @Test
  void fullDiskFailsTheStoreAndLosesNothingThatWasCommitted() {
    AtomicBoolean full = new AtomicBoolean();
    DocumentStore store = partition.open(directory, FaultyDisk.fullWhen(full));
    store.apply(1, version("/a", 0));
    store.commit();
    full.set(true);
    store.apply(2, version("/a", 1));
    assertThatThrownBy(store::commit)
        .isInstanceOf(StoreException.class)
        .isNotInstanceOf(StoreCorruptedException.class)
        .hasMessageContaining("No space left");
    assertThat(store.state()).isEqualTo(DocumentStore.State.FAILED);
    assertThat(store.failure()).hasMessageContaining(directory.toString());
    assertThatThrownBy(() -> store.apply(3, version("/a", 2))).isInstanceOf(StoreException.class);
    store.close();
    full.set(false);
    try (DocumentStore again = partition.open(directory)) {
      assertThat(again.committedIndex()).isEqualTo(1);
      again.apply(2, version("/a", 1));
      again.apply(3, version("/a", 2));
      assertThat(again.latest("/a").version()).isEqualTo(2);
    }
  }

  @Test
  void damageFoundWhileRunningFailsTheStore() {
    AtomicBoolean damaged = new AtomicBoolean();
    DocumentStore store = partition.open(directory, FaultyDisk.damagedWhen(damaged));
    store.apply(1, version("/a", 0));
    store.commit();
    damaged.set(true);
    store.apply(2, version("/b", 0));
    assertThatThrownBy(store::refresh)
        .isInstanceOf(StoreCorruptedException.class)
        .hasMessageContaining(directory.toString());
    assertThat(store.state()).isEqualTo(DocumentStore.State.FAILED);
    assertThatThrownBy(() -> store.apply(3, version("/c", 0)))
        .isInstanceOf(StoreCorruptedException.class);
    assertThat(store.latest("/b")).isNotNull();
    store.close();
  }

  @Test
  void closedStoreRefusesEverything() {
    DocumentStore store = partition.open(directory);
    store.close();
    store.close();
    assertThatIllegalStateException().isThrownBy(() -> store.apply(1, version("/a", 0)));
    assertThatIllegalStateException().isThrownBy(() -> store.latest("/a"));
    assertThatIllegalStateException().isThrownBy(store::commit);
    assertThat(store.state()).isEqualTo(DocumentStore.State.CLOSED);
  }

  @Test
  void snapshotIsAStoreOfItsOwnWhateverTheOriginalDoesNext() throws Exception {
    Path target = directory.resolve("copy");
    try (DocumentStore store = partition.open(directory.resolve("store"))) {
      store.apply(1, version("/a", 0));
      store.apply(2, version("/b", 0));
      StoreSnapshot snapshot = store.snapshot();
      for (int i = 3; i < 50; i++) {
        store.apply(i, version("/a", i));
        store.commit();
      }
      assertThat(snapshot.index()).isEqualTo(2);
      snapshot.linkInto(target);
      assertThat(Files.exists(target.resolve(snapshot.files().getFirst()))).isTrue();
      snapshot.close();
    }
    try (DocumentStore copy = partition.open(target)) {
      assertThat(copy.committedIndex()).isEqualTo(2);
      assertThat(copy.latest("/a").version()).isZero();
      assertThat(copy.latest("/b")).isNotNull();
    }
  }

  @Test
  void everythingAppliedBeforeAQueryIsSeenWhileWritersGoOn() throws Exception {
    try (DocumentStore store =
        partition.open(
            directory,
            StoreOptions.defaults()
                .with(it -> it.refreshIntervalMillis(20).commitIntervalMillis(50)))) {
      AtomicLong applied = new AtomicLong();
      AtomicBoolean stop = new AtomicBoolean();
      try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
        Future<?> writer =
            threads.submit(
                () -> {
                  for (long i = 1; !stop.get(); i++) {
                    store.apply(i, version("/a/" + i % 97, i));
                    applied.set(i);
                  }
                });
        List<Future<?>> readers = new ArrayList<>();
        for (int reader = 0; reader < 2; reader++) {
          readers.add(threads.submit(() -> readersSeeWhatWasApplied(store, applied)));
        }
        for (Future<?> reader : readers) {
          reader.get();
        }
        stop.set(true);
        writer.get();
      }
    }
  }

  private static void readersSeeWhatWasApplied(DocumentStore store, AtomicLong applied) {
    QuerySpecification specification = new QuerySpecification();
    DocumentSearch search = DocumentSearch.over(List.of(store));
    for (int round = 0; round < 150; round++) {
      long known = applied.get();
      if (known > 97) {
        String link = "/a/" + known % 97;
        assertThat(store.latest(link).version()).isGreaterThanOrEqualTo(known);
        specification.query =
            Query.Builder.create().addFieldClause("documentSelfLink", link).build();
        try (SearchResult result = search.search(specification)) {
          assertThat(result.hits()).hasSize(1);
          assertThat(result.hits().getFirst().version()).isGreaterThanOrEqualTo(known);
        }
      }
    }
  }

  @Test
  void newFieldNamesBeyondTheBoundAreStoredAndRefusedInQueries() {
    try (DocumentStore store = partition.open(directory, TestPartition.QUIET.withMaxFields(20))) {
      for (int i = 0; i < 100; i++) {
        store.apply(i + 1, version("/a/" + i, 0, "{\"field" + i + "\":\"x\"}"));
      }
      store.refresh();
      assertThat(store.state()).isEqualTo(DocumentStore.State.OPEN);
      assertThat(store.latest("/a/99")).isNotNull();
      QuerySpecification late = new QuerySpecification();
      late.query = Query.Builder.create().addFieldClause("field99", "x").build();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> DocumentSearch.over(List.of(store)).search(late))
          .withMessageContaining("field99 is not indexed in all documents")
          .withMessageContaining("FIXED_ITEM_NAME");
    }
  }

  @Test
  void backgroundCommitsComeByThemselves() {
    try (DocumentStore store =
        partition.open(
            directory,
            StoreOptions.defaults()
                .with(it -> it.refreshIntervalMillis(10).commitIntervalMillis(20)))) {
      store.apply(1, version("/a", 0));
      await().until(() -> store.committedIndex() == 1 && store.backlogCount() == 0);
    }
  }
}
