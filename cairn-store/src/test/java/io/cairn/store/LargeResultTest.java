// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import io.cairn.store.search.DocumentSearch;
import io.cairn.store.search.SearchCursor;
import io.cairn.store.search.SearchResult;
import io.cairn.store.search.TooManyCursorsException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LargeResultTest {
  private static final int DOCUMENTS = 12_000;

  private final TestPartition partition = new TestPartition();
  @TempDir private Path directory;
  private DocumentStore store;

  @BeforeEach
  void openLargeStore() {
    store = partition.open(directory);
    for (int i = 0; i < DOCUMENTS; i++) {
      store.apply(i + 1, TestPartition.version("/many/" + i, 0));
    }
  }

  @AfterEach
  void close() {
    store.close();
    partition.close();
  }

  private static QuerySpecification everyChild() {
    QuerySpecification specification = new QuerySpecification();
    specification.query =
        Query.Builder.create()
            .addFieldClause("documentSelfLink", "/many/", MatchType.PREFIX)
            .build();
    return specification;
  }

  @Test
  void queryWithoutLimitReturnsMoreThanTenThousandDocuments() {
    try (SearchResult result = DocumentSearch.over(List.of(store)).search(everyChild())) {
      assertThat(new HashSet<>(result.links())).hasSize(DOCUMENTS);
    }
  }

  @Test
  void unsortedPagesCoverEveryDocumentOnce() {
    QuerySpecification specification = everyChild();
    specification.resultLimit = 700;
    Set<String> links = new HashSet<>();
    int pages = 0;
    try (SearchCursor cursor = DocumentSearch.over(List.of(store)).open(specification)) {
      for (SearchCursor.Position at = cursor.first(); at != null; pages++) {
        SearchCursor.Page page = cursor.read(at);
        page.hits().forEach(hit -> assertThat(links.add(hit.link())).isTrue());
        at = page.next();
      }
    }
    assertThat(links).hasSize(DOCUMENTS);
    assertThat(pages).isEqualTo(18);
  }

  @Test
  void searchesEndAmongTheirDocumentsWhenNobodyWaitsAnyMore() {
    int results = partition.pool.results().availablePermits();
    DocumentSearch search = DocumentSearch.over(List.of(store));
    QuerySpecification specification = everyChild();
    specification.resultLimit = 700;

    assertEndsAtOnce(interest -> search.checking(interest).search(specification));
    specification.resultLimit = null;
    assertEndsAtOnce(interest -> search.checking(interest).search(specification));
    assertThat(partition.pool.results().availablePermits()).isEqualTo(results);
    specification.options.add(QuerySpecification.QueryOption.COUNT);
    specification.query = // another, for the matches of one that was asked twice are cached
        Query.Builder.create().addFieldClause("documentSelfLink", "*5", MatchType.WILDCARD).build();
    assertEndsAtOnce(
        interest -> {
          try (SearchResult result = search.checking(interest).search(specification)) {
            result.totalCount();
          }
        });
    specification.resultLimit = 700;
    try (SearchCursor cursor = search.open(specification)) {
      assertEndsAtOnce(interest -> cursor.read(cursor.first(), 700, interest));
      assertThat(cursor.read(cursor.first()).hits()).hasSize(700);
    }
  }

  private static void assertEndsAtOnce(Consumer<Runnable> search) {
    AtomicInteger checks = new AtomicInteger();
    Runnable interest =
        () -> {
          if (checks.incrementAndGet() > 1) {
            throw new CancellationException("nobody waits");
          }
        };
    assertThatThrownBy(() -> search.accept(interest)).isInstanceOf(CancellationException.class);
    assertThat(checks).hasValue(2);
  }

  @Test
  void resultsThatAreNotClosedAreBounded() {
    DocumentSearch search = DocumentSearch.over(List.of(store));
    Semaphore permits = partition.pool.results();
    permits.acquireUninterruptibly(permits.availablePermits() - 1);
    SearchResult open = search.search(everyChild());

    assertThatThrownBy(() -> search.search(everyChild()))
        .isInstanceOf(TooManyCursorsException.class);

    open.close();
    open.close();
    search.search(everyChild()).close();
    assertThat(permits.availablePermits()).isEqualTo(1);
  }

  @Test
  void defaultsAreAsDocumented() {
    StoreOptions defaults = StoreOptions.defaults();
    assertThat(defaults)
        .isEqualTo(
            new StoreOptions(
                50_000,
                33_554_432,
                16_777_216,
                16_777_216,
                1_000,
                120_000,
                16_777_216,
                20_000,
                50_000,
                10_000_000,
                StoreOptions.Verification.FOOTERS));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> defaults.withMaxFields(0))
        .withMessageContaining("maxFields");
  }
}
