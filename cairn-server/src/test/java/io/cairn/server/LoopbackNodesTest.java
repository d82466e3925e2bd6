// SPDX-License-Identifier: Apache-2.0
package io.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.launch.settings.ApplicationSettings;
import io.cairn.launch.settings.EffectiveConfiguration;
import io.cairn.launch.settings.HostConfiguration;
import io.cairn.launch.settings.NodeSpec;
import io.cairn.launch.settings.ProcessSurroundings;
import io.cairn.launch.settings.SpecArgument;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a preset cluster of this machine tells its nodes, and what they make of it. */
class LoopbackNodesTest {

  private static HostConfiguration read(LoopbackNodes cluster, NodeSpec node) throws Exception {
    return EffectiveConfiguration.read(
            SpecArgument.REQUIRED,
            List.of(node.toString()),
            ProcessSurroundings.of(cluster.properties(), Map.of()),
            new ApplicationSettings())
        .configuration();
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 5})
  void nodesAreNumberedNamedAndOnConsecutivePorts(int count) throws Exception {
    LoopbackNodes cluster = LoopbackNodes.of(37_371, count);

    assertThat(cluster.nodes())
        .extracting(NodeSpec::id)
        .isEqualTo(IntStream.rangeClosed(1, count).boxed().toList());
    assertThat(cluster.nodes()).extracting(NodeSpec::name).startsWith("node1", "node2", "node3");
    assertThat(cluster.nodes()).extracting(NodeSpec::host).containsOnly("localhost");
    assertThat(cluster.nodes().stream().flatMap(n -> List.of(n.opPort(), n.appPort()).stream()))
        .isEqualTo(IntStream.range(37_371, 37_371 + 2 * count).boxed().toList());
    assertThat(cluster.nodes().stream().filter(NodeSpec::seed)).containsExactly(cluster.node(1));
    assertThat(cluster.properties())
        .containsEntry("cluster.seeds", "localhost:37371")
        .containsEntry("cluster.nodes.quorum", Integer.toString(count / 2 + 1));
    for (NodeSpec node : cluster.nodes()) {
      HostConfiguration read = read(cluster, node);
      assertThat(read.host().id).isEqualTo(node.name());
      assertThat(read.host().membershipQuorum).isEqualTo(count / 2 + 1);
      assertThat(read.host().peerNodes)
          .isEqualTo(node.seed() ? new String[0] : new String[] {"http://localhost:37371"});
      assertThat(read.notes()).isEmpty();
    }
  }

  @Test
  void oneNodeHasNoSeedsAndIsNone() throws Exception {
    LoopbackNodes cluster = LoopbackNodes.of(37_371, 1);
    assertThat(cluster.node(1).seed()).isFalse();
    assertThat(cluster.properties()).containsEntry("cluster.seeds", "");
    HostConfiguration read = read(cluster, cluster.node(1));
    assertThat(read.host().peerNodes).isEmpty();
    assertThat(read.host().membershipQuorum).isEqualTo(1);
  }
}
