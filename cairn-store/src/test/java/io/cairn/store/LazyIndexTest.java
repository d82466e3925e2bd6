// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import static io.cairn.store.TestPartition.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.store.disk.StoreRoom;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.search.DocumentSearch;
import io.cairn.store.search.SearchHit;
import io.cairn.store.search.SearchResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What waits for the index: how much of it, how long, and who sees it meanwhile. */
class LazyIndexTest {
  private static final String LARGE = "x".repeat(3_000);

  private final TestPartition partition = new TestPartition();
  private final AtomicLong nanos = new AtomicLong();
  private final StorePool pool = new StorePool(1, 1, StoreRoom.UNLIMITED, nanos::get);
  @TempDir private Path directory;

  @AfterEach
  void closePools() {
    partition.close();
    pool.close();
  }

  /** A store for which time passes when the test says so. */
  private DocumentStore openTimed() {
    return DocumentStore.open(
        directory, pool, StoreOptions.defaults(), partition.descriptions, partition.now::get);
  }

  /** Lets time pass; an entry of the log has the store look at it. */
  private void pass(DocumentStore store, int seconds) {
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    store.noteApplied(store.appliedIndex() + 1);
  }

  private static DocumentVersion large(String link, long version) {
    return version(link, version, "{\"text\":\"" + LARGE + "\",\"count\":" + version + "}");
  }

  private static PendingWrites.Queued queued(DocumentStore store) {
    return store.runtime().pending().queued();
  }

  private static List<Long> found(DocumentStore store, Query query, QueryOption... options) {
    QuerySpecification specification = new QuerySpecification();
    specification.query = query;
    specification.options.addAll(List.of(options));
    try (SearchResult result = DocumentSearch.over(List.of(store)).search(specification)) {
      assertThat(result.hits())
          .allSatisfy(hit -> assertThat(result.document(hit).version()).isEqualTo(hit.version()));
      return result.hits().stream().map(SearchHit::version).sorted().toList();
    }
  }

  private static Query of(String link) {
    return Query.Builder.create().addFieldClause("documentSelfLink", link).build();
  }

  @Test
  void whatIsPendingIsFoundByTheNextQuery() {
    try (DocumentStore store = openTimed()) {
      for (int i = 1; i <= 100; i++) {
        store.apply(i, version("/a", i));
      }
      assertThat(queued(store).links()).isEqualTo(1);
      assertThat(found(store, of("/a"))).containsExactly(100L);
      assertThat(queued(store)).isEqualTo(new PendingWrites.Queued(0, 0, false));
    }
  }

  @Test
  void manyLinksAreIndexedThoughNobodySearches() {
    try (DocumentStore store = openTimed()) {
      for (int i = 1; i <= 1_000; i++) {
        store.apply(i, version("/a/" + i, 0));
      }
      await().until(() -> queued(store).links() == 0);
    }
  }

  @Test
  void manyBytesAreIndexedThoughTheyAreOfOneLinkAndLeaveTheMemory() {
    try (DocumentStore store = openTimed()) {
      for (int i = 1; i <= 700; i++) {
        store.apply(i, large("/a", i));
      }
      // All but the newest, which stays until a searcher shows it.
      await().until(() -> store.backlogCount() == 1);
      assertThat(store.latest("/a").version()).isEqualTo(700);
    }
  }

  @Test
  void oldWritesAreIndexedShownAndCommittedThoughNobodySearches() {
    try (DocumentStore store = openTimed()) {
      store.apply(1, version("/a", 0));
      assertThat(queued(store).links()).isEqualTo(1);
      pass(store, 11);
      await().until(() -> queued(store).links() == 0);
      assertThat(store.backlogCount()).isEqualTo(1);
      pass(store, 50);
      await().until(() -> store.backlogCount() == 0);
      assertThat(store.committedIndex()).isZero();
      pass(store, 60);
      await().until(() -> store.committedIndex() > 0);
    }
  }

  @Test
  void nothingIsDueBeforeItsTimeOrItsAmount() {
    StoreOptions options = StoreOptions.defaults();
    IndexPace pace = new IndexPace(options, pool);
    long second = TimeUnit.SECONDS.toNanos(1);
    PendingWrites.Queued few = new PendingWrites.Queued(999, (2 << 20) - 1, false);
    assertThat(pace.isDrainDue(few, 10 * second)).isFalse();
    assertThat(pace.isDrainDue(few, 10 * second + 1)).isTrue();
    assertThat(pace.isDrainDue(new PendingWrites.Queued(0, 0, false), 99 * second)).isFalse();
    assertThat(pace.isDrainDue(new PendingWrites.Queued(1, 2 << 20, false), 0)).isTrue();
    assertThat(pace.isDrainDue(new PendingWrites.Queued(1_000, 1, false), 0)).isTrue();
    assertThat(pace.isDrainDue(new PendingWrites.Queued(0, 0, true), 0)).isTrue();
    pace.searched();
    assertThat(pace.isDrainDue(few, second + 1)).isTrue();

    pace.drained(1, options.commitBytes());
    assertThat(pace.isCommitDue(0)).isFalse();
    assertThat(pace.isCommitDue(120 * second + 1)).isTrue();
    pace.drained(1, 1);
    assertThat(pace.isCommitDue(0)).isTrue();
  }

  @Test
  void startAfterACrashRepeatsNoMoreThanTheBytesThatMayBeUncommitted() {
    try (DocumentStore store = openTimed()) {
      long applied = 0;
      long bytes = 0;
      while (bytes < 3 * StoreOptions.defaults().commitBytes()) {
        applied++;
        store.apply(applied, large("/a/" + applied % 50, applied));
        bytes += LARGE.length();
      }
      long last = applied;
      long most = StoreOptions.defaults().commitBytes() / LARGE.length();
      await().until(() -> last - store.committedIndex() <= most);
    }
  }

  @Test
  void versionsThatWereSupersededWhilePendingAreInTheHistory() {
    try (DocumentStore store = openTimed()) {
      store.apply(1, large("/a", 0));
      store.refresh();
      for (int i = 1; i < 20; i++) {
        store.apply(i + 1, large("/a", i));
      }
      List<Long> all = LongStream.range(0, 20).boxed().toList();
      assertThat(store.versions("/a")).extracting(DocumentVersion::version).isEqualTo(all);
      assertThat(found(store, of("/a"), QueryOption.INCLUDE_ALL_VERSIONS)).isEqualTo(all);
      assertThat(
              found(
                  store,
                  Query.Builder.create().addFieldClause("count", "7").build(),
                  QueryOption.INCLUDE_ALL_VERSIONS))
          .containsExactly(7L);
      assertThat(store.version("/a", 13)).isEqualTo(large("/a", 13));
      QuerySpecification then = new QuerySpecification();
      then.query = of("/a");
      then.options.add(QueryOption.TIME_SNAPSHOT);
      then.timeSnapshotBoundaryMicros = 1_011L;
      try (SearchResult result = DocumentSearch.over(List.of(store)).search(then)) {
        assertThat(result.hits()).extracting(SearchHit::version).containsExactly(11L);
      }
    }
  }

  @Test
  void changesHaveTheVersionsThatWereSupersededWhilePendingOnceEach() {
    try (DocumentStore store = openTimed()) {
      for (int i = 1; i <= 30; i++) {
        store.applyAll(i, List.of(large("/a", 2L * i), large("/a", 2L * i + 1), large("/b", i)));
      }
      try (StoreChanges changes = store.changesSince(10)) {
        List<Long> indexes = new ArrayList<>();
        List<DocumentVersion> versions = new ArrayList<>();
        changes.forEachRemaining(
            change -> {
              indexes.add(change.logIndex());
              versions.add(((StoreChange.Version) change).document());
            });
        assertThat(indexes).isSorted().hasSize(60);
        assertThat(versions).doesNotHaveDuplicates().hasSize(60);
      }
    }
  }

  @Test
  void versionsThatAreTrimmedVanishThoughTheyLieTogetherWithLaterOnes() {
    partition.kinds.put(Person.KIND, retaining(Person.class));
    try (DocumentStore store = openTimed()) {
      for (int i = 0; i < 9; i++) {
        store.apply(i + 1, TestPartition.typed(Person.KIND, "/a", i, "{}"));
      }
      assertThat(store.versions("/a")).hasSize(9);
      store.apply(10, TestPartition.typed(Person.KIND, "/a", 9, "{}"));
      store.apply(11, TestPartition.typed(Person.KIND, "/a", 10, "{}"));
      List<Long> kept = List.of(7L, 8L, 9L, 10L);
      assertThat(store.versions("/a")).extracting(DocumentVersion::version).isEqualTo(kept);
      assertThat(found(store, of("/a"), QueryOption.INCLUDE_ALL_VERSIONS)).isEqualTo(kept);
      store.commit();
    }
    try (DocumentStore again = openTimed()) {
      assertThat(again.versions("/a")).hasSize(4);
    }
  }

  @Test
  void versionsThatWereTrimmedStayAwayWhenTheNewestIsIndexedAnew() throws Exception {
    partition.kinds.put(Person.KIND, retaining(DocumentSearchTest.PersonBefore.class));
    List<Long> kept = List.of(7L, 8L, 9L, 10L);
    try (DocumentStore store = openTimed()) {
      for (int i = 0; i < 9; i++) {
        store.apply(i + 1, TestPartition.typed(Person.KIND, "/a", i, "{}"));
      }
      store.refresh();
      store.apply(10, TestPartition.typed(Person.KIND, "/a", 9, "{}"));
      store.apply(11, TestPartition.typed(Person.KIND, "/a", 10, "{}"));
      store.refresh();
      partition.kinds.put(Person.KIND, retaining(Person.class));
      assertThat(store.reindex(Person.KIND).get()).isEqualTo(1);

      assertThat(store.versions("/a")).extracting(DocumentVersion::version).isEqualTo(kept);
      assertThat(found(store, of("/a"), QueryOption.INCLUDE_ALL_VERSIONS)).isEqualTo(kept);
      assertThat(store.version("/a", 4)).isNull();
      try (StoreChanges changes = store.changesSince(10)) {
        assertThat(((StoreChange.Version) changes.next()).keptFrom()).isEqualTo(7);
      }
      store.commit();
    }
    try (DocumentStore again = openTimed()) {
      assertThat(again.versions("/a")).hasSize(4);
    }
  }

  private static ServiceDocumentDescription retaining(Class<? extends ServiceDocument> type) {
    ServiceDocumentDescription description =
        ServiceDocumentDescription.Builder.create().buildDescription(type);
    description.versionRetentionLimit = 10;
    description.versionRetentionFloor = 4;
    return description;
  }

  @Test
  void queryOverManyOldVersionsEndsWhenNobodyWaitsForIt() {
    try (DocumentStore store = openTimed()) {
      for (int i = 0; i < 2_500; i++) {
        store.applyAll(i + 1, List.of(version("/a/" + i, 0), version("/a/" + i, 1)));
      }
      store.refresh();
      QuerySpecification all = new QuerySpecification();
      all.query = Query.Builder.create().addFieldClause("count", "7").build();
      all.options.add(QueryOption.INCLUDE_ALL_VERSIONS);
      int open = store.pool().results().availablePermits();
      AtomicInteger checks = new AtomicInteger();
      assertThatThrownBy(
              () ->
                  DocumentSearch.over(List.of(store))
                      .checking(
                          () -> {
                            checks.incrementAndGet();
                            throw new IllegalStateException("gone");
                          })
                      .search(all))
          .hasMessage("gone")
          .satisfies(
              thrown ->
                  assertThat(thrown.getStackTrace())
                      .anyMatch(at -> at.getClassName().endsWith("BareVersions")));
      assertThat(checks).hasValue(1);
      assertThat(store.pool().results().availablePermits()).isEqualTo(open);
    }
  }

  @Test
  void queryOverTooManyOldVersionsIsRefusedWithWhatToDo() {
    try (DocumentStore store = openTimed()) {
      for (int i = 0; i <= 1_001; i++) {
        String link = "/a/" + i;
        store.applyAll(
            i + 1, LongStream.range(0, 101).mapToObj(version -> version(link, version)).toList());
      }
      Query byVersion = Query.Builder.create().addFieldClause("documentVersion", "7").build();
      assertThatThrownBy(() -> found(store, byVersion, QueryOption.INCLUDE_ALL_VERSIONS))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("old versions, more than 100000: let every match have")
          .hasMessageContaining("A clause on documentVersion or another field does not");
      assertThat(found(store, of("/a/7"), QueryOption.INCLUDE_ALL_VERSIONS)).hasSize(101);
    }
  }

  @Test
  void lateCommitOnAFullDiskLosesNothingThatWasSupersededMeanwhile() {
    AtomicBoolean full = new AtomicBoolean();
    DocumentStore store = partition.open(directory, FaultyDisk.scarceWhen(full));
    store.apply(1, version("/a", 0));
    store.commit();
    full.set(true);
    for (int i = 1; i <= 100; i++) {
      store.apply(i + 1, version("/a", i));
    }
    pool.commit(store::commit);
    await().until(() -> store.runtime().isWaitingForRoom());
    assertThat(store.latest("/a").version()).isEqualTo(100);
    assertThat(store.committedIndex()).isEqualTo(1);

    full.set(false);
    await().until(() -> store.committedIndex() == 101);
    assertThat(store.versions("/a")).hasSize(101);
    store.close();
    try (DocumentStore again = partition.open(directory)) {
      assertThat(again.committedIndex()).isEqualTo(101);
      assertThat(again.versions("/a")).hasSize(101);
    }
  }

  @Test
  void documentsOfASearchAreThoseThatItFoundWhateverMemoryHasByThen() {
    try (DocumentStore store = openTimed()) {
      DocumentVersion first = version("/a", 0);
      store.apply(1, first);
      QuerySpecification specification = new QuerySpecification();
      specification.query = of("/a");
      try (SearchResult result = DocumentSearch.over(List.of(store)).search(specification)) {
        SearchHit hit = result.hits().getFirst();
        assertThat(result.document(hit)).isSameAs(first);
        store.apply(2, version("/a", 1));
        assertThat(result.document(hit)).isEqualTo(first);
        DocumentVersion anotherLife =
            new DocumentVersion("/a", null, 0, 0, 7_000, "POST", 0, TestPartition.utf8("{}"));
        store.applyReplacement(3, anotherLife);
        store.refresh();
        assertThat(store.latest("/a")).isEqualTo(anotherLife);
        assertThat(result.document(hit)).isEqualTo(first);
      }
    }
  }

  @Test
  void readersAreGivenBackAfterASearch() {
    try (DocumentStore store = openTimed()) {
      store.apply(1, version("/a", 0));
      store.apply(2, version("/a", 1));
      HeldReader held = store.hold(true);
      int before = held.reader().getRefCount();
      assertThat(found(store, of("/a"))).hasSize(1);
      assertThat(found(store, of("/a"), QueryOption.INCLUDE_ALL_VERSIONS)).hasSize(2);
      assertThat(held.reader().getRefCount()).isEqualTo(before);
      store.apply(3, version("/a", 2));
      store.refresh();
      held.close();
      assertThat(held.reader().getRefCount()).isZero();
    }
  }
}
