// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.service.ServiceHost;
import io.cairn.testkit.Answer;
import io.cairn.testkit.TestContext;
import io.cairn.testkit.TestHost;
import io.cairn.testkit.load.RegisterService;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who starts beside a healthy group, and is told that something is wrong with it. */
class ImpostorTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String REGISTERS = RegisterService.FACTORY_LINK;

  private static TestCluster cluster;

  @BeforeAll
  static void form() {
    cluster =
        TestCluster.start(
            2, new RegisterService.Setup(), arguments -> arguments.membershipQuorum = 2);
    cluster.awaitGroup(REGISTERS, LIMIT);
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  @Test
  void aNewcomerWithTheAddressOfAMemberIsNotTakenInAndNobodyIsExpelled() throws IOException {
    URI taken = cluster.host(1).uri();
    try (TestHost newcomer = newcomer(arguments -> arguments.publicUri = taken.toString())) {
      awaitRefusal(newcomer, taken.toString());
      awaitFound(newcomer, "identity", taken.toString());
      assertServesNot(newcomer);
      assertHealthy();
    }
  }

  @Test
  void aNewcomerWithTheIdOfAMemberServesNothing() throws IOException {
    try (TestHost newcomer = newcomer(arguments -> arguments.id = "node-1")) {
      awaitRefusal(newcomer, "node-1");
      awaitFound(newcomer, "identity", "node-1");
      awaitFound(cluster.host(0), "identity", "node-1@");
      assertServesNot(newcomer);
      assertHealthy();
    }
  }

  @Test
  void aNewcomerWithAnotherSecretMakesNoGroupOfItsOwn() throws IOException {
    try (TestHost newcomer = newcomer(arguments -> arguments.clusterSecret = "another")) {
      awaitRefusal(newcomer, "set the same clusterSecret on both nodes");
      awaitFound(newcomer, "peers", "set the same clusterSecret on both nodes");
      awaitFound(cluster.host(0), "peers", "was refused");
      assertServesNot(newcomer);
      assertHealthy();
    }
  }

  @Test
  void aNodeWhosePeersAreNotThereIsTheFirstAndSaysWhomItMisses() throws IOException {
    int nobody;
    try (ServerSocket socket = new ServerSocket(0)) {
      nobody = socket.getLocalPort();
    }
    String missing = "http://127.0.0.1:" + nobody;
    try (TestHost first = host(arguments -> arguments.peerNodes = new String[] {missing})) {
      TestContext.waitFor(LIMIT, () -> create(first, "/first").isSuccess(), "it works alone");
      TestContext.waitFor(LIMIT, () -> why(first).contains(missing), "it names its peer");
      awaitFound(first, "peers", missing);
      assertThat(first.http().get("/core/health/ready").status()).isEqualTo(200);
      assertThat(why(first)).contains("Start the node there");
    }
  }

  private static TestHost newcomer(Consumer<ServiceHost.Arguments> settings) {
    String[] peers = cluster.targets().stream().map(URI::toString).toArray(String[]::new);
    return host(
        arguments -> {
          arguments.peerNodes = peers;
          settings.accept(arguments);
        });
  }

  private static TestHost host(Consumer<ServiceHost.Arguments> settings) {
    return TestHost.builder()
        .arguments(
            arguments -> {
              arguments.startupPeriodMicros = Duration.ofSeconds(2).toNanos() / 1000;
              settings.accept(arguments);
            })
        .services(new RegisterService.Setup())
        .start();
  }

  private static void awaitRefusal(TestHost newcomer, String text) {
    TestContext.waitFor(LIMIT, () -> why(newcomer).contains(text), "why names " + text);
  }

  private static void awaitFound(TestHost host, String check, String text) {
    TestContext.waitFor(
        LIMIT,
        () -> Checkups.found(host.http().get(Checkups.PATH).json(), check).contains(text),
        "the checkup's " + check + " to name " + text);
  }

  private static void assertServesNot(TestHost newcomer) throws IOException {
    assertThat(newcomer.http().get("/core/health/ready").status()).isEqualTo(503);
    assertThat(create(newcomer, "/of-newcomer").status()).isEqualTo(503);
    assertThat(newcomer.http().get(REGISTERS + "/of-newcomer").status()).isEqualTo(503);
  }

  private static void assertHealthy() throws IOException {
    for (int i = 0; i < 2; i++) {
      assertThat(cluster.host(i).http().get("/core/health/ready").status()).isEqualTo(200);
      assertThat(create(cluster.host(i), "/well-" + i + System.nanoTime()).isSuccess()).isTrue();
    }
  }

  private static Answer create(TestHost host, String name) throws IOException {
    return host.http()
        .post(
            REGISTERS,
            "{\"value\": \"here\", \"documentSelfLink\": \"%s\"}".formatted(REGISTERS + name));
  }

  private static String why(TestHost host) throws IOException {
    StringBuilder all = new StringBuilder();
    host.http().get("/core/health").json().path("why").forEach(line -> all.append(line.asString()));
    return all.toString();
  }
}
