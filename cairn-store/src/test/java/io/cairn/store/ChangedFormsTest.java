// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import static io.cairn.store.SearchedPartitions.by;
import static io.cairn.store.SearchedPartitions.field;
import static io.cairn.store.TestPartition.typed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocument.PropertyOptions;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.query.QueryTask.NumericRange;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.Query.Occurance;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.query.QueryTask.QuerySpecification.SortOrder;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import io.cairn.store.disk.StoreException;
import io.cairn.store.disk.StoreRoom;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.index.ReindexProgress;
import io.cairn.store.search.DocumentSearch;
import io.cairn.store.search.ScannedProperty;
import io.cairn.store.search.SearchGroups;
import io.cairn.store.search.SearchResult;
import io.cairn.store.search.StandingMatches;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A kind whose options change: at each moment a store that indexes its documents anew finds what a
 * store finds that has indexed them as they are described now.
 */
class ChangedFormsTest {
  private static final String KIND = "test:Changed";
  private static final int DOCUMENTS = 600;

  /** The class as it was. */
  public static class Before extends ServiceDocument {
    public String name;
    public String story;
    public String city;

    @PropertyOptions(indexing = PropertyIndexingOption.STORE_ONLY)
    public String secret;

    public String note;
    public List<String> tags;

    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public Map<String, String> fixed;

    public Long age;

    @PropertyOptions(indexing = PropertyIndexingOption.SORT)
    public String code;
  }

  /** The class as it is. */
  public static class After extends ServiceDocument {
    @PropertyOptions(indexing = PropertyIndexingOption.SORT)
    public String name;

    @PropertyOptions(indexing = PropertyIndexingOption.TEXT)
    public String story;

    @PropertyOptions(indexing = PropertyIndexingOption.CASE_INSENSITIVE)
    public String city;

    public String secret;

    @PropertyOptions(indexing = PropertyIndexingOption.STORE_ONLY)
    public String note;

    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public List<String> tags;

    @PropertyOptions(
        indexing = {PropertyIndexingOption.EXPAND, PropertyIndexingOption.FIXED_ITEM_NAME})
    public Map<String, String> fixed;

    @PropertyOptions(indexing = PropertyIndexingOption.EXCLUDE_FROM_SIGNATURE)
    public Long age;

    public String code;
  }

  private final TestPartition now = new TestPartition();
  private final TestPartition changing = new TestPartition();

  /**
   * Stands still, but for the thread that indexes anew: after each step it has to rest for days.
   */
  private final AtomicLong nanos = new AtomicLong();

  private final StorePool pool = new StorePool(1, 1, StoreRoom.UNLIMITED, this::nanoTime);
  private @TempDir Path directory;
  private long index;

  private long nanoTime() {
    return Thread.currentThread().getName().startsWith("cairn-merge")
        ? nanos.addAndGet(TimeUnit.DAYS.toNanos(1))
        : nanos.get();
  }

  @AfterEach
  void close() {
    pool.close();
    now.close();
    changing.close();
  }

  private DocumentStore open() {
    return DocumentStore.open(
        directory.resolve("changing"),
        pool,
        TestPartition.QUIET,
        changing.descriptions,
        changing.now::get);
  }

  private DocumentStore openTwin() {
    now.describe(KIND, After.class);
    return now.open(directory.resolve("twin"));
  }

  private static String json(int i, long version) {
    return """
        {"name":"n%03d","story":"Of %s Trees, %d","city":"City%d","secret":"s%d","note":"n%d",
         "tags":["t%d","all"],"fixed":{"k%d":"v%d"},"age":%d,"code":"c%d"}"""
        .formatted(
            (i * 7919) % 1000,
            i % 2 == 0 ? "old" : "new",
            version,
            i % 5,
            i % 9,
            i % 4,
            i % 6,
            i % 3,
            i % 7,
            i % 10,
            i);
  }

  private void put(int i, long version, DocumentStore... stores) {
    index++;
    for (DocumentStore store : stores) {
      store.apply(index, typed(KIND, "/c/" + i, version, json(i, version)));
    }
  }

  /** Until the one thread that indexes anew does nothing: it looks for further kinds at the end. */
  private void awaitRest() throws Exception {
    CompletableFuture<Void> turn = new CompletableFuture<>();
    assertThat(pool.merge(() -> turn.complete(null))).isTrue();
    turn.get();
  }

  /** Lets the rest end that the last step has made necessary. */
  private void goOn(DocumentStore store) {
    nanos.addAndGet(TimeUnit.DAYS.toNanos(1_000));
    store.noteApplied(++index);
  }

  private static Query any(Query... some) {
    Query any = new Query();
    for (Query one : some) {
      any.addBooleanClause(one.setOccurance(Occurance.SHOULD_OCCUR));
    }
    return any;
  }

  private static Query all(Query... some) {
    Query all = new Query();
    all.addBooleanClause(field("documentKind", KIND, MatchType.TERM));
    for (Query one : some) {
      all.addBooleanClause(one);
    }
    return all;
  }

  private static List<Query> queries() {
    return List.of(
        field("name", "n091", MatchType.TERM),
        field("story", "trees", MatchType.TERM),
        field("story", "old trees", MatchType.PHRASE),
        field("story", "Of old Trees, 0", MatchType.TERM),
        field("story", "o*", MatchType.WILDCARD),
        field("city", "city3", MatchType.TERM),
        field("city", "City3", MatchType.TERM),
        field("secret", "s4", MatchType.TERM),
        field("note", "n1", MatchType.TERM),
        field("tags.item", "t2", MatchType.TERM),
        field("tags", "[t2, all]", MatchType.TERM),
        field("fixed", "v3", MatchType.TERM),
        field("fixed", "k1", MatchType.PREFIX),
        field("fixed.k1", "v4", MatchType.TERM),
        field("code", "c11", MatchType.TERM),
        new Query()
            .setTermPropertyName("age")
            .setNumericRange(NumericRange.createGreaterThanRange(7L)),
        all(field("story", "old", MatchType.TERM), field("code", "c1*", MatchType.WILDCARD)),
        all(field("story", "old", MatchType.TERM).setOccurance(Occurance.MUST_NOT_OCCUR)),
        any(field("secret", "s1", MatchType.TERM), field("note", "n2", MatchType.TERM)),
        all(any(field("city", "city1", MatchType.TERM), field("age", "3", MatchType.TERM))),
        field("documentSelfLink", "/c/1", MatchType.PREFIX));
  }

  private static List<String> links(DocumentStore store, QuerySpecification specification) {
    try (SearchResult result = DocumentSearch.over(List.of(store)).search(specification)) {
      assertThat(result.hits())
          .allSatisfy(hit -> assertThat(result.document(hit).link()).isEqualTo(hit.link()));
      assertThat(result.totalCount()).isEqualTo(result.links().size());
      return result.links();
    }
  }

  private static QuerySpecification sorted(Query query, String name, TypeName type) {
    QuerySpecification specification = SearchedPartitions.of(query, QueryOption.SORT);
    specification.sortTerm = by(name, type, SortOrder.DESC);
    specification.sortOrder = SortOrder.DESC;
    return specification;
  }

  private static Map<String, Integer> groups(DocumentStore store) {
    QuerySpecification specification = SearchedPartitions.of(all(), QueryOption.GROUP_BY);
    specification.groupByTerm = by("name", TypeName.STRING, SortOrder.ASC);
    specification.resultLimit = 10;
    Map<String, Integer> found = new TreeMap<>();
    try (SearchGroups groups = DocumentSearch.over(List.of(store)).groups(specification, null)) {
      for (String name : groups.names(0, 1_000, () -> {}).names()) {
        found.put(name, groups.read(name, null, 10, () -> {}).hits().size());
      }
    }
    return found;
  }

  private static List<String> values(DocumentStore store) {
    List<String> values = new ArrayList<>();
    DocumentSearch.over(List.of(store))
        .scan(
            SearchedPartitions.of(all()),
            null,
            List.of(new ScannedProperty("name", false, false)),
            document ->
                document.values(0).forEach(value -> values.add(value.text().utf8ToString())));
    return values.stream().sorted().toList();
  }

  private static List<String> standing(DocumentStore store, Query query) {
    List<String> links = new ArrayList<>();
    try (StandingMatches matches = StandingMatches.of(store, SearchedPartitions.of(query), null)) {
      for (var next = matches.next(); next != null; next = matches.next()) {
        links.add(next.link());
      }
    }
    return links.stream().sorted().toList();
  }

  private static void assertAlike(DocumentStore store, DocumentStore twin, String when) {
    for (Query query : queries()) {
      String what = when + ": " + io.cairn.document.DocumentJson.standard().toJson(query);
      assertThat(links(store, SearchedPartitions.of(query)).stream().sorted().toList())
          .as(what)
          .isEqualTo(links(twin, SearchedPartitions.of(query)).stream().sorted().toList());
      assertThat(links(store, SearchedPartitions.of(query, QueryOption.INCLUDE_ALL_VERSIONS)))
          .as("all versions, " + what)
          .containsExactlyInAnyOrderElementsOf(
              links(twin, SearchedPartitions.of(query, QueryOption.INCLUDE_ALL_VERSIONS)));
      assertThat(standing(store, query)).as("standing, " + what).isEqualTo(standing(twin, query));
    }
    for (String name : List.of("name", "age")) {
      TypeName type = name.equals("age") ? TypeName.LONG : TypeName.STRING;
      QuerySpecification byValue = sorted(all(), name, type);
      byValue.additionalSortTerms = List.of(by("documentSelfLink", TypeName.STRING, SortOrder.ASC));
      assertThat(links(store, byValue)).as(when + " by " + name).isEqualTo(links(twin, byValue));
    }
    assertThat(groups(store)).as(when).isEqualTo(groups(twin));
    assertThat(values(store)).as(when).isEqualTo(values(twin));
  }

  @Test
  void atEachMomentSearchesFindWhatTheyWouldIfAllWereIndexedAnew() throws Exception {
    changing.describe(KIND, Before.class);
    try (DocumentStore twin = openTwin()) {
      DocumentStore store = open();
      for (int i = 0; i < DOCUMENTS; i++) {
        put(i, 0, store, twin);
      }
      store.refresh();
      for (int i = 0; i < DOCUMENTS; i += 5) {
        put(i, 1, store, twin);
      }
      // Several that one entry of the log brings have one log index.
      List<DocumentVersion> batch =
          List.of(
              typed(KIND, "/c/1", 1, json(1, 1)),
              typed(KIND, "/c/2", 1, json(2, 1)),
              typed(KIND, "/c/4", 1, json(4, 1)));
      store.applyAll(++index, batch);
      twin.applyAll(index, batch);
      store.refresh();
      put(1, 2, store, twin);
      assertThat(store.reindex(KIND).get()).isZero();
      assertThat(store.reindexing()).isEmpty();
      awaitRest();

      changing.describe(KIND, After.class);
      assertAlike(store, twin, "before the first step");
      put(3, 2, store, twin);
      assertAlike(store, twin, "with one written anew");

      nanos.addAndGet(TimeUnit.DAYS.toNanos(1_000));
      CompletableFuture<Long> done = store.reindex(KIND);
      await()
          .until(() -> !store.reindexing().isEmpty() && store.reindexing().getFirst().done() > 0);
      ReindexProgress progress = store.reindexing().getFirst();
      assertThat(progress.left()).isPositive();
      assertThat(progress.done() + progress.left()).isEqualTo(DOCUMENTS - 1);
      assertAlike(store, twin, "after the first step");

      // Killed here: it has the commit, and what it had done by then.
      store.commit();
      store.abandon();
      assertThat(done).isCompletedExceptionally();
      DocumentStore again = open();
      assertAlike(again, twin, "after a crash");
      CompletableFuture<Long> rest = again.reindex(KIND);
      await()
          .pollInterval(20, TimeUnit.MILLISECONDS)
          .until(
              () -> {
                goOn(again);
                return rest.isDone();
              });
      assertThat(rest.get()).as("not what was done before").isEqualTo(progress.left());
      assertThat(again.reindexing()).isEmpty();
      assertAlike(again, twin, "at the end");
      assertThat(again.reindex(KIND).get()).isZero();
      again.close();
    }
  }

  @Test
  void whatIsIndexedAsBeforeIsAnsweredHoweverManyAreLeft() {
    changing.describe(KIND, Before.class);
    try (DocumentStore store = open()) {
      for (int i = 0; i <= 10_000; i++) {
        put(i, 0, store);
      }
      store.refresh();
      changing.describe(KIND, After.class);
      assertThat(links(store, SearchedPartitions.of(field("age", "3", MatchType.TERM))))
          .hasSize(1_000);
      assertThat(
              links(
                  store,
                  SearchedPartitions.of(all(field("documentSelfLink", "/c/1", MatchType.PREFIX)))))
          .hasSize(1_112);
      assertThat(
              links(
                  store,
                  SearchedPartitions.of(
                      all(
                          field("age", "3", MatchType.TERM),
                          field("story", "old", MatchType.TERM)))))
          .as("few can match")
          .isEmpty();
      assertThat(
              links(
                  store,
                  SearchedPartitions.of(
                      all(
                          field("age", "4", MatchType.TERM),
                          field("story", "old", MatchType.TERM)))))
          .hasSize(1_000);
      assertThatThrownBy(
              () -> links(store, SearchedPartitions.of(field("story", "old", MatchType.TERM))))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("10001 documents")
          .hasMessageContaining("indexed anew");
      assertThat(pool.inverted().availablePermits())
          .as("everything was given back")
          .isEqualTo(
              (int) Math.min(Integer.MAX_VALUE, (Runtime.getRuntime().maxMemory() / 16) >> 10));
    }
  }

  @Test
  void whatNobodyKnowsTheFormOfIsLookedAtForAnyProperty() {
    try (DocumentStore store = open();
        DocumentStore twin = openTwin()) {
      for (int i = 0; i < 50; i++) {
        put(i, 0, store, twin); // by the shape of its JSON: nobody has described the kind
      }
      store.refresh();
      changing.describe(KIND, After.class);
      assertAlike(store, twin, "indexed by shape");
    }
  }
}
