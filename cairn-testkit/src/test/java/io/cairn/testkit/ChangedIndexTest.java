// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.document.DocumentKind;
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
