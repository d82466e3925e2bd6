// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import static io.cairn.store.TestPartition.utf8;
import static io.cairn.store.TestPartition.version;
import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.index.RetainedVersions;
import io.cairn.store.index.RetainedVersions.Rank;
import io.cairn.store.search.DocumentSearch;
import io.cairn.store.search.SearchResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MergedHistoryTest {
  private final TestPartition partition = new TestPartition();
  @TempDir private Path directory;
  private DocumentStore store;

  @BeforeEach
  void open() {
    store = partition.open(directory);
  }

  @AfterEach
  void close() {
    store.close();
    partition.close();
  }

  private static DocumentVersion of(long epoch, long version, long time, String text) {
    return new DocumentVersion(
        "/a", null, version, epoch, time, "PUT", 0, utf8("{\"text\":\"" + text + "\"}"));
  }

  private List<String> allVersionsWith(String text) {
    QuerySpecification all = new QuerySpecification();
    all.query = Query.Builder.create().addFieldClause("text", text).build();
    all.options.add(QueryOption.INCLUDE_ALL_VERSIONS);
    try (SearchResult found = DocumentSearch.over(List.of(store)).search(all)) {
      return found.hits().stream().map(hit -> TestPartition.text(found.document(hit))).toList();
    }
  }

  @Test
  void versionOfHigherEpochThenVersionThenTimeIsCurrent() {
    store.apply(1, of(1, 5, 100, "present"));
    assertThat(store.applyMerged(2, List.of(of(0, 9, 900, "epoch")))).isEmpty();
    assertThat(store.applyMerged(3, List.of(of(1, 4, 900, "version")))).isEmpty();
    assertThat(store.applyMerged(4, List.of(of(1, 5, 99, "time")))).isEmpty();
    assertThat(store.latest("/a")).isEqualTo(of(1, 5, 100, "present"));
    DocumentVersion winner = of(1, 5, 101, "winner");
    assertThat(store.applyMerged(5, List.of(winner))).containsExactly(winner);
    assertThat(store.latest("/a")).isEqualTo(winner);
    assertThat(store.versions("/a"))
        .containsExactly(
            of(0, 9, 900, "epoch"),
            of(1, 4, 900, "version"),
            of(1, 5, 99, "time"),
            of(1, 5, 100, "present"),
            winner);
  }

  @Test
  void loserIsFoundAmongAllVersionsOnly() {
    store.apply(1, of(0, 5, 100, "present"));
    store.applyMerged(2, List.of(of(0, 3, 90, "loser")));
    assertThat(allVersionsWith("loser")).containsExactly("{\"text\":\"loser\"}");
    QuerySpecification current = new QuerySpecification();
    current.query = Query.Builder.create().addFieldClause("text", "loser").build();
    try (SearchResult found = DocumentSearch.over(List.of(store)).search(current)) {
      assertThat(found.hits()).isEmpty();
    }
    store.commit();
    store.abandon();
    store = partition.open(directory);
    assertThat(store.latest("/a")).isEqualTo(of(0, 5, 100, "present"));
    assertThat(allVersionsWith("loser")).hasSize(1);
    store.apply(3, of(0, 6, 110, "next"));
    assertThat(store.versions("/a")).hasSize(3).endsWith(of(0, 6, 110, "next"));
  }

  @Test
  void whatIsKnownAlreadyChangesNothingHoweverOftenItComes() {
    store.apply(1, of(0, 4, 100, "old"));
    store.apply(2, of(0, 5, 110, "present"));
    List<DocumentVersion> incoming =
        List.of(of(0, 4, 100, "old"), of(0, 2, 50, "loser"), of(0, 5, 110, "present"));
    store.applyMerged(3, incoming);
    store.applyMerged(4, incoming);
    store.refresh();
    store.applyMerged(5, incoming);
    assertThat(store.versions("/a"))
        .containsExactly(of(0, 2, 50, "loser"), of(0, 4, 100, "old"), of(0, 5, 110, "present"));
    assertThat(store.appliedIndex()).isEqualTo(5);
  }

  @Test
  void olderVersionsThatComeAlongAreRetainedUnderTheWinner() {
    store.apply(1, of(0, 1, 100, "present"));
    List<DocumentVersion> incoming =
        List.of(of(1, 0, 10, "first"), of(1, 1, 20, "second"), of(1, 2, 30, "third"));
    assertThat(store.applyMerged(2, incoming)).containsExactly(of(1, 2, 30, "third"));
    assertThat(store.versions("/a")).hasSize(4).endsWith(of(1, 2, 30, "third"));
    assertThat(store.version("/a", 2)).isEqualTo(of(1, 2, 30, "third"));
  }

  @Test
  void historyIsReadInPartsThatLeaveNothingOut() {
    for (int i = 0; i < 40; i++) {
      store.apply(i + 1, of(0, i, 100 + i, "present" + i));
    }
    store.commit();
    store.applyMerged(41, List.of(of(1, 0, 10, "first"), of(1, 1, 20, "second")));
    store.applyMerged(42, List.of(of(0, 7, 50, "loser"), of(0, 99, 5, "lost")));
    List<DocumentVersion> all = store.versions("/a");
    assertThat(all).hasSize(44);

    List<DocumentVersion> read = new ArrayList<>();
    Predicate<Rank> wanted = _ -> true;
    for (int part = 0; part < 15; part++) {
      Predicate<Rank> older = wanted;
      List<DocumentVersion> next =
          store.history(
              "/a",
              versions -> {
                RetainedVersions.Found found = versions.newest(3, older);
                assertThat(found.count()).isEqualTo(44);
                assertThat(found.newest()).hasSizeLessThanOrEqualTo(3);
                assertThat(found.oldest()).isEqualTo(Rank.of(all.getFirst()));
                assertThat(found.latest()).isEqualTo(Rank.of(all.getLast()));
                List<DocumentVersion> few = new ArrayList<>();
                for (RetainedVersions.Head head : found.newest()) {
                  few.add(versions.read(head));
                }
                return few;
              });
      read.addAll(next);
      Rank last = Rank.of(read.getLast());
      wanted = rank -> rank.compareTo(last) < 0;
    }
    assertThat(read.reversed()).isEqualTo(all);
    assertThat(store.version("/a", 7)).isEqualTo(of(0, 7, 107, "present7"));
  }

  @Test
  void purgeRemovesLosersToo() {
    store.apply(1, of(0, 5, 100, "present"));
    store.applyMerged(2, List.of(of(0, 3, 90, "loser")));
    store.applyPurge(3, "/a");
    assertThat(store.versions("/a")).isEmpty();
    assertThat(allVersionsWith("loser")).isEmpty();
  }

  @Test
  void everyDocumentIsGivenOnceWithAllItsVersions() {
    for (int i = 0; i < 50; i++) {
      store.apply(i + 1, version("/d/" + i, 0));
    }
    store.refresh();
    store.apply(51, version("/d/7", 1));
    store.apply(52, TestPartition.tombstone("/d/8", 1));
    store.apply(53, TestPartition.expiring("/d/9", 1, 1));
    Map<String, List<DocumentVersion>> seen = new HashMap<>();
    store.forEachDocument(
        history -> {
          assertThat(seen.put(history.getFirst().link(), new ArrayList<>(history))).isNull();
          store.apply(store.appliedIndex() + 1, version("/late/" + seen.size(), 0));
        });
    assertThat(seen).hasSize(50);
    assertThat(seen.get("/d/7")).containsExactly(version("/d/7", 0), version("/d/7", 1));
    assertThat(seen.get("/d/8").getLast().isTombstone()).isTrue();
    assertThat(seen.get("/d/9")).hasSize(2);
  }

  @Test
  void highestUpdateTimeIsKnownAfterARestart() {
    assertThat(store.highestUpdateTimeMicros()).isZero();
    store.apply(1, of(0, 0, 700, "one"));
    store.apply(2, of(0, 1, 600, "two"));
    assertThat(store.highestUpdateTimeMicros()).isEqualTo(700);
    store.close();
    store = partition.open(directory);
    assertThat(store.highestUpdateTimeMicros()).isEqualTo(700);
  }
}
