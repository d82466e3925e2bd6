// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.service.uri.ServiceUriPaths;
import io.cairn.testkit.EventStreamReader;
import io.cairn.testkit.EventStreamReader.Event;
import io.cairn.testkit.cluster.TestCluster;
import io.cairn.testkit.load.RegisterService;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Feeds of documents that other nodes keep. */
class WatchElsewhereTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String REGISTERS = RegisterService.FACTORY_LINK;
  private static final int DOCUMENTS = 24;

  private static Event next(EventStreamReader stream) {
    return stream.next(LIMIT, event -> !event.name().equals("bookmark"));
  }

  private static void put(TestCluster cluster, int node, String value) throws IOException {
    for (int i = 0; i < DOCUMENTS; i++) {
      String body = "{\"value\":\"%s\"}".formatted(value);
      assertThat(cluster.host(node).http().put(REGISTERS + "/" + i, body).status()).isEqualTo(200);
    }
  }

  private static Set<String> read(EventStreamReader stream, String name, long version) {
    Set<String> links = new HashSet<>();
    for (int i = 0; i < DOCUMENTS; i++) {
      Event event = next(stream);
      assertThat(event.name()).as(event.toString()).isEqualTo(name);
      assertThat(event.json().path("documentVersion").asLong(-1)).isEqualTo(version);
      links.add(event.json().path("documentSelfLink").asString(""));
    }
    return links;
  }

  @Test
  void anyNodeTellsOfDocumentsThatOneNodeKeeps() throws IOException {
    try (TestCluster cluster =
        TestCluster.start(
            3,
            host -> {
              RegisterService service = new RegisterService();
              service.setPeerNodeSelectorPath(ServiceUriPaths.DEFAULT_1X_NODE_SELECTOR);
              host.startFactory(service);
            },
            arguments -> arguments.membershipQuorum = 2)) {
      cluster.awaitGroup(REGISTERS);
      for (int i = 0; i < DOCUMENTS; i++) {
        String body = "{\"value\":\"0\",\"documentSelfLink\":\"%s/%d\"}".formatted(REGISTERS, i);
        assertThat(cluster.host(i % 3).http().post(REGISTERS, body).status()).isEqualTo(200);
      }
      String token;
      try (EventStreamReader stream =
          EventStreamReader.open(cluster.host(0).uri().resolve(REGISTERS + "?current"))) {
        assertThat(read(stream, "current", 0)).hasSize(DOCUMENTS);
        assertThat(next(stream).name()).isEqualTo("live");
        put(cluster, 1, "a");
        assertThat(read(stream, "changed", 1)).hasSize(DOCUMENTS);
        put(cluster, 0, "b");
        Event last = next(stream);
        token = last.id();
      }
      put(cluster, 2, "c");
      for (int node = 0; node < 3; node++) {
        try (EventStreamReader stream =
            EventStreamReader.open(cluster.host(node).uri().resolve(REGISTERS), token)) {
          assertThat(next(stream).name()).isEqualTo("live");
          Set<String> seen = new HashSet<>();
          for (int i = 0; i < 2 * DOCUMENTS - 1; i++) {
            Event event = next(stream);
            assertThat(event.name()).isEqualTo("changed");
            assertThat(seen.add(event.data())).as("not twice").isTrue();
          }
        }
      }
    }
  }
}
