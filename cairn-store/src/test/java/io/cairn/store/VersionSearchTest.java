// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.query.QueryTask.QuerySpecification.SortOrder;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import io.cairn.store.search.DocumentSearch;
import io.cairn.store.search.SearchHit;
import io.cairn.store.search.SearchResult;
import java.util.List;
import org.junit.jupiter.api.Test;

class VersionSearchTest extends SearchedPartitions {

  @Test
  void onlyTheNewestVersionIsFoundUnlessAllAreAskedForAndThenTheNewestFirst() {
    put("/p/ann", 0, "{\"name\":\"ann\"}");
    one.refresh();
    two.refresh();
    put("/p/ann", 1, "{\"name\":\"anna\"}");
    put("/p/ann", 2, "{\"name\":\"annie\"}");
    assertThat(find("name", "ann")).isEmpty();
    assertThat(find("name", "anna")).isEmpty();
    assertThat(find("name", "annie")).containsExactly("/p/ann");
    for (String name : List.of("ann", "anna", "annie")) {
      assertThat(links(of(field("name", name, MatchType.TERM), QueryOption.INCLUDE_ALL_VERSIONS)))
          .as(name)
          .containsExactly("/p/ann");
    }
    QuerySpecification byName = sorted(by("documentSelfLink", TypeName.STRING, SortOrder.ASC));
    byName.options.add(QueryOption.INCLUDE_ALL_VERSIONS);
    try (SearchResult result = DocumentSearch.over(List.of(one, two)).search(byName)) {
      assertThat(result.hits()).extracting(SearchHit::version).containsExactly(2L, 1L, 0L);
    }
    QuerySpecification all = of(everything(), QueryOption.INCLUDE_ALL_VERSIONS);
    try (SearchResult result = DocumentSearch.over(List.of(one, two)).search(all)) {
      assertThat(result.hits()).extracting(SearchHit::version).containsExactly(2L, 1L, 0L);
      assertThat(result.hits())
          .allSatisfy(hit -> assertThat(result.document(hit).version()).isEqualTo(hit.version()));
    }
  }

  @Test
  void deletedDocumentsShowOnlyWhenAskedFor() {
    put("/p/ann", 0, "{\"name\":\"ann\"}");
    DocumentStore store = Math.floorMod("/p/ann".hashCode(), 2) == 0 ? one : two;
    store.apply(++index, TestPartition.tombstone("/p/ann", 1));
    assertThat(links(of(everything()))).isEmpty();
    assertThat(links(of(everything(), QueryOption.INCLUDE_DELETED))).containsExactly("/p/ann");
    assertThat(links(of(everything(), QueryOption.INCLUDE_ALL_VERSIONS))).hasSize(1);
    assertThat(
            links(of(everything(), QueryOption.INCLUDE_ALL_VERSIONS, QueryOption.INCLUDE_DELETED)))
        .hasSize(2);
  }

  @Test
  void expiredDocumentsAreNotFoundAndTheirPurgeIsDue() {
    one.apply(++index, TestPartition.expiring("/p/ann", 0, 2_000_000));
    one.apply(++index, TestPartition.expiring("/p/bob", 0, 3_000_000));
    assertThat(links(of(everything()))).hasSize(2);
    assertThat(one.expired(10)).isEmpty();
    partition.now.set(2_000_000);
    assertThat(links(of(everything()))).containsExactly("/p/bob");
    assertThat(one.expired(10)).containsExactly("/p/ann");
    one.applyPurge(++index, "/p/ann");
    assertThat(one.expired(10)).isEmpty();
  }

  @Test
  void timeSnapshotShowsTheVersionsOfThatTime() {
    put("/p/ann", 0, "{\"name\":\"a0\"}");
    put("/p/ann", 1, "{\"name\":\"a1\"}");
    one.refresh();
    two.refresh();
    put("/p/ann", 5, "{\"name\":\"a5\"}");
    put("/p/bob", 5, "{\"name\":\"b5\"}");
    QuerySpecification then = of(everything(), QueryOption.TIME_SNAPSHOT);
    then.timeSnapshotBoundaryMicros = 1_003L;
    try (SearchResult result = DocumentSearch.over(List.of(one, two)).search(then)) {
      assertThat(result.hits()).extracting(SearchHit::version).containsExactly(1L);
    }
    QuerySpecification old = of(field("name", "a0", MatchType.TERM), QueryOption.TIME_SNAPSHOT);
    old.timeSnapshotBoundaryMicros = 1_003L;
    assertThat(links(old)).isEmpty();
    old.timeSnapshotBoundaryMicros = 1_000L;
    assertThat(links(old)).containsExactly("/p/ann");
  }
}
