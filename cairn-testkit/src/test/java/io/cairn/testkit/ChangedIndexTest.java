// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.document.DocumentKind;
import io.cairn.document.ServiceDocument.PropertyOptions;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.document.schema.FormerNames;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Documents are found and sorted in the present form of their class, though none was written. */
class ChangedIndexTest extends ChangedServices {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String KIND = "test:Priced";

  @DocumentKind(KIND)
  record First(String name, long price) {}

  @DocumentKind(KIND)
  record Renamed(@FormerNames("name") String title, long price) {}

  private void store() throws IOException {
    runs(orders(First.class));
    create("a", "{\"name\": \"Cid\", \"price\": 2}");
    create("b", "{\"name\": \"Ada\", \"price\": 30}");
    create("c", "{\"name\": \"Bob\", \"price\": 9}");
  }

  @Test
  void documentsAreSortedByARenamedField() throws IOException {
    store();
    runs(orders(Renamed.class));
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(listed("$orderby", "title asc"))
                    .containsExactly(ORDERS + "/b", ORDERS + "/c", ORDERS + "/a"));
  }

  @Test
  void documentsAreFoundAndSortedByWhatAConverterMakes() throws IOException {
    store();
    // The same fields of the same types: only the converter tells that the index is out of date.
    runs(
        orders(First.class)
            .upgradedBy(
                1,
                it -> {
                  long price = it.path("price").asLong();
                  it.put("price", price == 30 ? 1 : price * 100);
                  it.put("name", it.path("name").asString() + "!");
                }));
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> {
              assertThat(found("name eq 'Ada!'")).containsExactly(ORDERS + "/b");
              assertThat(found("price ge 200")).containsExactly(ORDERS + "/a", ORDERS + "/c");
            });
    assertThat(found("price eq 9")).isEmpty();
    assertThat(listed("$orderby", "price asc"))
        .containsExactly(ORDERS + "/b", ORDERS + "/a", ORDERS + "/c");
    host.restart();
    assertThat(found("price ge 200")).containsExactly(ORDERS + "/a", ORDERS + "/c");
  }

  @DocumentKind("test:Optioned")
  record Plain(
      @PropertyOptions(indexing = PropertyIndexingOption.STORE_ONLY) String name,
      String story,
      long price) {}

  @DocumentKind("test:Optioned")
  record Optioned(
      @PropertyOptions(indexing = PropertyIndexingOption.SORT) String name,
      @PropertyOptions(indexing = PropertyIndexingOption.TEXT) String story,
      @PropertyOptions(indexing = PropertyIndexingOption.STORE_ONLY) long price) {}

  @Test
  void documentsAreFoundByOptionsThatTheirFieldsHaveNowFromTheFirstRequestOn() throws IOException {
    runs(orders(Plain.class));
    for (int i = 0; i < 300; i++) {
      create(
          "%03d".formatted(i),
          "{\"name\": \"n%03d\", \"story\": \"Of %s Trees\", \"price\": %d}"
              .formatted((i * 7) % 1_000, i % 3 == 0 ? "old" : "new", i));
    }
    assertThat(found("price eq 7")).containsExactly(ORDERS + "/007");
    runs(orders(Optioned.class));
    boolean more = true;
    while (more) {
      // Read before the queries: they are asked at least once when nothing is left.
      more = kind("test:Optioned").has("reindexing");
      assertThat(found("name eq 'n021'")).containsExactly(ORDERS + "/003");
      assertThat(found("story eq 'old'")).hasSize(100);
      assertThat(found("story eq 'old trees' and name eq 'n0*'")).hasSize(14);
      assertThat(listing("price eq 7").status()).as("it is not indexed any more").isEqualTo(400);
      assertThat(listed("$orderby", "name desc")).hasSize(300).startsWith(ORDERS + "/285");
      assertThat(
              host.http()
                  .get(ORDERS + "?$filter=story%20eq%20'old'&$highlight=story&$top=1")
                  .json()
                  .get("highlights")
                  .valueStream()
                  .map(each -> each.at("/story/0").asString()))
          .containsExactly("Of <em>old</em> Trees");
    }
    assertThat(kind("test:Optioned").at("/here/documentCount").asInt()).isEqualTo(300);

    // And back, on a host that runs.
    assertThat(host.http().delete(ORDERS, "pragma", "xn-no-index-update").isSuccess()).isTrue();
    host.host().start(orders(Plain.class));
    assertThat(found("price eq 7")).containsExactly(ORDERS + "/007");
    assertThat(found("story eq 'Of old Trees'")).hasSize(100);
    assertThat(found("story eq 'old'")).isEmpty();
    assertThat(listing("name eq 'n021'").status()).isEqualTo(400);
    assertThat(host.http().get(ORDERS + "?$orderby=story").status())
        .as("records can be sorted by their texts")
        .isEqualTo(200);
  }

  private JsonNode kind(String kind) throws IOException {
    return host.http().get("/core/document-index/kinds").json().get("kinds").get(kind);
  }

  enum Before {
    OPEN,
    LOST
  }

  enum Now {
    OPEN,
    PAID
  }

  @DocumentKind("test:Stated")
  record WithBefore(Before status) {}

  @DocumentKind("test:Stated")
  record WithNow(Now status) {}

  @Test
  void documentsWithAValueThatTheirClassNoLongerHasAreFoundForRepair() throws IOException {
    runs(orders(WithBefore.class));
    create("a", "{\"status\": \"LOST\"}");
    create("b", "{\"status\": \"OPEN\"}");
    host.stop();
    // A node that is new in a group does not know the class that others wrote with.
    Files.delete(host.sandbox().resolve("schemas.json"));
    services = it -> it.start(orders(WithNow.class));
    var _ = host.start();

    assertThat(found("status eq 'LOST'")).containsExactly(ORDERS + "/a");
    assertThat(found("status ne 'LOST'")).containsExactly(ORDERS + "/b");
    for (boolean direct : new boolean[] {true, false}) {
      assertThat(asked(direct, "LOST").status()).as("direct: %s", direct).isLessThan(300);
      Answer refused = asked(direct, "LOSTT");
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.text()).contains("expected one of OPEN, PAID to compare status with");
    }
    assertThat(asked(true, "LOST").json().at("/results/documentLinks").valueStream())
        .extracting(JsonNode::asString)
        .containsExactly(ORDERS + "/a");
    assertThat(listing("status eq 'LOSTT'").status()).isEqualTo(400);
    assertThat(host.http().delete(ORDERS + "/a").status()).isEqualTo(200);
    assertThat(listing("status eq 'LOST'").status()).isEqualTo(400);
  }

  private Answer listing(String filter) throws IOException {
    return host.http()
        .get(ORDERS + "?$filter=" + URLEncoder.encode(filter, StandardCharsets.UTF_8));
  }

  private Answer asked(boolean direct, String status) throws IOException {
    return host.http()
        .post(
            "/core/query-tasks",
            """
            {"taskInfo": {"isDirect": %s},
             "querySpec": {"query": {"booleanClauses": [
               {"term": {"propertyName": "documentKind", "matchValue": "test:Stated"}},
               {"term": {"propertyName": "status", "matchValue": "%s"}}]}}}"""
                .formatted(direct, status));
  }
}
