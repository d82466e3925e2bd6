// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.query.QueryFilter;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.Query.Occurance;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.SortOrder;
import io.cairn.query.QueryTask.QueryTerm;
import io.cairn.query.SortValue;
import io.cairn.query.odata.QueryNames;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.search.DocumentSearch;
import io.cairn.store.search.OrderedCursor;
import io.cairn.store.search.SearchResult;
import io.cairn.store.search.SortKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * What the index finds is what a plain look at each document finds: for random documents that are
 * made, changed, deleted and expire, and for random queries. {@code -Dcairn.seed=SEED} repeats a
 * run.
 */
class AgreementTest {
  private static final int ROUNDS = 12;
  private static final int QUERIES = 120;

  private final long seed = Long.getLong("cairn.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final RandomThings things = new RandomThings(random);
  private final TestPartition partition = new TestPartition();
  private final Map<String, DocumentVersion> living = new TreeMap<>();
  private @TempDir Path directory;
  private long index;

  @Test
  void indexFindsWhatALookAtEachDocumentFinds() {
    partition.describe(RandomThings.KIND, RandomThings.Thing.class);
    ServiceDocumentDescription description = partition.kinds.get(RandomThings.KIND);
    try (partition;
        DocumentStore one = partition.open(directory.resolve("one"));
        DocumentStore two = partition.open(directory.resolve("two"));
        DocumentStore copy = partition.open(directory.resolve("copy"))) {
      List<DocumentStore> stores = List.of(one, two);
      for (int round = 0; round < ROUNDS; round++) {
        change(one, two, copy);
        for (int i = 0; i < QUERIES; i++) {
          QuerySpecification specification = things.specification();
          List<String> expected = expected(specification, description);
          if (disagree(stores, specification.query, description)) {
            specification.query = smallest(stores, specification.query, description);
            specification.sortTerm = null;
            specification.options.clear();
            expected = expected(specification, description);
          }
          String what =
              "seed %d, %s".formatted(seed, DocumentJson.standard().toJson(specification));
          assertFound(stores, specification, expected, what);
          assertMerged(List.of(one, two, copy), specification, expected, what);
        }
      }
    }
  }

  private boolean disagree(
      List<DocumentStore> stores, Query query, ServiceDocumentDescription description) {
    QuerySpecification plain = new QuerySpecification();
    plain.query = query;
    try (SearchResult result = DocumentSearch.over(stores).search(resolved(plain))) {
      return !result.links().stream()
          .sorted()
          .toList()
          .equals(expected(plain, description).stream().sorted().toList());
    }
  }

  /** A part of a query that is answered wrongly too. */
  private Query smallest(
      List<DocumentStore> stores, Query wrong, ServiceDocumentDescription description) {
    List<Query> parts = new ArrayList<>();
    List<Query> clauses = wrong.booleanClauses == null ? List.of() : wrong.booleanClauses;
    for (int i = 0; i < clauses.size(); i++) {
      Query alone = DocumentJson.standard().copy(clauses.get(i));
      parts.add(alone.setOccurance(Occurance.MUST_OCCUR));
      if (clauses.size() > 1) {
        Query without = new Query().setOccurance(wrong.occurance);
        without.booleanClauses = new ArrayList<>(clauses);
        without.booleanClauses.remove(i);
        parts.add(without);
      }
    }
    return parts.stream()
        .filter(part -> disagree(stores, part, description))
        .findFirst()
        .map(part -> smallest(stores, part, description))
        .orElse(wrong);
  }

  /** One store in any order, and the number. */
  private void assertFound(
      List<DocumentStore> stores,
      QuerySpecification specification,
      List<String> expected,
      String what) {
    try (SearchResult result = DocumentSearch.over(stores).search(resolved(specification))) {
      List<String> found = new ArrayList<>(result.links());
      assertThat(found).as(what).containsExactlyInAnyOrderElementsOf(expected);
      assertThat(result.totalCount()).as(what).isEqualTo(expected.size());
    }
  }

  /**
   * Two nodes and what they find merged; the first of them is replaced by another copy of the same
   * documents after some rows.
   */
  private void assertMerged(
      List<DocumentStore> stores,
      QuerySpecification specification,
      List<String> expected,
      String what) {
    Comparator<SortKey> order = SortKey.order(specification);
    List<OrderedCursor.Found> all = new ArrayList<>();
    try (OrderedCursor one = open(stores.get(0), specification);
        OrderedCursor two = open(stores.get(1), specification);
        OrderedCursor copy = open(stores.get(2), specification)) {
      SortKey after = null;
      List<OrderedCursor.Found> page;
      do {
        int size = 1 + random.nextInt(15);
        page = new ArrayList<>();
        page.addAll((random.nextBoolean() ? one : copy).read(after, size, () -> {}));
        page.addAll(two.read(after, size, () -> {}));
        page.sort((a, b) -> order.compare(a.key(), b.key()));
        page = page.subList(0, Math.min(size, page.size()));
        all.addAll(page);
        after = page.isEmpty() ? after : page.getLast().key();
      } while (!page.isEmpty());
      assertThat(one.totalCount() + two.totalCount()).as(what).isEqualTo(expected.size());
    }
    assertThat(all.stream().map(found -> found.hit().link()).toList()).as(what).isEqualTo(expected);
  }

  private OrderedCursor open(DocumentStore store, QuerySpecification specification) {
    return DocumentSearch.over(List.of(store)).openOrdered(resolved(specification), null);
  }

  /** With names as they are indexed, as the runtime has them. */
  private QuerySpecification resolved(QuerySpecification specification) {
    return QueryNames.resolve(specification, partition.kinds);
  }

  // What is there.

  private void change(DocumentStore one, DocumentStore two, DocumentStore copy) {
    long now = partition.now.addAndGet(1_000);
    living.values().removeIf(document -> document.isExpiredAt(now));
    for (int i = 0; i < 30; i++) {
      String link = "/things/" + random.nextInt(RandomThings.LINKS);
      DocumentVersion before = latest.get(link);
      long version = before == null ? 0 : before.version() + 1;
      boolean deletes = before != null && random.nextInt(6) == 0;
      long expiration = random.nextInt(8) == 0 ? now + random.nextInt(4_000) + 1 : 0;
      String action =
          deletes ? "DELETE" : version == 0 ? "POST" : random.nextBoolean() ? "PUT" : "PATCH";
      DocumentVersion document =
          new DocumentVersion(
              link,
              RandomThings.KIND,
              version,
              0,
              1_000 + index,
              action,
              deletes ? 0 : expiration,
              things.json(link, version, action).getBytes(StandardCharsets.UTF_8));
      boolean first = Math.floorMod(link.hashCode(), 2) == 0;
      (first ? one : two).apply(++index, document);
      if (first) {
        copy.apply(index, document);
      }
      latest.put(link, document);
      if (deletes) {
        living.remove(link);
      } else {
        living.put(link, document);
      }
      if (random.nextInt(10) == 0) {
        one.refresh();
        two.refresh();
      }
    }
  }

  private final Map<String, DocumentVersion> latest = new TreeMap<>();

  // What is to be found.

  private List<String> expected(
      QuerySpecification specification, ServiceDocumentDescription description) {
    QueryFilter filter = QueryFilter.create(specification.query);
    Map<String, JsonNode> matching = new TreeMap<>();
    living.forEach(
        (link, document) -> {
          JsonNode tree = DocumentJson.standard().readTree(document.json());
          if (filter.evaluate(tree, description)) {
            matching.put(link, tree);
          }
        });
    List<QueryTerm> terms = new ArrayList<>();
    if (specification.sortTerm != null) {
      terms.add(specification.sortTerm);
      if (specification.additionalSortTerms != null) {
        terms.addAll(specification.additionalSortTerms);
      }
    }
    Comparator<String> order = (_, _) -> 0;
    for (QueryTerm term : terms) {
      boolean descending = term.sortOrder == SortOrder.DESC;
      Comparator<SortValue> values = Comparator.naturalOrder();
      order =
          order.thenComparing(
              link -> SortValue.of(matching.get(link), description, term, descending),
              Comparator.nullsLast(descending ? values.reversed() : values));
    }
    return matching.keySet().stream()
        .sorted(
            order.thenComparing(
                link -> link.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned))
        .toList();
  }
}
