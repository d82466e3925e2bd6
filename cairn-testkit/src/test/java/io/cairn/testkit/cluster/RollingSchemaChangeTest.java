// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.document.DocumentKind;
import io.cairn.document.ServiceDocument.PropertyOptions;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.service.DocumentService;
import io.cairn.testkit.Answer;
import io.cairn.testkit.HttpProbe;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Three hosts get a new version of an application one after the other, and it is used meanwhile.
 */
class RollingSchemaChangeTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int ORDERS = 24;

  @DocumentKind("test:RollingOrder")
  record Old(
      @PropertyOptions(indexing = PropertyIndexingOption.STORE_ONLY) String name, int count) {}

  @DocumentKind("test:RollingOrder")
  record New(String name, int count, String note) {}

  private final Map<String, Supplier<DocumentService<?>>> versions = new ConcurrentHashMap<>();

  private static <S> DocumentService<S> orders(Class<S> type) {
    return DocumentService.of(type).persistent().replicated().at("/orders");
  }

  private TestCluster startOld() {
    return TestCluster.start(
        3,
        host -> host.start(versions.getOrDefault(host.getId(), () -> orders(Old.class)).get()),
        arguments -> arguments.partitions = 6);
  }

  /** Asks until somebody serves it: a host that stops hands its documents over. */
  private static JsonNode answered(HttpProbe http, String verb, int order, String body) {
    return await()
        .atMost(PATIENCE)
        .ignoreException(IOException.class)
        .until(() -> http.send(verb, "/orders/" + order, body), Answer::isSuccess)
        .json();
  }

  private static void note(HttpProbe http, int order) {
    Answer answer =
        await()
            .atMost(PATIENCE)
            .ignoreException(IOException.class)
            .until(
                () -> http.patch("/orders/" + order, "{\"note\": \"fragile\"}"),
                said -> said.isSuccess() || said.status() == 400);
    if (!answer.isSuccess()) {
      assertThat(answer.text()).contains("unknown field: note");
    }
  }

  /** Each host looks into its own index, in which the name was not when the documents were made. */
  private static void assertFoundByName(HttpProbe http) throws IOException {
    for (int i = 0; i < ORDERS; i += 7) {
      String filter = "/orders?$filter=name%20eq%20'n" + i + "'";
      assertThat(http.get(filter).json().get("documentLinks").valueStream().map(JsonNode::asString))
          .containsExactly("/orders/" + i);
    }
    List<String> names =
        http.get("/orders?$orderby=name%20desc&expand")
            .json()
            .get("documentLinks")
            .valueStream()
            .map(JsonNode::asString)
            .toList();
    assertThat(names).hasSize(ORDERS).startsWith("/orders/9", "/orders/8").endsWith("/orders/0");
  }

  private static List<Integer> withNote(HttpProbe http) {
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < ORDERS; i++) {
      if (answered(http, "GET", i, null).path("note").asString("").equals("fragile")) {
        found.add(i);
      }
    }
    return found;
  }

  private static void upgrade(TestCluster cluster, int node) {
    cluster.stop(node);
    cluster.restart(node);
    cluster.awaitGroup("/orders", PATIENCE);
  }

  @Test
  void oldNodesKeepWhatNewNodesWroteUntilAllAreNew() throws IOException {
    try (TestCluster cluster = startOld()) {
      cluster.awaitGroup("/orders", PATIENCE);
      for (int i = 0; i < ORDERS; i++) {
        String order =
            "{\"documentSelfLink\": \"%d\", \"name\": \"n%d\", \"count\": 1}".formatted(i, i);
        assertThat(cluster.host(1).http().post("/orders", order).status()).isEqualTo(200);
      }
      versions.put("node-0", () -> orders(New.class));
      upgrade(cluster, 0);
      assertFoundByName(cluster.host(0).http());
      assertThat(cluster.host(1).http().get("/orders?$filter=name%20eq%20'n7'").status())
          .as("it has the class that does not index it")
          .isEqualTo(400);

      // The new node takes the new field where it owns the document; an old one knows none.
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                for (int i = 0; i < ORDERS; i++) {
                  note(cluster.host(1).http(), i);
                }
                return withNote(cluster.host(1).http()).size() >= 2;
              });
      List<Integer> noted = withNote(cluster.host(1).http());

      // Old nodes own all documents, change them, and know nothing of the field.
      cluster.stop(0);
      for (int i = 0; i < ORDERS; i++) {
        JsonNode changed = answered(cluster.host(2).http(), "PATCH", i, "{\"count\": 2}");
        assertThat(changed.get("documentOwner").asString()).isNotEqualTo("node-0");
      }
      cluster.restart(0);
      cluster.awaitGroup("/orders", PATIENCE);

      versions.put("node-1", () -> orders(New.class));
      upgrade(cluster, 1);
      versions.put("node-2", () -> orders(New.class));
      upgrade(cluster, 2);
      assertThat(withNote(cluster.host(2).http())).isEqualTo(noted);
      for (int node = 0; node < 3; node++) {
        assertFoundByName(cluster.host(node).http());
      }
      for (int i = 0; i < ORDERS; i++) {
        JsonNode order = answered(cluster.host(0).http(), "GET", i, null);
        assertThat(order.get("name").asString()).isEqualTo("n" + i);
        assertThat(order.get("count").asInt()).isEqualTo(2);
      }
    }
  }
}
