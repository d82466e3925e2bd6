// SPDX-License-Identifier: Apache-2.0
package io.cairn.samples.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes, started by node specifications with a configuration as XOOM Cluster has it. */
@Timeout(240)
final class ThreeNodesTest {

  private static final String ATTRIBUTE = "/core/attributes/Set1/Attribute1";

  @TempDir private Path directory;
  private Path configuration;
  private NodeProcess one;
  private NodeProcess two;
  private NodeProcess three;

  @BeforeEach
  void configure() throws IOException {
    one = new NodeProcess(1);
    two = new NodeProcess(2);
    three = new NodeProcess(3);
    configuration = directory.resolve("xoom-cluster.properties");
    Files.writeString(
        configuration,
        """
        cluster.ssl=false
        cluster.op.buffer.size=4096
        cluster.app.buffer.size=10240
        cluster.op.outgoing.pooled.buffers=20
        cluster.app.outgoing.pooled.buffers=50
        cluster.msg.charset=UTF-8
        cluster.app.class=io.cairn.samples.cluster.ClusterJournal
        cluster.app.stage=cluster.app.stage
        cluster.health.check.interval=2000
        cluster.attributes.redistribution.interval=1000
        cluster.attributes.redistribution.retries=20
        cluster.startup.period=5000
        cluster.nodes.quorum=2
        cluster.seeds=%s
        """
            .formatted(one.seed()));
  }

  @AfterEach
  void stop() {
    List.of(one, two, three).forEach(NodeProcess::close);
  }

  private NodeProcess start(NodeProcess node) throws IOException {
    return node.start(configuration, directory.resolve(node.name()));
  }

  private String pictures() {
    return one.picture() + "\n\n" + two.picture() + "\n\n" + three.picture();
  }

  private void awaitReady(NodeProcess node) {
    awaitStatus(node, "/core/health/ready", 200);
  }

  private void awaitStatus(NodeProcess node, String path, int status) {
    Awaitility.await(node.name() + " answers " + status + " at " + path)
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(
            () -> assertThat(node.status("GET", path, null)).as(this::pictures).isEqualTo(status));
  }

  private static void awaitCall(NodeProcess node, String call) {
    Awaitility.await(node.name() + " hears " + call)
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(node.calls()).contains(call));
  }

  @Test
  void losesTwoNodesIdlesAndWorksAgainWhenOneReturns() throws Exception {
    start(one);
    start(two);
    awaitReady(one);
    awaitReady(two);
    awaitCall(one, "informClusterIsHealthy true");

    assertThat(one.status("PUT", ATTRIBUTE, "{\"type\":\"String\",\"value\":\"value1\"}"))
        .isEqualTo(201);
    assertThat(one.send("GET", ATTRIBUTE, null).text()).contains("value1");
    awaitStatus(two, ATTRIBUTE, 200);
    start(three);
    awaitReady(three);
    awaitStatus(three, ATTRIBUTE, 200);
    awaitCall(three, "informAttributeAdded Set1 Attribute1 value1");

    one.kill();
    awaitCall(two, "informNodeLeftCluster node1 CRASH healthy");
    awaitCall(three, "informNodeLeftCluster node1 CRASH healthy");
    awaitReady(two);
    awaitReady(three);

    two.kill();
    awaitCall(three, "informNodeLeftCluster node2 CRASH not healthy");
    awaitCall(three, "informClusterIsHealthy false");
    awaitStatus(three, "/core/health/ready", 503);
    assertThat(three.send("GET", "/core/health/ready", null).text()).contains("a majority is 2");
    assertThat(three.status("GET", "/core/health/live", null)).isEqualTo(200);
    assertThat(three.send("GET", ATTRIBUTE, null).text()).contains("value1");
    assertThat(three.status("POST", "/core/examples", "{\"name\":\"n\"}")).isEqualTo(503);

    start(one);
    awaitReady(three);
    awaitReady(one);
    awaitStatus(one, ATTRIBUTE, 200);
    assertThat(three.calls())
        .containsSubsequence("informClusterIsHealthy false", "informClusterIsHealthy true");
    assertThat(three.calls().stream().filter("informAttributeAdded Set1 Attribute1 value1"::equals))
        .hasSize(1);
  }

  @Test
  void tellsTheOthersThatItLeaves() throws Exception {
    start(one);
    start(two);
    awaitReady(one);
    awaitReady(two);

    assertThat(two.terminate()).isZero();

    awaitCall(one, "informNodeLeftCluster node2 LEAVE not healthy");
    assertThat(two.calls()).startsWith("start", "informResponder", "informAttributesClient");
    assertThat(two.calls()).endsWith("stop");
    assertThat(two.calls()).doesNotHaveDuplicates();
  }
}
