// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.Query.Occurance;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import io.cairn.store.StorePool.SearchLimits;
import io.cairn.store.disk.StoreRoom;
import io.cairn.store.search.DocumentSearch;
import io.cairn.store.search.SearchResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one search may cost, and that what would cost more says so before it runs. */
class SearchLimitsTest {

  private static final int VALUES = 50;

  @TempDir private Path directory;
  private final StorePool pool =
      new StorePool(
          1, 1, StoreRoom.UNLIMITED, System::nanoTime, new SearchLimits(2 * VALUES - 1, 4 << 20));
  private DocumentStore store;

  @BeforeEach
  void open() {
    store =
        DocumentStore.open(directory, pool, StoreOptions.defaults(), kind -> null, () -> 1_000_000);
    for (int i = 0; i < VALUES; i++) {
      store.apply(
          i + 1,
          TestPartition.version(
              "/things/%02d".formatted(i), 0, "{\"name\":\"n%02d\",\"count\":%d}".formatted(i, i)));
    }
  }

  @AfterEach
  void close() {
    store.close();
    pool.close();
  }

  private static QuerySpecification asking(String... patterns) {
    QuerySpecification specification = new QuerySpecification();
    specification.query = new Query();
    for (String pattern : patterns) {
      specification.query.addBooleanClause(
          new Query()
              .setTermPropertyName("name")
              .setTermMatchValue(pattern)
              .setTermMatchType(MatchType.WILDCARD)
              .setOccurance(Occurance.SHOULD_OCCUR));
    }
    return specification;
  }

  private List<String> links(QuerySpecification specification) {
    try (SearchResult result = DocumentSearch.over(List.of(store)).search(specification)) {
      return result.links();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"*7", "?07", "*"})
  void patternsThatLookAtMoreValuesThanTheyMayAreRefused(String pattern) {
    assertThat(links(asking(pattern))).isNotEmpty();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> links(asking(pattern, "*8")))
        .withMessageContaining("every value of name")
        .withMessageContaining("100 values in all, and this host allows 99 (queryScanLimit)")
        .withMessageContaining("ALLOW_SCAN")
        .withMessageContaining("allowScan=true");
  }

  @Test
  void queryThatSaysSoMayLookAtAllValues() {
    QuerySpecification scan = asking("*7", "*8");
    scan.options.add(QueryOption.ALLOW_SCAN);

    assertThat(links(scan)).hasSize(10);
  }

  @Test
  void patternThatBeginsWithCharactersIsLookedUp() {
    assertThat(links(asking("n0*", "n1*", "n*9", "n?3"))).hasSize(20 + 3 + 3);
  }

  /** Beginnings of links are looked up among the paths above them: these are few. */
  @Test
  void beginningsOfLinksFindTheLinksThatBeginSo() {
    List<String> all = new ArrayList<>(links(asking("*")));
    List<String> others = List.of("/a", "/ab", "/a/b", "/a/bc", "/a/b/c", "/a/b/c/d", "/ab/c");
    for (int i = 0; i < others.size(); i++) {
      store.apply(VALUES + i + 1, TestPartition.version(others.get(i), 0, "{\"name\":\"x\"}"));
    }
    all.addAll(others);
    for (String link : List.of("/a/b/c/d", "/ab/c", "/things/07", "/b/")) {
      for (int end = 1; end <= link.length(); end++) {
        String beginning = link.substring(0, end);
        List<String> expected = all.stream().filter(one -> one.startsWith(beginning)).toList();
        assertThat(beginningWith(beginning, MatchType.PREFIX))
            .as(beginning)
            .containsExactlyInAnyOrderElementsOf(expected);
        assertThat(beginningWith(beginning + "*", MatchType.WILDCARD))
            .as(beginning + "*")
            .containsExactlyInAnyOrderElementsOf(expected);
      }
    }
  }

  private List<String> beginningWith(String value, MatchType match) {
    QuerySpecification specification = new QuerySpecification();
    specification.query =
        new Query()
            .setTermPropertyName("documentSelfLink")
            .setTermMatchValue(value)
            .setTermMatchType(match);
    return links(specification);
  }

  @Test
  void patternsThatWouldTakeTooMuchMemoryAreRefused() {
    String[] patterns = new String[300];
    for (int i = 0; i < patterns.length; i++) {
      StringBuilder pattern = new StringBuilder("n");
      for (int j = 0; j < 900; j++) {
        pattern.append((char) (0x4e00 + (i * 7919 + j * 10_473) % 20_000));
      }
      patterns[i] = pattern.append('*').toString();
    }

    assertThatIllegalArgumentException()
        .isThrownBy(() -> links(asking(patterns)))
        .withMessageContaining("The patterns of the query, that for name included, take more than")
        .withMessageContaining("use fewer or shorter ones");
  }

  @Test
  void moreDocumentsAtOnceThanThereIsMemoryForAreRefused() {
    try (StorePool small =
            new StorePool(
                1, 1, StoreRoom.UNLIMITED, System::nanoTime, new SearchLimits(1_000, 10_000));
        DocumentStore narrow =
            DocumentStore.open(
                directory.resolve("narrow"),
                small,
                StoreOptions.defaults(),
                kind -> null,
                () -> 1_000_000)) {
      for (int i = 0; i < VALUES; i++) {
        narrow.apply(i + 1, TestPartition.version("/things/" + i, 0));
      }
      DocumentSearch search = DocumentSearch.over(List.of(narrow));
      QuerySpecification all = new QuerySpecification();
      all.query =
          new Query()
              .setTermPropertyName("documentSelfLink")
              .setTermMatchValue("*")
              .setTermMatchType(MatchType.WILDCARD);
      all.resultLimit = 30;
      try (SearchResult enough = search.search(all)) {
        assertThat(enough.links()).hasSize(30);
      }

      all.offset = 15;
      assertThatIllegalArgumentException()
          .isThrownBy(() -> search.search(all))
          .withMessageContaining("45 documents at once")
          .withMessageContaining("read smaller pages (resultLimit)");

      all.offset = null;
      all.options.add(QueryOption.SORT);
      all.sortTerm = new Query().setTermPropertyName("count").term;
      all.sortTerm.propertyType = TypeName.LONG;
      all.resultLimit = 35;
      assertThatIllegalArgumentException()
          .as("sorted rows are larger")
          .isThrownBy(() -> search.search(all))
          .withMessageContaining("35 documents at once");
    }
  }

  @Test
  void searchEndsBeforeTheValuesOfAFurtherPatternAreLookedAt() {
    String[] patterns = new String[20];
    for (int i = 0; i < patterns.length; i++) {
      patterns[i] = "n" + i + "*";
    }
    AtomicInteger looks = new AtomicInteger();
    DocumentSearch search =
        DocumentSearch.over(List.of(store))
            .checking(
                () -> {
                  if (looks.incrementAndGet() == 3) {
                    throw new CancellationException("nobody waits");
                  }
                });

    assertThatExceptionOfType(CancellationException.class)
        .isThrownBy(() -> search.search(asking(patterns)).close());

    assertThat(looks).hasValue(3);
  }
}
