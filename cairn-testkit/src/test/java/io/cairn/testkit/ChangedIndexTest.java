// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.document.DocumentKind;
import io.cairn.document.schema.FormerNames;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

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
}
