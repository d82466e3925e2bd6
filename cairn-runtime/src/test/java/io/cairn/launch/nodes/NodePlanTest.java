// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.launch.settings.ApplicationSettings;
import io.cairn.launch.settings.ConfigurationException;
import io.cairn.launch.settings.HostConfiguration;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodePlanTest {

  @TempDir Path sandbox;

  private List<NodePlan> plan(String... settings) throws ConfigurationException {
    List<String> arguments =
        Stream.concat(Stream.of("--sandbox=" + sandbox), Stream.of(settings)).toList();
    return NodePlan.of(
        arguments,
        HostConfiguration.read(arguments, new Properties(), Map.of()),
        new ApplicationSettings());
  }

  /** What the host that gets these arguments makes of them. */
  private static HostConfiguration read(NodePlan plan) throws ConfigurationException {
    return HostConfiguration.read(plan.arguments(), new Properties(), plan.environment());
  }

  @Test
  void hostsListenOnConsecutivePortsAndNameEachOther() throws Exception {
    List<NodePlan> plans = plan("--nodes=3", "--peerPort=9000", "--operationTimeout=5s");

    assertThat(plans).extracting(NodePlan::label).containsExactly("8000", "8001", "8002");
    HostConfiguration last = read(plans.get(2));
    assertThat(last.nodes()).isEqualTo(1);
    assertThat(last.stopWithInput()).isTrue();
    assertThat(last.host().port).isEqualTo(8002);
    assertThat(last.host().securePort).isEqualTo(-1);
    assertThat(last.host().peerPort).isEqualTo(9002);
    assertThat(last.host().id).isEqualTo("node-8002");
    assertThat(last.host().operationTimeoutMicros).isEqualTo(5_000_000);
    assertThat(last.host().peerNodes)
        .containsExactly("http://127.0.0.1:8000", "http://127.0.0.1:8001");
  }

  @Test
  void securedHostsBeginOneGroupAndGetThePasswordWhereNobodySeesIt() throws Exception {
    List<NodePlan> plans = plan("--secure", "--nodes=3", "--adminPassword=chosen-by-me");

    assertThat(plans)
        .allSatisfy(
            plan -> {
              HostConfiguration host = read(plan);
              assertThat(host.host().security.isAuthorizationEnabled).isTrue();
              assertThat(host.host().membershipQuorum).isEqualTo(2);
              assertThat(host.host().security.adminPassword).isEqualTo("chosen-by-me");
              assertThat(plan.arguments()).noneMatch(it -> it.contains("chosen-by-me"));
            });
  }

  @Test
  void furtherPeersAreKept() throws Exception {
    assertThat(read(plan("--nodes=2", "--peerNodes=other,127.0.0.1:8001").get(1)).host().peerNodes)
        .containsExactly("http://127.0.0.1:8000", "http://other:8000");
  }

  @Test
  void majorityCountsAllOfThem() throws Exception {
    List<NodePlan> plans = plan("--nodes=2", "--peerNodes=a,b,c", "--membershipQuorum=majority");
    assertThat(read(plans.get(0)).host().membershipQuorum).isEqualTo(3);
    assertThat(read(plans.get(1)).host().membershipQuorum).isEqualTo(3);
  }

  @Test
  void secretsDoNotStandAmongTheArguments() throws Exception {
    NodePlan plan = plan("--nodes=2", "--clusterSecret=hunter2hunter2").getFirst();
    assertThat(plan.arguments()).noneMatch(argument -> argument.contains("hunter2"));
    assertThat(read(plan).host().clusterSecret).isEqualTo("hunter2hunter2");
  }

  @Test
  void givenNameIsTheBeginningOfEach() throws Exception {
    assertThat(read(plan("--nodes=2", "--id=a").get(1)).host().id).isEqualTo("a-8001");
  }

  @Test
  void hostThatHasDataKeepsItsName() throws Exception {
    Files.createDirectories(sandbox.resolve("8001"));
    List<NodePlan> plans = plan("--nodes=2");
    assertThat(read(plans.get(0)).host().id).isEqualTo("node-8000");
    assertThat(read(plans.get(1)).host().id).isNull();
  }

  @Test
  void memoryIsSharedAndTheDebuggerIsNot() throws Exception {
    JavaCommand java =
        new JavaCommand(
            "java",
            List.of("-XX:MaxRAMPercentage=60", "-Da=b c", "-agentlib:jdwp=address=1"),
            "x.jar",
            "Main",
            List.of("start", "a.jar"));
    assertThat(java.words(plan("--nodes=3").getFirst(), 3))
        .startsWith(
            "java",
            "-Da=b c",
            "-XX:MaxRAMPercentage=20.00",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            "x.jar",
            "Main",
            "start",
            "a.jar");
  }

  @Test
  void linesAreMarkedWithTheirHost() throws IOException {
    assertThat(merged(false)).isEqualTo("8001 | a\n{\"node\":\"8001\",\"b\":1}\n8001 | \n");
    assertThat(merged(true)).startsWith("\u001b[33m8001 |\u001b[0m a\n");
  }

  private static String merged(boolean coloured) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      byte[] lines = "a\n{\"b\":1}\n\n".getBytes(StandardCharsets.UTF_8);
      new MergedOutput(out, coloured).copy(new ByteArrayInputStream(lines), "8001", 1);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
