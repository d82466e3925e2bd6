// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import static io.cairn.cluster.application.SimulatedCluster.A_MINUTE;
import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.application.SimulatedCluster.Node;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a cluster is healthy and ready, and what it says when it is not. */
class HealthTest {

  private final SimulatedCluster cluster = new SimulatedCluster(2);

  private List<Node> start(int count, int required) {
    List<Node> nodes =
        IntStream.rangeClosed(1, count)
            .mapToObj(i -> cluster.startCompleted("n" + i, i, required))
            .toList();
    cluster.members.advance(A_MINUTE);
    return nodes;
  }

  @ParameterizedTest
  @CsvSource({"2, false", "3, true", "4, true"})
  void asManyNodesAsAreNeededAreEnough(int live, boolean healthy) {
    for (Node node : start(live, 3)) {
      assertThat(node.runtime.health().healthy()).isEqualTo(healthy);
      assertThat(node.runtime.health().live()).isEqualTo(live);
      assertThat(node.runtime.health().required()).isEqualTo(3);
      assertThat(node.application.heard()).last().asString().endsWith(" " + healthy);
    }
  }

  @Test
  void nobodyIsHealthyBeforeItsOwnStartIsCompleted() {
    Node node = cluster.start("n1", 1, 1);

    assertThat(node.runtime.health())
        .isEqualTo(
            new ClusterHealth(
                false,
                false,
                false,
                1,
                1,
                List.of("still looking for other nodes (startup period)")));

    node.runtime.startupCompleted();

    assertThat(node.runtime.health())
        .isEqualTo(new ClusterHealth(true, true, true, 1, 1, List.of()));
  }

  @Test
  void aHealthyNodeIsNotReadyWhileItsGroupCannotServe() {
    Node node = cluster.startCompleted("n1", 1, 1);
    node.application.forget();

    node.quorum.obstacles = List.of("partition 3 has no leader");
    node.runtime.quorumChanged();

    assertThat(node.runtime.health().healthy()).isTrue();
    assertThat(node.runtime.health().ready()).isFalse();
    assertThat(node.runtime.health().why()).containsExactly("partition 3 has no leader");
    assertThat(node.application.heard()).isEmpty();
  }

  @Test
  void whatIsNeededCanGrowAndTheFlipIsTold() {
    List<Node> nodes = start(2, 2);
    Node first = nodes.getFirst();
    first.application.forget();

    first.quorum.required = 3;
    first.quorum.voters = 5;
    first.runtime.quorumChanged();
    first.runtime.quorumChanged();

    assertThat(first.application.heard()).containsExactly("healthy false");
    assertThat(first.runtime.health().why())
        .containsExactly("3 of 5 nodes are needed and 2 are there");

    first.quorum.required = 2;
    first.runtime.quorumChanged();
    assertThat(first.application.heard()).containsExactly("healthy false", "healthy true");
  }

  @Test
  void theReasonNamesTheVotersOnlyIfTheyAreEnough() {
    Node node = cluster.startCompleted("n1", 1, 2);
    node.quorum.voters = 1;

    assertThat(node.runtime.health().why()).containsExactly("2 nodes are needed and 1 is there");
  }

  /**
   * Four nodes that are split in halves have no two healthy sides, for three of four are needed.
   */
  @Test
  void noHalfOfASplitClusterIsHealthy() {
    List<Node> nodes = start(4, 3);
    nodes.forEach(node -> node.application.forget());

    cluster.members.cutAfter(2);
    cluster.members.advance(A_MINUTE);
    assertThat(nodes).noneMatch(node -> node.runtime.health().healthy());

    cluster.members.heal();
    cluster.members.advance(A_MINUTE);
    assertThat(nodes).allMatch(node -> node.runtime.health().healthy());
    for (Node node : nodes) {
      assertThat(node.application.heard(words -> words.startsWith("healthy")))
          .containsExactly("healthy false", "healthy true");
    }
  }

  @Test
  void aSuspectedNodeStillCounts() {
    List<Node> nodes = start(2, 2);
    Node first = nodes.getFirst();

    cluster.members.kill(nodes.getLast().membership);
    cluster.members.advanceUntil(
        () -> first.runtime.nodes().getLast().status() == ClusterNode.Status.SUSPECT, A_MINUTE);

    assertThat(first.runtime.health().healthy()).isTrue();
    assertThat(first.runtime.health().live()).isEqualTo(2);
  }
}
