// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.service.examples.ExampleService;
import io.cairn.testkit.HttpProbe;
import io.cairn.testkit.cluster.TestCluster;
import io.cairn.testkit.socket.SocketUser.Asked;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Services that clients serve over a WebSocket, and that documents of other hosts tell. */
class WebSocketsOfClusterTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String EXAMPLES = ExampleService.FACTORY_LINK;
  private static final int DOCUMENTS = 6;
  private static final int CHANGES = 15;

  private static TestCluster cluster;

  @BeforeAll
  static void start() {
    cluster =
        TestCluster.start(
            3,
            host -> host.startFactory(new ExampleService()),
            arguments -> arguments.membershipQuorum = 2);
    await()
        .atMost(LIMIT)
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              for (int i = 0; i < 3; i++) {
                assertThat(http(i).get("/core/health/ready").status()).isEqualTo(200);
                assertThat(http(i).get(EXAMPLES + "/available").status()).isEqualTo(200);
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

  @Test
  void documentsOfAllHostsTellAClientOfOneInOrder() throws IOException {
    try (SocketUser user = new SocketUser(cluster.host(1).uri())) {
      URI service = user.create();
      for (int i = 0; i < DOCUMENTS; i++) {
        String link = EXAMPLES + "/document-" + i;
        String body = "{\"name\":\"x\",\"documentSelfLink\":\"%s\"}".formatted(link);
        assertThat(http(i % 3).post(EXAMPLES, body).status()).isEqualTo(200);
        assertThat(user.subscribe(service, link).status()).isEqualTo(200);
      }
      for (int change = 1; change <= CHANGES; change++) {
        for (int i = 0; i < DOCUMENTS; i++) {
          String body = "{\"counter\":%d}".formatted(change);
          assertThat(http((i + change) % 3).patch(EXAMPLES + "/document-" + i, body).status())
              .isEqualTo(200);
        }
      }
      await().atMost(LIMIT).until(() -> user.asked().size() >= DOCUMENTS * CHANGES);
      List<Long> all = LongStream.rangeClosed(1, CHANGES).boxed().toList();
      for (int i = 0; i < DOCUMENTS; i++) {
        String link = EXAMPLES + "/document-" + i;
        assertThat(
                user.asked().stream()
                    .filter(asked -> link.equals(linkOf(asked)))
                    .map(Asked::version))
            .isEqualTo(all);
      }
      assertThat(http(2).get(EXAMPLES + "/document-0/subscriptions").text())
          .contains(service.toString());

      user.abort();
      await()
          .atMost(LIMIT)
          .untilAsserted(
              () -> {
                for (int i = 0; i < DOCUMENTS; i++) {
                  assertThat(
                          http(2)
                              .get(EXAMPLES + "/document-%d/subscriptions".formatted(i))
                              .json()
                              .get("subscribers"))
                      .isEmpty();
                }
              });
    }
  }

  private static String linkOf(Asked asked) {
    return asked.body().get("documentSelfLink").asString();
  }
}
