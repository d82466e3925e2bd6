// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.testkit.Answer;
import io.cairn.testkit.HttpProbe;
import io.cairn.testkit.TestContext;
import io.cairn.testkit.load.RegisterService;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the predecessor gets wrong by its design, with three nodes, which serve all tests. */
@Tag("process")
class ClusterExperimentTest {

  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration SHORT = Duration.ofSeconds(3);

  private static ProcessCluster cluster;
  private static int created;

  private String link;

  @BeforeAll
  static void form(@TempDir Path directory) {
    cluster =
        ProcessCluster.of(3, RegisterService.Setup.class, directory)
            .argument("--membershipQuorum=2")
            .build()
            .start();
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  @BeforeEach
  void restore() {
    cluster.restore();
    cluster.awaitGroup(RegisterService.FACTORY_LINK, LIMIT);
    link = RegisterService.FACTORY_LINK + "/" + created++;
  }

  @Test
  void anUpdateWithoutAMajorityIsNotAcknowledgedAndNeverSeenInPart() throws Exception {
    int owner = create();
    cluster.pause((owner + 1) % 3);
    cluster.pause((owner + 2) % 3);
    try (HttpProbe hasty = new HttpProbe(cluster.uri(owner), SHORT)) {
      assertThat(statusOf(hasty, "PUT", "{\"value\": \"second\"}")).isNotEqualTo(200);
      String seen = valueThrough(hasty);
      assertThat(seen).isIn("first", "nothing");
    }
    cluster.restore();
    cluster.awaitGroup(RegisterService.FACTORY_LINK, LIMIT);
    String settled = valueOf(0);
    assertThat(settled).isIn("first", "second");
    assertThat(valueOf(1)).isEqualTo(settled);
    assertThat(valueOf(2)).isEqualTo(settled);
  }

  @Test
  void anUpdateWhoseOwnerIsPausedRunsAtMostOnce() throws Exception {
    int owner = create();
    int other = (owner + 1) % 3;
    cluster.pause(owner);
    CompletableFuture<Integer> update = CompletableFuture.supplyAsync(() -> increment(other));
    int status = update.join();
    cluster.resume(owner);
    cluster.awaitGroup(RegisterService.FACTORY_LINK, LIMIT);
    long counter = counterOf(other);
    assertThat(counter).isBetween(status == 200 ? 1L : 0L, 1L);
    assertThat(counterOf(owner)).isEqualTo(counter);
  }

  @Test
  void aNodeThatMissedAWriteServesNothingOldAlone() throws Exception {
    int owner = create();
    int left = (owner + 1) % 3;
    cluster.kill9(left);
    TestContext.waitFor(LIMIT, () -> put(owner, "second"), "a write of two nodes");
    cluster.kill9(owner);
    cluster.kill9((owner + 2) % 3);
    cluster.restart(left);
    try (HttpProbe hasty = new HttpProbe(cluster.uri(left), SHORT)) {
      assertThat(valueThrough(hasty)).isEqualTo("nothing");
    }
    cluster.restore();
    cluster.awaitGroup(RegisterService.FACTORY_LINK, LIMIT);
    assertThat(valueOf(left)).isEqualTo("second");
  }

  private int create() {
    String body = "{\"value\": \"first\", \"documentSelfLink\": \"%s\"}".formatted(link);
    TestContext.waitFor(
        LIMIT,
        () -> {
          try (HttpProbe http = new HttpProbe(cluster.uri(0))) {
            return http.post(RegisterService.FACTORY_LINK, body).isSuccess();
          } catch (IOException e) {
            return false;
          }
        },
        "the creation of " + link);
    return cluster.ownerOf(link);
  }

  private boolean put(int node, String value) {
    try (HttpProbe http = new HttpProbe(cluster.uri(node))) {
      return http.put(link, "{\"value\": \"%s\"}".formatted(value)).isSuccess();
    } catch (IOException e) {
      return false;
    }
  }

  private int increment(int node) {
    try (HttpProbe http = new HttpProbe(cluster.uri(node), Duration.ofSeconds(20))) {
      return http.patch(link, "{\"increment\": 1}").status();
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  private int statusOf(HttpProbe http, String method, String body) {
    try {
      return http.send(method, link, body).status();
    } catch (IOException e) {
      return 0;
    }
  }

  private String valueThrough(HttpProbe http) {
    try {
      Answer answer = http.get(link);
      return answer.isSuccess() ? answer.json().path("value").asString("") : "nothing";
    } catch (IOException e) {
      return "nothing";
    }
  }

  private String valueOf(int node) {
    try (HttpProbe http = new HttpProbe(cluster.uri(node))) {
      return valueThrough(http);
    }
  }

  private long counterOf(int node) throws IOException {
    try (HttpProbe http = new HttpProbe(cluster.uri(node))) {
      return http.get(link).json().path("counter").asLong(-1);
    }
  }
}
