// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import static io.cairn.store.TestPartition.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.search.DocumentSearch;
import io.cairn.store.search.SearchResult;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random histories, from a seed: a store that is filled from another equals it. */
class CatchUpModelTest {
  private static final int LINKS = 14;

  @TempDir private Path root;

  /** What one log entry does. */
  private interface Entry extends BiConsumer<DocumentStore, Long> {}

  private final List<Entry> log = new ArrayList<>();
  private final long[] versions = new long[LINKS];

  private Entry random(Random random) {
    int number = random.nextInt(LINKS);
    String link = "/m/" + number;
    int dice = random.nextInt(100);
    if (dice < 8) {
      versions[number] = 0;
      return (store, index) -> store.applyPurge(index, link);
    }
    if (dice < 12) {
      versions[number] = 1;
      DocumentVersion first = version(random, link, 0, "PUT");
      return (store, index) -> store.applyReplacement(index, first);
    }
    if (dice < 15) {
      return (store, index) -> store.noteApplied(index);
    }
    if (dice < 25) {
      List<DocumentVersion> foreign = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        foreign.add(version(random, "/m/" + random.nextInt(LINKS), random.nextInt(12), "PUT"));
      }
      foreign.add(foreign.getFirst());
      return (store, index) -> store.applyMerged(index, foreign);
    }
    List<DocumentVersion> several = new ArrayList<>();
    for (int i = 0; i < 1 + random.nextInt(2); i++) {
      several.add(
          version(random, link, versions[number]++, random.nextInt(8) == 0 ? "DELETE" : "PATCH"));
    }
    return (store, index) -> store.applyAll(index, several);
  }

  private static DocumentVersion version(Random random, String link, long version, String action) {
    long expiration = random.nextInt(6) == 0 ? 1_000_000 + random.nextInt(3) : 0;
    String json = "{\"color\":\"c" + random.nextInt(4) + "\",\"v\":" + random.nextInt() + "}";
    return new DocumentVersion(
        link,
        null,
        version,
        random.nextInt(3),
        random.nextInt(1_000),
        action,
        expiration,
        utf8(json));
  }

  private void append(DocumentStore store, Entry entry) {
    log.add(entry);
    entry.accept(store, (long) log.size());
  }

  private void replay(DocumentStore store, long upTo) {
    // From a little before what it holds: that must not matter.
    for (long index = Math.max(1, store.appliedIndex() - 3); index <= upTo; index++) {
      log.get((int) index - 1).accept(store, index);
    }
  }

  static StagedTransfer stage(DocumentStore target, StoreTransfer transfer) throws IOException {
    try (transfer) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      transfer.write(bytes);
      return target.receive(new ByteArrayInputStream(bytes.toByteArray()));
    }
  }

  private static StoreTransfer changes(DocumentStore source, long from) {
    StoreChanges changes = source.changesSince(from);
    assertThat(changes).isNotNull();
    return StoreTransfer.changes(changes);
  }

  static void assertSame(DocumentStore actual, DocumentStore expected, int links) {
    assertThat(actual.appliedIndex()).isEqualTo(expected.appliedIndex());
    for (int i = 0; i < links; i++) {
      String link = "/m/" + i;
      assertThat(actual.latestIncludingExpired(link))
          .isEqualTo(expected.latestIncludingExpired(link));
      assertThat(actual.versions(link)).as(link).isEqualTo(expected.versions(link));
    }
    assertThat(actual.expired(100)).containsExactlyInAnyOrderElementsOf(expected.expired(100));
    for (int color = 0; color < 2; color++) {
      for (QueryOption option :
          List.of(
              QueryOption.COUNT,
              QueryOption.INCLUDE_DELETED,
              QueryOption.INCLUDE_ALL_VERSIONS,
              QueryOption.TIME_SNAPSHOT)) {
        assertThat(found(actual, option, color))
            .as(option + " c" + color)
            .isEqualTo(found(expected, option, color));
      }
    }
  }

  private static List<String> found(DocumentStore store, QueryOption option, int color) {
    QuerySpecification specification = new QuerySpecification();
    specification.query = Query.Builder.create().addFieldClause("color", "c" + color).build();
    if (option != QueryOption.COUNT) {
      specification.options.add(option);
    }
    if (option == QueryOption.TIME_SNAPSHOT) {
      specification.timeSnapshotBoundaryMicros = 500L;
    }
    try (SearchResult result = DocumentSearch.over(List.of(store)).search(specification)) {
      return result.hits().stream()
          .map(hit -> TestPartition.text(result.document(hit)) + hit)
          .map(text -> text.replaceAll("position=[0-9]+", ""))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void storeThatIsFilledFromAnotherEqualsIt(long seed) throws IOException {
    Random random = new Random(seed);
    StoreOptions options =
        seed % 2 == 0
            ? TestPartition.QUIET
            : StoreOptions.defaults()
                .with(
                    it ->
                        it.refreshIntervalMillis(5)
                            .commitIntervalMillis(200)
                            .maxPendingCount(20)
                            .maxPendingBytes(1 << 20));
    try (TestPartition partition = new TestPartition()) {
      DocumentStore source = partition.open(root.resolve("source"), options);
      DocumentStore copy = partition.open(root.resolve("copy"), options);
      DocumentStore third = partition.open(root.resolve("third"), options);
      for (int round = 0; round < 12; round++) {
        for (int i = random.nextInt(25); i > 0; i--) {
          append(source, random(random));
        }
        long held = copy.appliedIndex();
        long later = held + random.nextInt((int) (log.size() - held) + 1);
        StoreTransfer transfer =
            random.nextInt(3) == 0 ? StoreTransfer.files(source.snapshot()) : changes(source, held);
        StagedTransfer staged = stage(copy, transfer);
        replay(copy, later); // the log went on while the transfer was under way
        copy.install(copy.prepare(staged, 0));
        assertThat(copy.committedIndex()).isGreaterThanOrEqualTo(staged.upTo());
        replay(copy, log.size());
        if (random.nextInt(4) == 0) {
          copy.abandon();
          copy = partition.open(root.resolve("copy"), options);
          assertThat(copy.committedIndex()).isGreaterThanOrEqualTo(staged.upTo());
          replay(copy, log.size());
        }
        assertSame(copy, source, LINKS);
        if (random.nextInt(3) == 0) {
          // What was filled can fill: the traces of purges came along.
          third.install(third.prepare(stage(third, changes(copy, third.appliedIndex())), 0));
          assertSame(third, source, LINKS);
        }
        partition.now.set(1_000_000 + random.nextInt(4));
      }
      source.close();
      copy.close();
      third.close();
    }
  }
}
