// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.query.QueryFilter;
import io.cairn.query.QueryTask;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.query.QueryTask.QuerySpecification.SortOrder;
import io.cairn.query.QueryTask.QueryTerm;
import io.cairn.query.SortValue;
import io.cairn.testkit.Answer;
import io.cairn.testkit.HttpProbe;
import io.cairn.testkit.Outage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Queries and listings of four hosts that each hold three quarters of some documents, all of others
 * and a quarter of yet others: through every host they are the same.
 */
class SpreadQueriesTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int EACH = 60;
  private static final List<String> FACTORIES = SpreadItems.FACTORIES;

  private static TestCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster =
        TestCluster.start(
            4,
            SpreadItems::start,
            arguments -> {
              arguments.membershipQuorum = 3;
              arguments.clockFactor = 2; // four hosts share the processors of one
            });
    cluster.awaitGroup("/everywhere", PATIENCE);
    FACTORIES.forEach(SpreadQueriesTest::awaitAvailable);
    try (ExecutorService writers = Executors.newFixedThreadPool(8)) {
      List<Future<?>> writes = new ArrayList<>();
      for (String factory : FACTORIES) {
        for (int i = 0; i < EACH; i++) {
          int number = i;
          writes.add(
              writers.submit(
                  () -> make(number % 4, factory, SpreadItems.numbered(factory, number, EACH))));
        }
      }
      for (Future<?> write : writes) {
        write.get();
      }
    }
  }

  /** A document that may be there already, if the outcome of an attempt was unknown. */
  private static void make(int node, String factory, String body) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(http(node).post(factory, body).status()).isIn(200, 409));
  }

  private static void awaitAvailable(String factory) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              for (int node = 0; node < 4; node++) {
                assertThat(http(node).get(factory + "/available").status()).isEqualTo(200);
                assertThat(http(node).get(factory).status()).isEqualTo(200);
              }
            });
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  private static HttpProbe http(int node) {
    return cluster.host(node).http();
  }

  private static List<String> links(Stream<Integer> numbers) {
    List<Integer> all = numbers.toList();
    return FACTORIES.stream()
        .sorted()
        .flatMap(factory -> all.stream().map(i -> "%s/%02d".formatted(factory, i)))
        .toList();
  }

  private static JsonNode page(int node, String link) throws IOException {
    Answer answer = http(node).get(link);
    assertThat(answer.status()).as(() -> answer + cluster.logged()).isEqualTo(200);
    return answer.json();
  }

  private static List<String> texts(JsonNode array) {
    return array.valueStream().map(JsonNode::asString).toList();
  }

  private static JsonNode query(int node, String specification) throws IOException {
    Answer answer =
        http(node)
            .post(
                "/core/query-tasks",
                "{\"taskInfo\":{\"isDirect\":true},\"querySpec\":" + specification + "}");
    assertThat(answer.status()).as(() -> answer + cluster.logged()).isEqualTo(200);
    return answer.json().get("results");
  }

  private static final String ODD =
      "\"query\":{\"term\":{\"propertyName\":\"label\",\"matchValue\":\"odd\"}}";

  private static List<String> odd() {
    return links(IntStream.range(0, EACH).filter(i -> i % 2 == 1).boxed());
  }

  @Test
  void queryOverAllKindsFindsTheSameThroughEachNode() throws IOException {
    for (int node = 0; node < 4; node++) {
      JsonNode found = query(node, "{\"options\":[\"EXPAND_CONTENT\"]," + ODD + "}");
      assertThat(texts(found.get("documentLinks"))).isEqualTo(odd());
      assertThat(found.get("documents").size()).isEqualTo(odd().size());
      for (String link : odd()) {
        assertThat(found.get("documents").get(link).get("label").asString()).isEqualTo("odd");
      }
      assertThat(query(node, "{\"options\":[\"COUNT\"]," + ODD + "}").get("documentCount").asInt())
          .isEqualTo(odd().size());
    }
  }

  @Test
  void textsAreShownAndKindsAreCountedThroughEachNode() throws IOException {
    for (int node = 0; node < 4; node++) {
      JsonNode found =
          query(node, "{\"highlight\":{\"preTag\":\"[\",\"postTag\":\"]\"}," + ODD + "}");
      assertThat(found.get("highlights").propertyNames()).containsExactlyElementsOf(odd());
      for (JsonNode shown : found.get("highlights")) {
        assertThat(texts(shown.get("label"))).containsExactly("[odd]");
      }
      JsonNode counted = page(node, "/core/document-index/kinds").get("kinds");
      String kind = "io:cairn:testkit:cluster:SpreadItems:Item";
      long all = page(node, "/thrice?$count=true").get("documentCount").asLong();
      all += page(node, "/once?$count=true").get("documentCount").asLong();
      all += page(node, "/everywhere?$count=true").get("documentCount").asLong();
      assertThat(counted.get(kind).get("documentCount").asLong()).isEqualTo(all);
      assertThat(counted.get(kind).at("/here/documentCount").asLong())
          .as("it holds some of them")
          .isLessThan(all);
    }
  }

  private static final String SORTED =
      """
      {"options":["SORT","EXPAND_SELECTED_FIELDS"%s],"sortOrder":"DESC",
       "sortTerm":{"propertyName":"rank","propertyType":"LONG"},
       "additionalSortTerms":[{"propertyName":"word","propertyType":"STRING","sortOrder":"ASC"}],
       "selectTerms":[{"propertyName":"rank"}],"resultLimit":%d,%s
       "query":{"term":{"propertyName":"rank","range":{"type":"LONG","min":-1}}}}
      """;

  private static List<String> sorted() {
    Comparator<String> byRank = Comparator.comparingInt(link -> -(number(link) % 10));
    return links(IntStream.range(0, EACH).boxed()).stream()
        .sorted(
            byRank
                .thenComparing(link -> "w" + number(link) % 7)
                .thenComparing(Comparator.naturalOrder()))
        .toList();
  }

  private static int number(String link) {
    return Integer.parseInt(link.substring(link.lastIndexOf('/') + 1));
  }

  @Test
  void sortedResultsOfAllNodesAreOneOrder() throws IOException {
    for (int node = 0; node < 4; node++) {
      JsonNode top = query(node, SORTED.formatted(",\"TOP_RESULTS\"", 50, ""));
      assertThat(texts(top.get("documentLinks"))).isEqualTo(sorted().subList(0, 50));
      JsonNode behind = query(node, SORTED.formatted(",\"TOP_RESULTS\"", 50, "\"offset\":40,"));
      assertThat(texts(behind.get("documentLinks"))).isEqualTo(sorted().subList(40, 90));
    }
  }

  @Test
  void pagesAreReadThroughAnyNodeThereAndBack() throws IOException {
    String next = query(1, SORTED.formatted("", 17, "")).get("nextPageLink").asString();
    List<String> all = new ArrayList<>();
    List<String> pages = new ArrayList<>();
    for (int node = 0; next != null; node++) {
      JsonNode page = page(node % 4, next).get("results");
      pages.add(next);
      all.addAll(texts(page.get("documentLinks")));
      next = page.has("nextPageLink") ? page.get("nextPageLink").asString() : null;
    }
    assertThat(all).isEqualTo(sorted());
    Collections.reverse(pages);
    String back = pages.getFirst();
    for (String page : pages) {
      assertThat(back).isEqualTo(page);
      JsonNode read = page(3, back).get("results");
      back = read.has("prevPageLink") ? read.get("prevPageLink").asString() : "";
    }
  }

  @Test
  void pagesShowTheMomentOfTheFirst() throws IOException {
    Answer first = http(2).get("/thrice?$limit=5&$orderby=rank&$filter=documentSelfLink%20ne%20x");
    assertThat(first.json().get("totalCount").asInt()).isEqualTo(EACH);
    List<String> all = new ArrayList<>(texts(first.json().get("documentLinks")));
    assertThat(http(0).post("/thrice", "{\"documentSelfLink\":\"zz\",\"rank\":99}").status())
        .isEqualTo(200);
    JsonNode page = first.json();
    try {
      while (page.has("nextPageLink")) {
        page = page(0, page.get("nextPageLink").asString());
        all.addAll(texts(page.get("documentLinks")));
      }
    } finally {
      assertThat(http(1).delete("/thrice/zz").status()).isEqualTo(200);
    }
    assertThat(all).hasSize(EACH).doesNotHaveDuplicates().doesNotContain("/thrice/zz");
  }

  @Test
  void listingAsOfATimeIsWholeThroughEachNode() throws IOException {
    for (String factory : FACTORIES) {
      long then = 0;
      for (int i = 0; i < 4; i++) {
        make(i % 4, factory, "{\"documentSelfLink\":\"past%d\",\"word\":\"past\"}".formatted(i));
        then =
            Math.max(then, page(0, factory + "/past" + i).get("documentUpdateTimeMicros").asLong());
      }
      try {
        for (int i = 0; i < 4; i++) {
          assertThat(http(i % 4).put(factory + "/past" + i, "{\"word\":\"present\"}").status())
              .isEqualTo(200);
        }
        for (int node = 0; node < 4; node++) {
          String past = factory + "?$filter=word%20eq%20'past'&$count=true";
          assertThat(page(node, past).get("documentCount").asInt()).isZero();
          assertThat(page(node, past + "&asOf=" + then).get("documentCount").asInt()).isEqualTo(4);
        }
      } finally {
        for (int i = 0; i < 4; i++) {
          http(i % 4).delete(factory + "/past" + i);
        }
      }
    }
  }

  @Test
  void listingsAreWholeThroughEachNode() throws IOException {
    for (int node = 0; node < 4; node++) {
      for (String factory : FACTORIES) {
        JsonNode all = http(node).get(factory + "?expand").json();
        assertThat(all.get("documentLinks")).hasSize(EACH);
        assertThat(all.get("documents").size()).isEqualTo(EACH);
        JsonNode some =
            http(node).get(factory + "?$filter=rank%20gt%207&$orderby=weight%20desc").json();
        assertThat(texts(some.get("documentLinks")))
            .isEqualTo(
                IntStream.range(0, EACH)
                    .filter(i -> i % 10 > 7)
                    .boxed()
                    .sorted(Comparator.reverseOrder())
                    .map(i -> "%s/%02d".formatted(factory, i))
                    .toList());
        assertThat(http(node).get(factory + "?$count=true").json().get("documentCount").asInt())
            .isEqualTo(EACH);
      }
    }
  }

  @Test
  void odataQueryOverAllKindsAndDocumentIndexAreWhole() throws IOException {
    for (int node = 0; node < 4; node++) {
      JsonNode task =
          http(node)
              .get("/core/odata-queries?$filter=label%20eq%20odd%20and%20rank%20lt%204")
              .json();
      assertThat(task.get("results").get("documents").size()).isEqualTo(3 * EACH / 5);
      JsonNode prefix = http(node).get("/core/document-index?documentSelfLink=/once/*").json();
      assertThat(prefix.at("/results/documentLinks").isMissingNode()).isTrue();
      assertThat(texts(prefix.get("documentLinks"))).hasSize(EACH);
      for (int i = 0; i < 8; i++) {
        String link = "/once/%02d".formatted(i);
        JsonNode one = http(node).get("/core/document-index?documentSelfLink=" + link).json();
        assertThat(one.get("documentSelfLink").asString()).isEqualTo(link);
        Answer version =
            http(node).get("/core/document-index?documentVersion=0&documentSelfLink=" + link);
        assertThat(version.json().get("rank").asInt()).isEqualTo(i);
      }
      Answer none = http(node).get("/core/document-index?documentSelfLink=/once/none");
      assertThat(none.status()).isEqualTo(200);
      assertThat(none.text()).isEmpty();
    }
  }

  @Test
  void linksThatAreSelectedAreExpandedWhereverTheyLead() throws IOException {
    for (int node = 0; node < 4; node++) {
      JsonNode found =
          query(
              node,
              """
              {"options":["SELECT_LINKS","EXPAND_LINKS"],"linkTerms":[{"propertyName":"next"}],
               "query":{"term":{"propertyName":"weight","range":{"type":"DOUBLE","max":2.5}}}}
              """);
      assertThat(found.get("selectedLinks")).hasSize(15);
      for (JsonNode document : found.get("selectedDocuments")) {
        assertThat(document.get("rank").asInt()).isBetween(1, 5);
      }
    }
  }

  @Test
  void graphQueryFollowsLinksOverAllNodes() throws IOException {
    for (int node = 0; node < 4; node++) {
      Answer answer =
          http(node)
              .post(
                  "/core/graph-queries",
                  """
                  {"taskInfo":{"isDirect":true},"depthLimit":3,"stages":[
                    {"querySpec":{"linkTerms":[{"propertyName":"next"}],"query":{"term":
                      {"propertyName":"weight","range":{"type":"DOUBLE","max":1.1}}}}},
                    {"querySpec":{"linkTerms":[{"propertyName":"next"}],"query":{"term":
                      {"propertyName":"label","matchValue":"odd"}}}},
                    {"querySpec":{"query":{"term":
                      {"propertyName":"label","matchValue":"even"}}}}]}
                  """);
      assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
      JsonNode stages = answer.json().get("stages");
      assertThat(texts(stages.get(0).at("/results/documentLinks")))
          .isEqualTo(links(Stream.of(0, 1, 2)));
      assertThat(texts(stages.get(1).at("/results/documentLinks")))
          .isEqualTo(links(Stream.of(1, 3)));
      assertThat(texts(answer.json().get("resultLinks"))).isEqualTo(links(Stream.of(2, 4)));
    }
  }

  private static Map<String, JsonNode> allItems() throws IOException {
    Map<String, JsonNode> documents = new TreeMap<>();
    for (String factory : FACTORIES) {
      page(0, factory + "?expand")
          .get("documents")
          .properties()
          .forEach(each -> documents.put(each.getKey(), each.getValue()));
    }
    return documents;
  }

  @Test
  void randomAggregationsOfAllNodesAreWhatALookAtEachDocumentFinds() throws IOException {
    long seed = Long.getLong("cairn.seed", System.nanoTime());
    try {
      PlainAggregations.compare(
          allItems(), new Random(seed), 100, http(0), http(1), http(2), http(3));
    } catch (AssertionError e) {
      throw new AssertionError("cairn.seed=" + seed, e);
    }
  }

  /** What each host finds, against a look at each document. */
  @Test
  void randomQueriesFindWhatALookAtEachDocumentFinds() throws IOException {
    long seed = Long.getLong("cairn.seed", System.nanoTime());
    Random random = new Random(seed);
    ServiceDocumentDescription description =
        ServiceDocumentDescription.Builder.create().buildDescription(SpreadItems.Item.class);
    Map<String, JsonNode> documents = allItems();
    Comparator<String> byLink = Comparator.naturalOrder();
    for (int round = 0; round < 32; round++) {
      Query query = SpreadItems.randomQuery(random, 0);
      QueryFilter filter = QueryFilter.create(query);
      QueryTask task = QueryTask.Builder.createDirectTask().setQuery(query).build();
      QueryTerm sort = new QueryTerm();
      sort.propertyName = random.nextBoolean() ? "rank" : "weight";
      sort.propertyType = sort.propertyName.equals("rank") ? TypeName.LONG : TypeName.DOUBLE;
      boolean descending = random.nextBoolean();
      task.querySpec.sortTerm = sort;
      task.querySpec.sortOrder = descending ? SortOrder.DESC : SortOrder.ASC;
      task.querySpec.options.addAll(List.of(QueryOption.SORT, QueryOption.TOP_RESULTS));
      task.querySpec.resultLimit = 1 + random.nextInt(200);
      Comparator<SortValue> order = Comparator.naturalOrder();
      List<String> expected =
          documents.keySet().stream()
              .filter(link -> filter.evaluate(documents.get(link), description))
              .sorted(
                  Comparator.comparing(
                          (String link) ->
                              SortValue.of(documents.get(link), description, sort, descending),
                          Comparator.nullsLast(descending ? order.reversed() : order))
                      .thenComparing(byLink))
              .limit(task.querySpec.resultLimit)
              .toList();
      Answer answer =
          http(round % 4).post("/core/query-tasks", DocumentJson.standard().toJson(task));
      assertThat(answer.status()).as("seed %d: %s", seed, answer).isEqualTo(200);
      assertThat(texts(answer.json().at("/results/documentLinks")))
          .as("seed %d: %s", seed, DocumentJson.standard().toJson(task))
          .isEqualTo(expected);
    }
  }

  @Test
  void queryThatMakesNoSenseIsRefused() throws IOException {
    Answer answer =
        http(0)
            .post(
                "/core/query-tasks",
                "{\"taskInfo\":{\"isDirect\":true},\"querySpec\":{\"options\":[\"SORT\"],"
                    + "\"sortTerm\":{\"propertyName\":\"label\",\"propertyType\":\"STRING\"},"
                    + ODD
                    + "}}");
    assertThat(answer.status()).as(answer.toString()).isEqualTo(400);
    assertThat(answer.text()).contains("PropertyIndexingOption.SORT");
  }

  @Test
  void randomGroupsOfAllNodesAreWhatALookAtEachDocumentFinds() throws IOException {
    long seed = Long.getLong("cairn.seed", System.nanoTime());
    try {
      PlainGroups.compare(allItems(), new Random(seed), 24, http(0), http(1), http(2), http(3));
    } catch (AssertionError e) {
      throw new AssertionError("cairn.seed=" + seed, e);
    }
  }

  @Test
  void continuousQueriesHearOfEveryChangeOnWhicheverNode() throws IOException {
    List<HttpProbe> all = List.of(http(0), http(1), http(2), http(3));
    ContinuousTallies tallies = ContinuousTallies.begin("told", all);
    for (String factory : FACTORIES) {
      tallies.change(factory, 4, all);
    }
    tallies.awaitAll(PATIENCE);
    ContinuousTallies.assertEndsAreTold(FACTORIES, all, PATIENCE);
  }

  @Test
  void pagesGoOnWhileNodesGoAndCome() throws IOException {
    ContinuousTallies tallies = ContinuousTallies.begin("kept", List.of(http(0), http(1), http(2)));
    JsonNode page = page(0, "/thrice?expand&$limit=4&$orderby=word");
    List<String> all = new ArrayList<>(texts(page.get("documentLinks")));
    try (Outage _ = cluster.cutOff(3)) {
      for (int i = 0; i < 6; i++) {
        page = page(1 + i % 2, page.get("nextPageLink").asString());
        all.addAll(texts(page.get("documentLinks")));
      }
      Answer whole = http(1).get("/thrice");
      assertThat(whole.json().get("documentLinks")).as(whole.toString()).hasSize(EACH);
      tallies.change("/thrice", 8, List.of(http(0), http(1), http(2)));
    }
    tallies.change("/thrice", 8, List.of(http(0), http(1), http(2)));
    tallies.awaitAll(PATIENCE);
    while (page.has("nextPageLink")) {
      page = page(all.size() % 3, page.get("nextPageLink").asString());
      all.addAll(texts(page.get("documentLinks")));
    }
    assertThat(new HashSet<>(all)).hasSize(EACH);
    assertThat(all)
        .isEqualTo(
            IntStream.range(0, EACH)
                .boxed()
                .sorted(Comparator.<Integer>comparingInt(i -> i % 7).thenComparingInt(i -> i))
                .map("/thrice/%02d"::formatted)
                .toList());
    FACTORIES.forEach(SpreadQueriesTest::awaitAvailable);
  }
}
