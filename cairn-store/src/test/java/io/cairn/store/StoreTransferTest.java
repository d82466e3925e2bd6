// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import static io.cairn.store.TestPartition.expiring;
import static io.cairn.store.TestPartition.tombstone;
import static io.cairn.store.TestPartition.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.store.disk.StoreException;
import io.cairn.store.search.DocumentSearch;
import io.cairn.store.search.SearchResult;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreTransferTest {
  private final TestPartition partition = new TestPartition();
  @TempDir private Path root;

  @AfterEach
  void closePool() {
    partition.close();
  }

  private static byte[] bytesOf(StoreTransfer transfer) throws IOException {
    try (transfer) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      transfer.write(bytes);
      return bytes.toByteArray();
    }
  }

  private static StagedTransfer stage(DocumentStore target, byte[] bytes) throws IOException {
    return target.receive(new ByteArrayInputStream(bytes));
  }

  private static void install(DocumentStore target, StoreTransfer transfer) throws IOException {
    target.install(target.prepare(stage(target, bytesOf(transfer)), 0));
  }

  private static void fill(DocumentStore target, DocumentStore source) throws IOException {
    install(target, source.transferSince(target.appliedIndex()));
  }

  private static List<StoreChange> changes(DocumentStore store, long from) {
    List<StoreChange> changes = new ArrayList<>();
    try (StoreChanges found = store.changesSince(from)) {
      assertThat(found).isNotNull();
      found.forEachRemaining(changes::add);
      assertThat(changes).hasSize((int) found.count());
    }
    return changes;
  }

  private static void applyMany(DocumentStore store, int from, int count) {
    for (int i = from; i < from + count; i++) {
      store.apply(i, version("/many/" + i, 0));
    }
  }

  @Test
  void changesComeInTheOrderOfTheLogWithPurgesReplacementsAndTombstones() {
    try (DocumentStore store = partition.open(root)) {
      store.apply(1, version("/a", 0));
      store.apply(2, version("/b", 0));
      store.refresh();
      store.apply(3, version("/a", 1));
      store.applyPurge(4, "/b");
      store.refresh();
      store.applyReplacement(5, version("/a", 0));
      store.apply(6, tombstone("/c", 4));
      store.applyAll(7, List.of(version("/d", 0), version("/d", 1), expiring("/e", 0, 5)));
      assertThat(changes(store, 2))
          .containsExactly(
              new StoreChange.Purge(4, "/b"),
              new StoreChange.Purge(5, "/a"),
              new StoreChange.Version(5, version("/a", 0), false, Long.MIN_VALUE),
              new StoreChange.Version(6, tombstone("/c", 4), false, Long.MIN_VALUE),
              new StoreChange.Version(7, version("/d", 0), false, Long.MIN_VALUE),
              new StoreChange.Version(7, version("/d", 1), false, Long.MIN_VALUE),
              new StoreChange.Version(7, expiring("/e", 0, 5), false, Long.MIN_VALUE));
      assertThat(changes(store, 7)).isEmpty();
      assertThatIllegalArgumentException().isThrownBy(() -> store.changesSince(8));
    }
  }

  @Test
  void traceOfAPurgeIsNeverShown() {
    try (DocumentStore store = partition.open(root)) {
      store.apply(1, version("/p/a", 0));
      store.applyPurge(2, "/p/a");
      store.apply(3, version("/p/b", 0));
      assertThat(store.latestIncludingExpired("/p/a")).isNull();
      assertThat(store.versions("/p/a")).isEmpty();
      assertThat(store.expired(10)).isEmpty();
      DocumentSearch search = DocumentSearch.over(List.of(store));
      assertThat(search.countChildren("/p")).isEqualTo(1);
      assertThat(search.countChildren("")).isZero();
      QuerySpecification all = new QuerySpecification();
      all.query = Query.Builder.create().addFieldClause("documentSelfLink", "/nobody").build();
      all.query.occurance = io.cairn.query.QueryTask.Query.Occurance.MUST_NOT_OCCUR;
      all.options.add(QueryOption.INCLUDE_DELETED);
      for (QueryOption option :
          List.of(
              QueryOption.INCLUDE_DELETED,
              QueryOption.INCLUDE_ALL_VERSIONS,
              QueryOption.TIME_SNAPSHOT)) {
        all.options.add(option);
        all.timeSnapshotBoundaryMicros =
            option == QueryOption.TIME_SNAPSHOT ? Long.MAX_VALUE : null;
        try (SearchResult result = search.search(all)) {
          assertThat(result.links()).containsExactly("/p/b");
          assertThat(result.totalCount()).isEqualTo(1);
        }
      }
      List<String> seen = new ArrayList<>();
      store.forEachDocument(versions -> seen.add(versions.getLast().link()));
      assertThat(seen).containsExactly("/p/b");
    }
  }

  @Test
  void forgottenPurgesAreAdmittedAndLeadToFiles() throws IOException {
    StoreOptions options =
        TestPartition.QUIET.with(it -> it.maxPurgeTraces(4).purgeTraceDistance(1_000));
    try (DocumentStore source = partition.open(root.resolve("a"), options);
        DocumentStore copy = partition.open(root.resolve("b"))) {
      applyMany(source, 1, 10);
      fill(copy, source);
      for (int i = 1; i <= 4; i++) {
        source.applyPurge(10 + i, "/many/" + i);
      }
      source.commit();
      assertThat(changes(source, 10)).hasSize(4);
      source.applyPurge(15, "/many/5");
      source.commit();
      assertThat(source.changesSince(10)).isNull();
      assertThat(changes(source, 0)).isNotEmpty(); // who holds nothing misses no purge
      StoreTransfer transfer = source.transferSince(10);
      assertThat(transfer.kind()).isEqualTo(StoreTransfer.Kind.FILES);
      install(copy, transfer);
      assertThat(copy.latest("/many/5")).isNull();
      assertThat(copy.latest("/many/6")).isNotNull();
      assertThat(copy.changesSince(10)).isNull();
    }
    try (DocumentStore again = partition.open(root.resolve("a"), options)) {
      assertThat(again.changesSince(10)).isNull();
      applyMany(again, 16, 1_100);
      again.commit();
      assertThat(again.changesSince(14)).isNull();
      assertThat(changes(again, 15)).hasSize(1_100);
    }
  }

  @Test
  void cheaperWayIsTaken() throws IOException {
    try (DocumentStore source = partition.open(root.resolve("a"))) {
      applyMany(source, 1, 6_000);
      try (StoreTransfer all = source.transferSince(0);
          StoreTransfer some = source.transferSince(5_000)) {
        assertThat(all.kind()).isEqualTo(StoreTransfer.Kind.FILES);
        assertThat(all.from()).isZero();
        assertThat(some.kind()).isEqualTo(StoreTransfer.Kind.CHANGES);
        assertThat(some.upTo()).isEqualTo(6_000);
        assertThat(some.estimatedBytes()).isPositive().isLessThan(all.estimatedBytes());
      }
    }
  }

  @Test
  void streamThatIsCutOrDamagedAnywhereChangesNothing() throws IOException {
    Random random = new Random(7);
    try (DocumentStore source = partition.open(root.resolve("a"));
        DocumentStore copy = partition.open(root.resolve("b"))) {
      copy.apply(1, version("/kept", 0));
      applyMany(source, 1, 300);
      for (StoreTransfer transfer :
          List.of(
              StoreTransfer.files(source.snapshot()),
              StoreTransfer.changes(source.changesSince(0)))) {
        byte[] whole = bytesOf(transfer);
        for (int i = 0; i < 25; i++) {
          byte[] cut = Arrays.copyOf(whole, random.nextInt(whole.length));
          assertThatIOException().isThrownBy(() -> stage(copy, cut));
          byte[] damaged = whole.clone();
          damaged[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
          assertThatIOException().isThrownBy(() -> stage(copy, damaged));
          assertThat(root.resolve("b").resolve("incoming")).doesNotExist();
        }
        assertThatIOException()
            .isThrownBy(() -> stage(copy, Arrays.copyOf(whole, whole.length - 1)))
            .withMessageContaining("ends early");
      }
      assertThat(copy.latest("/kept")).isNotNull();
      assertThat(copy.appliedIndex()).isEqualTo(1);
    }
  }

  /** Returns an intact stream of what another host might write. */
  private static byte[] written(CheckedBlocks.Source content) throws IOException {
    boolean[] begun = {false};
    CheckedBlocks.Source once =
        target -> {
          boolean first = !begun[0];
          begun[0] = true;
          return first && content.next(target);
        };
    try (CheckedBlocks.Encoder stream = new CheckedBlocks.Encoder(once)) {
      return stream.readAllBytes();
    }
  }

  @Test
  void streamOfAnotherFormatOrWithAChangeOfNoLengthIsRefused() throws IOException {
    StoreTransfer.Header header = new StoreTransfer.Header(StoreTransfer.Kind.CHANGES, 0, 1, 1);
    byte[] later =
        written(
            target -> {
              ByteArrayOutputStream bytes = new ByteArrayOutputStream();
              header.write(new DataOutputStream(bytes));
              byte[] changed = bytes.toByteArray();
              changed[4]++;
              target.write(changed);
              return true;
            });
    byte[] negative =
        written(
            target -> {
              header.write(target);
              target.writeInt(-1);
              target.writeLong(0);
              return true;
            });
    try (DocumentStore store = partition.open(root)) {
      assertThatIOException()
          .isThrownBy(() -> stage(store, later))
          .withMessageContaining("run the same version of Cairn on all nodes");
      assertThatIOException()
          .isThrownBy(() -> stage(store, negative))
          .withMessageContaining("a change has -1 bytes");
    }
  }

  @Test
  void changesThatBeginAfterWhatTheStoreHoldsAreRefused() throws IOException {
    try (DocumentStore source = partition.open(root.resolve("a"));
        DocumentStore copy = partition.open(root.resolve("b"))) {
      applyMany(source, 1, 20);
      StagedTransfer staged = stage(copy, bytesOf(source.transferSince(10)));
      assertThatThrownBy(() -> copy.prepare(staged, 0)).isInstanceOf(StoreException.class);
      assertThat(copy.state()).isEqualTo(DocumentStore.State.OPEN);
      assertThat(copy.appliedIndex()).isZero();
    }
  }

  @Test
  void whatIsInstalledSurvivesACrashAtOnceAndOlderEntriesAreIgnored() throws IOException {
    for (StoreTransfer.Kind kind : StoreTransfer.Kind.values()) {
      Path directory = root.resolve(kind.name());
      try (DocumentStore source = partition.open(root.resolve("source" + kind))) {
        applyMany(source, 1, 50);
        DocumentStore copy = partition.open(directory);
        copy.apply(1, version("/many/1", 0));
        StoreTransfer transfer =
            kind == StoreTransfer.Kind.FILES
                ? StoreTransfer.files(source.snapshot())
                : StoreTransfer.changes(source.changesSince(1));
        install(copy, transfer);
        assertThat(copy.committedIndex()).isEqualTo(50);
        copy.abandon();
      }
      try (DocumentStore copy = partition.open(directory)) {
        assertThat(copy.committedIndex()).isEqualTo(50);
        copy.applyPurge(30, "/many/30");
        copy.apply(31, version("/many/31", 9));
        assertThat(copy.latest("/many/30")).isNotNull();
        assertThat(copy.latest("/many/31").version()).isZero();
        copy.apply(51, version("/many/31", 1));
        assertThat(copy.latest("/many/31").version()).isEqualTo(1);
        try (Stream<Path> files = Files.list(directory)) {
          assertThat(files.map(file -> file.getFileName().toString()))
              .filteredOn(name -> name.startsWith("index") || name.startsWith("incoming"))
              .hasSize(1);
        }
      }
    }
  }

  @Test
  void secondTransferReplacesTheFirstAndCommitsGoOn() throws IOException {
    try (DocumentStore source = partition.open(root.resolve("a"));
        DocumentStore copy = partition.open(root.resolve("b"))) {
      for (int round = 0; round < 3; round++) {
        applyMany(source, 1 + 100 * round, 100);
        source.commit();
        install(copy, StoreTransfer.files(source.snapshot()));
        copy.apply(100 * round + 101, version("/many/" + (100 * round + 101), 0));
        copy.commit();
        assertThat(DocumentSearch.over(List.of(copy)).countChildren("/many"))
            .isEqualTo(100L * round + 101);
      }
    }
    try (DocumentStore copy = partition.open(root.resolve("b"))) {
      assertThat(copy.committedIndex()).isEqualTo(301);
    }
  }
}
