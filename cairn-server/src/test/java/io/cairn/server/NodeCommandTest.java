// SPDX-License-Identifier: Apache-2.0
package io.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.launch.exit.HostExit;
import io.cairn.launch.settings.NodeSpec;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code cairn node} as a shell sees it: it ends with a code that says why, or it serves. */
@Timeout(240)
class NodeCommandTest {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final HttpClient client = HttpClient.newHttpClient();

  @TempDir Path sandbox;

  private CairnProcess node(String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of("node", "--sandbox=" + sandbox));
    all.addAll(List.of(arguments));
    return CairnProcess.run(all.toArray(String[]::new));
  }

  private static void ended(CairnProcess node, int code, String... reasons) throws Exception {
    assertThat(node.exitCode()).isEqualTo(code);
    assertThat(node.err()).contains(reasons).doesNotContain("\tat ");
  }

  @Test
  void badSpecIsAUsageErrorAndSaysAllThatIsWrong() throws Exception {
    try (CairnProcess node = node("0:a b:yes:localhost:1:70000")) {
      ended(node, HostExit.USAGE, "id is \"0\"", "name is \"a b\"", "isSeed", "appPort");
      assertThat(sandbox).isEmptyDirectory();
    }
  }

  @Test
  void nameInThePlaceOfASpecIsExplained() throws Exception {
    try (CairnProcess node = node("node1")) {
      ended(node, HostExit.USAGE, "id:name:isSeed:host:opPort:appPort", "a name alone");
    }
  }

  @Test
  void noSpecAndTwoSpecsAreUsageErrors() throws Exception {
    try (CairnProcess none = node();
        CairnProcess two = node("1:a:true:localhost:1:2", "2:b:true:localhost:3:4");
        CairnProcess unknown = node("1:a:true:localhost:1:2", "--cluster.seed=a:1")) {
      ended(none, HostExit.USAGE, "a node spec is missing");
      ended(two, HostExit.USAGE, "one node spec is expected, not 2");
      ended(unknown, HostExit.USAGE, "did you mean --cluster.seeds?");
    }
  }

  @Test
  void takenOpPortAndTakenAppPortAreNamed() throws Exception {
    int free = FreePorts.consecutive(1);
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        CairnProcess op = node("1:a:true:localhost:" + taken.getLocalPort() + ":" + free);
        CairnProcess app = node("1:a:true:localhost:" + free + ":" + taken.getLocalPort())) {
      String reason = "port " + taken.getLocalPort() + " of 127.0.0.1 is taken";
      ended(op, HostExit.PORT_TAKEN, reason);
      ended(app, HostExit.PORT_TAKEN, reason);
    }
  }

  @Test
  void badFileIsAConfigurationErrorThatSaysAllThatIsWrong() throws Exception {
    Path file =
        Files.writeString(
            sandbox.resolve("bad.properties"), "cluster.seeds=here\ncluster.nodes.quorum=some\n");
    try (CairnProcess bad = node("1:a:true:localhost:1:2", "--config=" + file);
        CairnProcess absent = node("1:a:true:localhost:1:2", "--config=" + file + "2")) {
      ended(
          bad,
          HostExit.DATA_UNUSABLE,
          "cluster.seeds in " + file + " line 1",
          "line 2 is \"some\"");
      ended(absent, HostExit.DATA_UNUSABLE, "there is no file");
    }
  }

  @Test
  void missingApplicationIsAConfigurationError() throws Exception {
    try (CairnProcess node = node("1:a:true:localhost:1:2", "--cluster.app.class=no.Such")) {
      ended(
          node,
          HostExit.DATA_UNUSABLE,
          "cluster.app.class: the cluster application no.Such is not on the class path");
    }
  }

  @Test
  void nodeAloneServesAtItsAppPortAndStopsInOrder() throws Exception {
    int port = FreePorts.consecutive(2);
    NodeSpec spec = new NodeSpec(7, "seven", true, "localhost", port, port + 1);
    try (CairnProcess node = node(spec.toString())) {
      assertThat(node.uri()).hasToString("http://localhost:" + (port + 1));
      assertThat(node.send(client, "POST", "/core/examples", "{\"name\":\"n\"}").body())
          .contains("\"documentOwner\":\"seven\"");
      assertThat(sandbox.resolve("" + (port + 1))).isDirectory();
      node.terminate();
      assertThat(node.exitCode()).isZero();
      assertThat(node.out()).endsWith("Cairn stopped\n");
    }
  }

  @Test
  void threeNodesOfAnXoomFileFormAClusterAndALeaverSaysGoodbye() throws Exception {
    LoopbackNodes cluster = LoopbackNodes.of(FreePorts.consecutive(6), 3);
    Path file = sandbox.resolve("xoom-cluster.properties");
    try (var out = Files.newBufferedWriter(file)) {
      cluster.properties().store(out, "as XOOM's");
    }
    try (CairnProcess first = node(cluster.node(1).toString(), "--config=" + file);
        CairnProcess second = node(cluster.node(2).toString(), "--config=" + file);
        CairnProcess third = node(cluster.node(3).toString(), "--config=" + file)) {
      for (CairnProcess node : List.of(first, second, third)) {
        assertThat(node.uri()).isNotNull();
      }
      await()
          .atMost(LIMIT)
          .ignoreExceptions()
          .untilAsserted(
              () -> {
                String group = second.send(client, "GET", "/core/node-groups/default", "").body();
                assertThat(group).contains("\"node1\"", "\"node2\"", "\"node3\"");
              });
      third.terminate();
      assertThat(third.exitCode()).isZero();
      await()
          .atMost(LIMIT)
          .untilAsserted(
              () -> assertThat(first.outSoFar()).containsPattern("Node node3 at .* left"));
    }
  }

  @Test
  void nodeThatWaitsForOthersStopsAtOnce() throws Exception {
    int port = FreePorts.consecutive(3);
    String spec = new NodeSpec(1, "a", true, "localhost", port, port + 1).toString();
    try (CairnProcess node =
        node(
            spec,
            "--cluster.nodes.quorum=2",
            "--cluster.seeds=localhost:" + (port + 2),
            "--cluster.startup.period=1h",
            "--logLevel=info")) {
      await().atMost(LIMIT).until(() -> Files.exists(sandbox.resolve("" + (port + 1) + "/log")));
      node.terminate();
      assertThat(node.exitCode()).isZero();
      assertThat(node.err()).doesNotContain("could not start");
    }
  }

  @Test
  void configPrintsWhatANodeWouldRunWith() throws Exception {
    String spec = "1:node1:true:localhost:17171:17172";
    try (CairnProcess text =
            CairnProcess.run("config", spec, "--clusterSecret=open sesame", "--cluster.ssl=0");
        CairnProcess json = CairnProcess.run("config", "--format=json", "--port=9");
        CairnProcess bad = CairnProcess.run("config", "--port=x", "--format=text");
        CairnProcess absent = CairnProcess.run("config", "--config=/nowhere/at/all")) {
      assertThat(text.exitCode()).isZero();
      assertThat(text.out())
          .containsPattern("port +17172 +node spec")
          .containsPattern("cluster.ssl +0 +argument")
          .contains("********")
          .doesNotContain("sesame");
      assertThat(json.exitCode()).isZero();
      assertThat(json.out()).startsWith("{").contains("\"name\" : \"port\"");
      ended(bad, HostExit.USAGE, "--port is \"x\"");
      ended(absent, HostExit.DATA_UNUSABLE, "there is no file /nowhere/at/all");
    }
  }
}
