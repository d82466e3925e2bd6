// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.document.DocumentJson;
import io.cairn.query.QueryTask.NumericRange;
import io.cairn.query.QueryTask.Query;
import io.cairn.service.Service.Action;
import io.cairn.testkit.Answer;
import io.cairn.testkit.EventStreamReader;
import io.cairn.testkit.HttpProbe;
import io.cairn.testkit.cluster.SpreadItems;
import io.cairn.testkit.cluster.TestCluster;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whatever somebody asks who may not read everything: the answer is that of somebody who may, over
 * the readable documents alone. Of three hosts each holds a third of some documents, and all of
 * others.
 */
class RestrictedAnswersTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final List<String> FACTORIES = List.of("/once", "/everywhere");
  private static final int EACH = 20;
  private static final int ROUNDS = 24;
  private static final KnownPeople PEOPLE = new KnownPeople();
  private static final RandomGenerator RANDOM = new SplittableRandom(15);

  private static final String ITEMS =
      "{\"term\":{\"propertyName\":\"word\",\"matchType\":\"PREFIX\",\"matchValue\":\"w\"}}";

  private static TestCluster cluster;
  private static long before;

  /** What a role is about, for the index and for whoever looks at a document. */
  private record Part(Query query, Predicate<JsonNode> matches) {}

  @BeforeAll
  static void start() throws IOException {
    cluster = TestCluster.start(3, SpreadItems::start, arguments -> arguments.membershipQuorum = 2);
    FACTORIES.forEach(cluster::awaitGroup);
    PEOPLE.user("admin", null);
    PEOPLE.role("admins", "admin", false, KnownPeople.below("/"), Action.values());
    for (int node = 0; node < 3; node++) {
      PEOPLE.guard(cluster.host(node));
    }
    for (String factory : FACTORIES) {
      for (int i = 0; i < EACH; i++) {
        String body = SpreadItems.numbered(factory, i, EACH);
        await()
            .atMost(LIMIT)
            .untilAsserted(
                () ->
                    assertThat(http(0).post(factory, body, token("admin")).status())
                        .isIn(200, 409));
      }
    }
    for (JsonNode document : documents("admin", ITEMS, "").values()) {
      before = Math.max(before, document.path("documentUpdateTimeMicros").asLong());
    }
    for (String factory : FACTORIES) {
      for (int i = 0; i < EACH; i += 3) {
        String changed = SpreadItems.numbered(factory, i, EACH).replace("\"rank\":", "\"rank\":1");
        String label = i % 2 == 0 ? "odd" : "even";
        done(
            http(1)
                .put(
                    "%s/%02d".formatted(factory, i),
                    changed.replaceFirst("\"label\":\"\\w+\"", "\"label\":\"" + label + "\""),
                    token("admin")));
      }
      done(http(2).delete("%s/%02d".formatted(factory, 7), token("admin")));
    }
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  private static HttpProbe http(int node) {
    return cluster.host(node).http();
  }

  private static String[] token(String who) {
    return new String[] {KnownPeople.TOKEN, who};
  }

  private static Answer done(Answer answer) {
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    return answer;
  }

  // ---- roles

  private static Part part() {
    return switch (RANDOM.nextInt(6)) {
      case 0 -> below(FACTORIES.get(RANDOM.nextInt(2)) + "/");
      case 1 -> below(FACTORIES.get(RANDOM.nextInt(2)) + "/" + RANDOM.nextInt(2));
      case 2 -> valued("word", "w" + RANDOM.nextInt(7));
      case 3 -> valued("label", RANDOM.nextBoolean() ? "odd" : "even");
      case 4 -> {
        Part other = valued("word", "w" + RANDOM.nextInt(7));
        yield new Part(
            new Query()
                .addBooleanClause(KnownPeople.below("/"))
                .addBooleanClause(other.query().setOccurance(Query.Occurance.MUST_NOT_OCCUR)),
            other.matches().negate());
      }
      default -> {
        long most = RANDOM.nextInt(12);
        yield new Part(
            new Query()
                .setTermPropertyName("rank")
                .setNumericRange(NumericRange.createLongRange(0L, most, true, true)),
            document -> document.has("rank") && document.path("rank").asLong() <= most);
      }
    };
  }

  private static Part below(String prefix) {
    return new Part(
        KnownPeople.below(prefix),
        document -> document.path("documentSelfLink").asString("").startsWith(prefix));
  }

  private static Part valued(String property, String value) {
    return new Part(
        new Query().setTermPropertyName(property).setTermMatchValue(value),
        document -> document.path(property).asString("").equals(value));
  }

  /** Makes a user with random roles; returns which documents it may read. */
  private static Predicate<JsonNode> makeUser(String name) {
    PEOPLE.user(name, null);
    Predicate<JsonNode> allowed = _ -> false;
    Predicate<JsonNode> denied = _ -> false;
    int allowing = 1 + RANDOM.nextInt(2);
    int denying = RANDOM.nextInt(3);
    for (int i = 0; i < allowing + denying; i++) {
      Part part = part();
      boolean denies = i >= allowing;
      PEOPLE.role(name + i, name, denies, part.query(), Action.GET);
      if (denies) {
        denied = denied.or(part.matches());
      } else {
        allowed = allowed.or(part.matches());
      }
    }
    return allowed.and(denied.negate());
  }

  // ---- questions

  private static JsonNode ask(String who, String path, String specification) throws IOException {
    String task = "{\"taskInfo\":{\"isDirect\":true},\"querySpec\":{%s}}".formatted(specification);
    int node = RANDOM.nextInt(3);
    return done(http(node).post(path, task, token(who))).json().path("results");
  }

  private static Map<String, JsonNode> documents(String who, String query, String further)
      throws IOException {
    JsonNode found =
        ask(
            who,
            "/core/query-tasks",
            "\"options\":[\"EXPAND_CONTENT\"%s],\"query\":%s".formatted(further, query));
    Map<String, JsonNode> documents = new TreeMap<>();
    found
        .path("documents")
        .properties()
        .forEach(one -> documents.put(one.getKey(), one.getValue()));
    return documents;
  }

  /** The query for those of the items that are among some links. */
  private static String among(Collection<String> links) {
    String any =
        links.stream()
            .map(
                link ->
                    "{\"occurance\":\"SHOULD_OCCUR\",\"term\":{\"propertyName\":\"documentSelfLink\",\"matchValue\":\"%s\"}}"
                        .formatted(link))
            .collect(Collectors.joining(","));
    return "{\"booleanClauses\":[%s,{\"booleanClauses\":[%s]}]}".formatted(ITEMS, any);
  }

  /** What results say, without what differs from one run of a query to the next. */
  private static JsonNode comparable(JsonNode results) {
    ObjectNode copy = (ObjectNode) results.deepCopy();
    copy.remove(List.of("queryTimeMicros", "documentOwner", "nextPageLink", "prevPageLink"));
    if (copy.path("nextPageLinksPerGroup").isObject()) {
      Set<String> groups = new TreeSet<>(copy.path("nextPageLinksPerGroup").propertyNames());
      copy.set("nextPageLinksPerGroup", DocumentJson.standard().toTree(groups));
    }
    return copy;
  }

  private static Set<String> texts(JsonNode array) {
    return array
        .valueStream()
        .map(JsonNode::asString)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Forms of queries whose answers are the same from run to run. */
  private static final List<String> FORMS =
      List.of(
          "\"options\":[\"COUNT\"]",
          "\"options\":[\"SORT\",\"EXPAND_CONTENT\"],\"sortTerm\":{\"propertyName\":\"documentSelfLink\",\"propertyType\":\"STRING\"}",
          "\"options\":[\"SORT\",\"TOP_RESULTS\"],\"resultLimit\":7,\"sortTerm\":{\"propertyName\":\"documentSelfLink\",\"propertyType\":\"STRING\"}",
          "\"options\":[\"GROUP_BY\",\"TOP_RESULTS\"],\"resultLimit\":3,\"groupByTerm\":{\"propertyName\":\"word\",\"propertyType\":\"STRING\"},\"groupSortTerm\":{\"propertyName\":\"word\",\"propertyType\":\"STRING\"},\"sortTerm\":{\"propertyName\":\"documentSelfLink\",\"propertyType\":\"STRING\"}",
          "\"options\":[\"SORT\"],\"highlight\":{\"preTag\":\"[\",\"postTag\":\"]\"},\"sortTerm\":{\"propertyName\":\"documentSelfLink\",\"propertyType\":\"STRING\"}",
          "\"aggregations\":{\"words\":{\"type\":\"TERMS\",\"propertyName\":\"word\",\"aggregations\":{\"most\":{\"type\":\"MAX\",\"propertyName\":\"rank\"}}},\"sum\":{\"type\":\"SUM\",\"propertyName\":\"weight\"},\"labels\":{\"type\":\"CARDINALITY\",\"propertyName\":\"word\"}}");

  @Test
  void everyAnswerIsThatOverTheReadableDocumentsAlone() throws IOException {
    Map<String, JsonNode> all = documents("admin", ITEMS, "");
    Map<String, JsonNode> versions = documents("admin", ITEMS, ",\"INCLUDE_ALL_VERSIONS\"");
    assertThat(all).hasSize(2 * EACH - 2);
    assertThat(versions.size()).isGreaterThan(all.size() + 2 * EACH / 3);
    int several = 0;
    for (int round = 0; round < ROUNDS; round++) {
      String who = "reader" + round;
      Predicate<JsonNode> reads = makeUser(who);
      Set<String> readable = keys(all, reads);
      several += readable.size() > 2 && readable.size() < all.size() - 2 ? 1 : 0;
      String roles = "%s: %s may read %s".formatted(round, who, readable);

      assertThat(documents(who, ITEMS, "")).as(roles).isEqualTo(subset(all, readable));
      assertThat(documents(who, ITEMS, ",\"INCLUDE_ALL_VERSIONS\"").keySet())
          .as(roles)
          .isEqualTo(keys(versions, reads));
      assertThat(pages(who)).as(roles).isEqualTo(readable);
      explain(who, readable);
      for (String factory : FACTORIES) {
        assertThat(listed(who, factory)).as(roles).isEqualTo(below(readable, factory));
      }
      assertThat(graph(who)).as(roles).isEqualTo(followed(all, reads));
      for (String form : readable.isEmpty() ? List.<String>of() : FORMS) {
        JsonNode found = ask(who, "/core/query-tasks", form + ",\"query\":" + ITEMS);
        JsonNode expected =
            ask("admin", "/core/query-tasks", form + ",\"query\":" + among(readable));
        assertThat(comparable(found)).as(roles + form).isEqualTo(comparable(expected));
      }
    }
    assertThat(several).as("roles that tell something").isGreaterThan(ROUNDS / 3);
  }

  private static Set<String> keys(Map<String, JsonNode> documents, Predicate<JsonNode> wanted) {
    return documents.entrySet().stream()
        .filter(each -> wanted.test(each.getValue()))
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Map<String, JsonNode> subset(Map<String, JsonNode> all, Set<String> links) {
    Map<String, JsonNode> some = new TreeMap<>(all);
    some.keySet().retainAll(links);
    return some;
  }

  private static Set<String> below(Set<String> links, String factory) {
    return links.stream()
        .filter(link -> link.startsWith(factory + "/"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> pages(String who) throws IOException {
    Set<String> found = new TreeSet<>();
    String next =
        ask(who, "/core/query-tasks", "\"resultLimit\":4,\"query\":" + ITEMS)
            .path("nextPageLink")
            .asString("");
    while (!next.isEmpty()) {
      JsonNode page = done(http(RANDOM.nextInt(3)).get(next, token(who))).json().path("results");
      found.addAll(texts(page.path("documentLinks")));
      next = page.path("nextPageLink").asString("");
    }
    return found;
  }

  /** An explanation tells of nothing but what may be read. */
  private static void explain(String who, Set<String> readable) throws IOException {
    int node = RANDOM.nextInt(3);
    JsonNode explanation =
        done(http(node).get("/everywhere?explain&$filter=word%20eq%20w2", token(who)))
            .json()
            .path("explanation");
    for (JsonNode clause : explanation.path("clauses").values()) {
      assertThat(clause.has("documents")).as(explanation.toString()).isFalse();
    }
    assertThat(explanation.path("documents").asInt())
        .as(explanation.toString())
        .isEqualTo(explanation.path("documentsExamined").asInt())
        .isGreaterThanOrEqualTo(below(readable, "/everywhere").size())
        .isLessThanOrEqualTo(readable.size());
  }

  private static Set<String> listed(String who, String factory) throws IOException {
    String path = factory + "?$count=true&$filter=label%20eq%20*";
    Answer counted = http(RANDOM.nextInt(3)).get(path, token(who));
    Answer listing = done(http(RANDOM.nextInt(3)).get(factory + "?expand", token(who)));
    Set<String> links = texts(listing.json().path("documentLinks"));
    assertThat(done(counted).json().path("documentCount").asInt()).isEqualTo(links.size());
    assertThat(new TreeSet<>(listing.json().path("documents").propertyNames())).isEqualTo(links);
    return links;
  }

  /** What those with the label odd lead to. */
  private static Set<String> graph(String who) throws IOException {
    String task =
        """
        {"taskInfo":{"isDirect":true},"depthLimit":2,"stages":[
         {"querySpec":{"linkTerms":[{"propertyName":"next"}],
          "query":{"term":{"propertyName":"label","matchValue":"odd"}}}},
         {"querySpec":{"query":%s}}]}"""
            .formatted(ITEMS);
    Answer answer = done(http(RANDOM.nextInt(3)).post("/core/graph-queries", task, token(who)));
    return texts(answer.json().path("resultLinks"));
  }

  private static Set<String> followed(Map<String, JsonNode> all, Predicate<JsonNode> reads) {
    Set<String> next = new HashSet<>();
    all.values().stream()
        .filter(reads)
        .filter(document -> document.path("label").asString("").equals("odd"))
        .forEach(document -> next.add(document.path("next").asString("")));
    Set<String> found = keys(all, reads);
    found.retainAll(next);
    return found;
  }

  @Test
  void thePastIsThatOfWhatWasReadable() throws IOException {
    String snapshot =
        "\"options\":[\"EXPAND_CONTENT\",\"TIME_SNAPSHOT\"],\"timeSnapshotBoundaryMicros\":%d,\"query\":%s"
            .formatted(before, ITEMS);
    JsonNode all = ask("admin", "/core/query-tasks", snapshot).path("documents");
    assertThat(all.size()).isEqualTo(2 * EACH);
    for (int round = 0; round < 6; round++) {
      String who = "historian" + round;
      Predicate<JsonNode> reads = makeUser(who);
      JsonNode found = ask(who, "/core/query-tasks", snapshot).path("documents");
      Set<String> expected = new TreeSet<>();
      all.properties().stream()
          .filter(each -> reads.test(each.getValue()))
          .forEach(each -> expected.add(each.getKey()));
      assertThat(new TreeSet<>(found.propertyNames())).isEqualTo(expected);
    }
  }

  @Test
  void feedsBeginWithWhatIsReadableAndTellOfNothingElse() throws IOException {
    Map<String, JsonNode> all = documents("admin", ITEMS, "");
    for (String factory : FACTORIES) {
      String who = "watcher" + factory.substring(1);
      PEOPLE.user(who, null);
      Part part = valued("word", "w2");
      PEOPLE.role(who, who, false, part.query(), Action.GET);
      Set<String> expected = below(keys(all, part.matches()), factory);
      List<String> told = new ArrayList<>();
      try (EventStreamReader feed =
          EventStreamReader.open(
              cluster.host(RANDOM.nextInt(3)).uri().resolve(factory + "?current"),
              null,
              "",
              token(who))) {
        EventStreamReader.Event event = feed.next(LIMIT);
        while (!event.name().equals("live")) {
          told.add(event.json().path("documentSelfLink").asString(""));
          event = feed.next(LIMIT);
        }
        assertThat(new TreeSet<>(told)).isEqualTo(expected);
        done(http(0).put(factory + "/00", "{\"word\":\"w5\",\"label\":\"odd\"}", token("admin")));
        done(http(1).put(factory + "/02", "{\"word\":\"w2\",\"label\":\"odd\"}", token("admin")));
        event = feed.next(LIMIT, any -> !any.name().equals("bookmark"));
        assertThat(event.data()).contains(factory + "/02");
      } finally {
        done(http(0).put(factory + "/00", all.get(factory + "/00").toString(), token("admin")));
        done(http(0).put(factory + "/02", all.get(factory + "/02").toString(), token("admin")));
      }
    }
  }
}
