// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.testkit.Answer;
import io.cairn.testkit.HttpProbe;
import io.cairn.testkit.TestHost;
import java.io.IOException;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Aggregations of one host, over items that are made, changed and deleted. */
class AggregationsTest {
  private static final String ALL =
      "\"query\":{\"term\":{\"propertyName\":\"documentSelfLink\",\"matchType\":\"PREFIX\","
          + "\"matchValue\":\"/everywhere/\"}}";
  private static final int ITEMS = 150;

  private static TestHost host;
  private static long seed;
  private static Random random;

  @BeforeAll
  static void start() throws IOException {
    seed = Long.getLong("cairn.seed", System.nanoTime());
    random = new Random(seed);
    host = TestHost.start(SpreadItems::start);
    HttpProbe http = host.http();
    for (int i = 0; i < ITEMS; i++) {
      String factory = SpreadItems.FACTORIES.get(i % 3);
      String fields = SpreadItems.randomFields(random);
      String separator = fields.isEmpty() ? "" : ",";
      http.post(
          factory,
          "{\"documentSelfLink\":\"%d\",\"label\":\"x\"%s%s}".formatted(i, separator, fields));
      if (random.nextInt(4) == 0) {
        http.put(factory + "/" + i, "{\"label\":\"x\"," + SpreadItems.randomFields(random) + "}");
      }
      if (random.nextInt(9) == 0) {
        http.delete(factory + "/" + i);
      }
    }
  }

  @AfterAll
  static void stop() {
    host.close();
  }

  @Test
  void randomAggregationsAreWhatALookAtEachDocumentFinds() throws IOException {
    Map<String, JsonNode> items = new TreeMap<>();
    for (String factory : SpreadItems.FACTORIES) {
      host.http()
          .get(factory + "?expand")
          .json()
          .get("documents")
          .properties()
          .forEach(each -> items.put(each.getKey(), each.getValue()));
    }
    try {
      PlainAggregations.compare(items, random, 150, host.http());
    } catch (AssertionError e) {
      throw new AssertionError("cairn.seed=" + seed, e);
    }
  }

  private static Answer ask(String specification) throws IOException {
    return host.http()
        .post(
            "/core/query-tasks",
            "{\"taskInfo\":{\"isDirect\":true},\"querySpec\":{" + specification + "}}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"aggregations\":{}|must not be empty",
        "\"aggregations\":{\"a\":null}|aggregations.a must not be null",
        "\"aggregations\":{\"a\":{\"propertyName\":\"rank\"}}|aggregations.a needs a type: one of",
        "\"aggregations\":{\"a\":{\"type\":\"SUM\"}}|aggregations.a needs a propertyName",
        "\"aggregations\":{\"a\":{\"type\":\"SUMM\",\"propertyName\":\"rank\"}}|is not one of COUNT",
        "\"aggregations\":{\"a\":{\"type\":\"TERMS\",\"propertyName\":\"rank\",\"limt\":3}}|did you mean limit?",
        "\"aggregations\":{\"a\":{\"type\":\"TERMS\",\"propertyName\":\"rank\",\"limit\":0}}|limit is from 1 to",
        "\"aggregations\":{\"a\":{\"type\":\"TERMS\",\"propertyName\":\"rank\",\"orderBy\":\"b\"}}|orderBy is documentCount",
        "\"aggregations\":{\"a\":{\"type\":\"SUM\",\"propertyName\":\"rank\",\"interval\":3}}|SUM has no interval",
        "\"aggregations\":{\"a\":{\"type\":\"PERCENTILES\",\"propertyName\":\"rank\",\"percents\":[101]}}|from 0 to 100",
        "\"aggregations\":{\"a\":{\"type\":\"HISTOGRAM\",\"propertyName\":\"rank\",\"interval\":-1}}|more than 0",
        "\"aggregations\":{\"a\":{\"type\":\"DATE_HISTOGRAM\",\"propertyName\":\"at\",\"interval\":\"MOON\"}}|PT15M",
        "\"aggregations\":{\"a\":{\"type\":\"DATE_HISTOGRAM\",\"propertyName\":\"at\",\"interval\":\"DAY\",\"timeZone\":\"Mars\"}}|no time zone Mars",
        "\"aggregations\":{\"a\":{\"type\":\"TERMS\",\"propertyName\":\"documentOwner\"}}|not documentOwner",
        "\"aggregations\":{\"a\":{\"type\":\"TERMS\",\"propertyName\":\"label\"}}|PropertyIndexingOption.SORT",
        "\"aggregations\":{\"a\":{\"type\":\"SUM\",\"propertyName\":\"word\"}}|word is no number",
        "\"aggregations\":{\"a\":{\"type\":\"SUM\",\"propertyName\":\"prices\"}}|several BigDecimal",
        "\"resultLimit\":5,\"aggregations\":{\"a\":{\"type\":\"SUM\",\"propertyName\":\"rank\"}}|without documents",
        "\"options\":[\"SORT\"],\"sortTerm\":{\"propertyName\":\"rank\",\"propertyType\":\"LONG\"},\"aggregations\":{\"a\":{\"type\":\"SUM\",\"propertyName\":\"rank\"}}|SORT",
      })
  void whatCannotBeAnsweredIsRefused(String aggregations, String why) throws IOException {
    assertThat(
            host.http()
                .post("/everywhere", "{\"documentSelfLink\":\"many\",\"prices\":[1.5,1.5]}")
                .status())
        .isIn(200, 409);
    Answer answer = ask(ALL + "," + aggregations);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(400);
    assertThat(answer.json().get("message").asString()).contains(why);
  }

  @Test
  void kindsAreCountedAndGrouped() throws IOException {
    JsonNode kinds =
        ask(ALL
                + ",\"aggregations\":{\"a\":{\"type\":\"TERMS\",\"propertyName\":\"documentKind\"}}")
            .json()
            .at("/results/aggregations/a/buckets");
    assertThat(kinds.size()).isOne();
    String kind = kinds.at("/0/key").asString();
    assertThat(kind).endsWith(":Item");
    long count = ask(ALL + ",\"options\":[\"COUNT\"]").json().at("/results/documentCount").asLong();
    assertThat(kinds.at("/0/documentCount").asLong()).isEqualTo(count).isPositive();

    JsonNode groups =
        ask(ALL
                + ",\"options\":[\"GROUP_BY\"],\"groupByTerm\":{\"propertyName\":\"documentKind\"},"
                + "\"sortTerm\":{\"propertyName\":\"rank\",\"propertyType\":\"LONG\"}")
            .json()
            .at("/results/nextPageLinksPerGroup");
    assertThat(groups.propertyNames()).containsExactly(kind);
    JsonNode members = host.http().get(groups.get(kind).asString()).json();
    assertThat(members.at("/results/documentCount").asLong()).isEqualTo(count);

    JsonNode shown = host.http().get("/core/document-index/kinds").json();
    JsonNode items = shown.at("/kinds").get(kind);
    long inAll = 0;
    for (String factory : SpreadItems.FACTORIES) {
      inAll += host.http().get(factory).json().get("documentCount").asLong();
    }
    assertThat(items.get("documentCount").asLong()).isEqualTo(inAll);
    assertThat(items.at("/here/documentCount").asLong()).isEqualTo(inAll);
    assertThat(items.at("/here/deletedCount").asLong()).isPositive();
    assertThat(items.at("/here/versionCount").asLong())
        .isGreaterThan(inAll + items.at("/here/deletedCount").asLong());
    assertThat(items.at("/here/documentBytes").asLong()).isGreaterThan(100 * inAll);
    assertThat(items.has("reindexing")).isFalse();
    assertThat(shown.get("indexBytes").asLong()).isPositive();
    assertThat(shown.get("documentCount").asLong()).isGreaterThanOrEqualTo(inAll);
  }

  @Test
  void aggregationsOfAnEarlierTimeAndOfAllVersionsAreAnswered() throws IOException {
    HttpProbe http = host.http();
    String link = "/everywhere/changing";
    http.post("/everywhere", "{\"documentSelfLink\":\"changing\",\"rank\":1000}");
    http.put(link, "{\"rank\":3000}");
    String one =
        "\"query\":{\"term\":{\"propertyName\":\"documentSelfLink\",\"matchValue\":\""
            + link
            + "\"}}";
    String sum = "\"aggregations\":{\"a\":{\"type\":\"SUM\",\"propertyName\":\"rank\"}}";
    assertThat(ask(one + "," + sum).json().at("/results/aggregations/a/value").asInt())
        .isEqualTo(3000);
    assertThat(
            ask(one + ",\"options\":[\"INCLUDE_ALL_VERSIONS\"]," + sum)
                .json()
                .at("/results/aggregations/a/value")
                .asInt())
        .isEqualTo(4000);
    http.delete(link);
  }
}
