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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the predecessor gets wrong by its design, with three nodes. */
@Tag("process")
class ClusterExperimentTest {

  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration SHORT = Duration.ofSeconds(3);
  private static final String LINK = RegisterService.FACTORY_LINK + "/one";

  @TempDir Path directory;

  @Test
  void anUpdateWithoutAMajorityIsNotAcknowledgedAndNeverSeenInPart() throws Exception {
    try (ProcessCluster cluster = formed()) {
      int owner = create(cluster);
      cluster.pause((owner + 1) % 3);
      cluster.pause((owner + 2) % 3);
      try (HttpProbe hasty = new HttpProbe(cluster.uri(owner), SHORT)) {
        assertThat(statusOf(hasty, "PUT", "{\"value\": \"second\"}")).isNotEqualTo(200);
        String seen = valueThrough(hasty);
        assertThat(seen).isIn("first", "nothing");
      }
      cluster.restore();
      cluster.awaitGroup(RegisterService.FACTORY_LINK, LIMIT);
      String settled = valueOf(cluster, 0);
      assertThat(settled).isIn("first", "second");
      assertThat(valueOf(cluster, 1)).isEqualTo(settled);
      assertThat(valueOf(cluster, 2)).isEqualTo(settled);
    }
  }

  @Test
  void anUpdateWhoseOwnerIsPausedRunsAtMostOnce() throws Exception {
    try (ProcessCluster cluster = formed()) {
      int owner = create(cluster);
      int other = (owner + 1) % 3;
      cluster.pause(owner);
      CompletableFuture<Integer> update =
          CompletableFuture.supplyAsync(() -> increment(cluster, other));
      int status = update.join();
      cluster.resume(owner);
      cluster.awaitGroup(RegisterService.FACTORY_LINK, LIMIT);
      long counter = counterOf(cluster, other);
      assertThat(counter).isBetween(status == 200 ? 1L : 0L, 1L);
      assertThat(counterOf(cluster, owner)).isEqualTo(counter);
    }
  }

  @Test
  void aNodeThatMissedAWriteServesNothingOldAlone() throws Exception {
    try (ProcessCluster cluster = formed()) {
      int owner = create(cluster);
      int left = (owner + 1) % 3;
      cluster.kill9(left);
      TestContext.waitFor(LIMIT, () -> put(cluster, owner, "second"), "a write of two nodes");
      cluster.kill9(owner);
      cluster.kill9((owner + 2) % 3);
      cluster.restart(left);
      try (HttpProbe hasty = new HttpProbe(cluster.uri(left), SHORT)) {
        assertThat(valueThrough(hasty)).isEqualTo("nothing");
      }
      cluster.restore();
      cluster.awaitGroup(RegisterService.FACTORY_LINK, LIMIT);
      assertThat(valueOf(cluster, left)).isEqualTo("second");
    }
  }

  private ProcessCluster formed() {
    ProcessCluster cluster =
        ProcessCluster.of(3, RegisterService.Setup.class, directory)
            .argument("--membershipQuorum=2")
            .build()
            .start();
    cluster.awaitGroup(RegisterService.FACTORY_LINK, LIMIT);
    return cluster;
  }

  private static int create(ProcessCluster cluster) {
    String body = "{\"value\": \"first\", \"documentSelfLink\": \"%s\"}".formatted(LINK);
    TestContext.waitFor(
        LIMIT,
        () -> {
          try (HttpProbe http = new HttpProbe(cluster.uri(0))) {
            return http.post(RegisterService.FACTORY_LINK, body).isSuccess();
          } catch (IOException e) {
            return false;
          }
        },
        "the creation of " + LINK);
    return cluster.ownerOf(LINK);
  }

  private static boolean put(ProcessCluster cluster, int node, String value) {
    try (HttpProbe http = new HttpProbe(cluster.uri(node))) {
      return http.put(LINK, "{\"value\": \"%s\"}".formatted(value)).isSuccess();
    } catch (IOException e) {
      return false;
    }
  }

  private static int increment(ProcessCluster cluster, int node) {
    try (HttpProbe http = new HttpProbe(cluster.uri(node), Duration.ofSeconds(20))) {
      return http.patch(LINK, "{\"increment\": 1}").status();
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  private static int statusOf(HttpProbe http, String method, String body) {
    try {
      return http.send(method, LINK, body).status();
    } catch (IOException e) {
      return 0;
    }
  }

  private static String valueThrough(HttpProbe http) {
    try {
      Answer answer = http.get(LINK);
      return answer.isSuccess() ? answer.json().path("value").asString("") : "nothing";
    } catch (IOException e) {
      return "nothing";
    }
  }

  private static String valueOf(ProcessCluster cluster, int node) {
    try (HttpProbe http = new HttpProbe(cluster.uri(node))) {
      return valueThrough(http);
    }
  }

  private static long counterOf(ProcessCluster cluster, int node) throws IOException {
    try (HttpProbe http = new HttpProbe(cluster.uri(node))) {
      return http.get(LINK).json().path("counter").asLong(-1);
    }
  }
}
