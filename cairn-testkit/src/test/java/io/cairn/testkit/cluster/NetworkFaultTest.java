// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cairn.testkit.Answer;
import io.cairn.testkit.HttpProbe;
import io.cairn.testkit.TestContext;
import io.cairn.testkit.cluster.FaultSchedule.Kind;
import io.cairn.testkit.load.RegisterService;
import io.cairn.testkit.network.NetworkLab;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * The network between three nodes, which serve all tests, fails. {@code -Dcairn.faults=N} and
 * {@code -Dcairn.seed=S} as for {@link ClusterFaultTest}.
 */
@Tag("process")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Isolated("a machine that is busy may give cause to warn")
class NetworkFaultTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String REGISTERS = RegisterService.FACTORY_LINK;
  private static final int DOCUMENTS = 16;

  private static NetworkLab lab;
  private static ProcessCluster cluster;

  @BeforeAll
  static void form(@TempDir Path directory) {
    NetworkLab.whyImpossible().ifPresent(reason -> assumeTrue(false, reason));
    lab = new NetworkLab(3);
    cluster =
        ProcessCluster.of(3, RegisterService.Setup.class, directory)
            .argument("--membershipQuorum=2")
            .in(lab)
            .build()
            .start();
  }

  @AfterAll
  static void close() {
    try (NetworkLab _ = lab) {
      if (cluster != null) {
        cluster.close();
      }
    }
  }

  @Test
  @Order(1)
  void bothEndsServeEverythingOverTheThirdNodeAndNameTheLinkThatIsMissing() throws IOException {
    try (HttpProbe first = new HttpProbe(cluster.uri(0), LIMIT);
        HttpProbe second = new HttpProbe(cluster.uri(1), LIMIT)) {
      cluster.awaitGroup(REGISTERS, LIMIT);
      // On a busy machine one process may begin so late that the others miss it aloud.
      assertThat(cluster.logs().lines().filter(line -> line.matches(".* (WARN|ERROR) .*")))
          .filteredOn(line -> !line.contains("Cannot connect with the peer"))
          .filteredOn(line -> !line.contains("--insecureClients=true"))
          .as("a quiet start warns of nothing else")
          .isEmpty();
      lab.partition(Set.of(0), Set.of(1));

      for (int round = 0; round < 2; round++) {
        int now = round;
        TestContext.waitFor(
            LIMIT,
            () -> all(first, "f" + now) && all(second, "s" + now),
            "all updates at both ends" + cluster.logs());
      }
      TestContext.waitFor(LIMIT, () -> says(first, 1), "node-0 names its missing link");
      TestContext.waitFor(LIMIT, () -> says(second, 0), "node-1 names its missing link");
      // Now that the detour is there, each first try at either end succeeds, and sees the other's.
      assertThat(all(first, "x")).isTrue();
      assertThat(all(second, "y")).isTrue();
      assertThat(listed(first)).isEqualTo(listed(second));

      lab.heal();
      TestContext.waitFor(LIMIT, () -> why(first).isEmpty(), "the link is well again");
    }
  }

  @Test
  @Order(2)
  void documentsStayLinearizableAndWatchersMissNothingWhileTheNetworkFails() {
    try (WatchRecorder watchers =
        new WatchRecorder(
            cluster.targets(), REGISTERS, ClusterFaultTest.WATCHERS, ClusterFaultTest.SEED)) {
      new FaultScenario(cluster, lab, ClusterFaultTest.load(1, 8))
          .run(
              FaultSchedule.of(
                  ClusterFaultTest.SEED,
                  3,
                  ClusterFaultTest.FAULTS,
                  List.of(Kind.ONE_CUT_OFF, Kind.ONE_WAY)))
          .assertNoAnomaly(ClusterFaultTest.FAULTS * 100);
      watchers.assertUnbroken();
    }
  }

  /** Creates, changes and reads documents of all partitions; says whether each try succeeded. */
  private static boolean all(HttpProbe at, String prefix) throws IOException {
    boolean well = true;
    for (int i = 0; i < DOCUMENTS; i++) {
      String link = "%s/%s-%d".formatted(REGISTERS, prefix, i);
      Answer created =
          at.post(REGISTERS, "{\"value\": \"1\", \"documentSelfLink\": \"%s\"}".formatted(link));
      well &= created.isSuccess() || created.status() == 409;
      well &= at.put(link, "{\"value\": \"2\"}").isSuccess();
      well &= at.get(link).status() == 200;
    }
    return well;
  }

  private static long listed(HttpProbe at) throws IOException {
    Answer answer = at.get(REGISTERS);
    assertThat(answer.status()).isEqualTo(200);
    return answer.json().path("documentCount").asLong(-1);
  }

  private static boolean says(HttpProbe at, int other) throws IOException {
    String why = why(at);
    return why.contains("10.231.%d.2".formatted(other + 1)) && why.contains("over node node-2");
  }

  private static String why(HttpProbe at) throws IOException {
    StringBuilder all = new StringBuilder();
    at.get("/core/health").json().path("why").forEach(line -> all.append(line.asString()));
    return all.toString();
  }
}
