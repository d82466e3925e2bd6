// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.group.GroupView;
import io.cairn.cluster.group.NodeStatus;
import io.cairn.cluster.group.NodeView;
import io.cairn.cluster.group.partition.Condition;
import io.cairn.cluster.group.state.GroupConfig;
import io.cairn.cluster.group.state.NodeRole;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GroupQuorumTest {

  private static GroupView view(int quorum, int peers, int observers, String reason) {
    Map<String, NodeView> nodes = new TreeMap<>();
    for (int i = 0; i < peers + observers; i++) {
      NodeRole role = i < peers ? NodeRole.PEER : NodeRole.OBSERVER;
      nodes.put(
          "n" + i,
          new NodeView(
              "n" + i, URI.create("http://h:1"), NodeStatus.UNAVAILABLE, role, Map.of(), 0, 0, 0));
    }
    GroupConfig config = new GroupConfig(1, 1, quorum, 1);
    return new GroupView(
        "default",
        "u",
        1,
        config,
        nodes,
        0,
        0,
        reason.isEmpty() ? Condition.WELL : Condition.none(reason));
  }

  /** With a plain threshold of 2, both halves of four nodes would be healthy. */
  @ParameterizedTest
  @CsvSource({
    "2,4,0,3", "1,1,0,1", "1,2,0,2", "1,3,0,2", "2,3,0,2", "3,3,0,3", "5,3,0,5", "1,3,4,2",
    "2,0,0,2"
  })
  void atLeastAMajorityOfThePeersIsRequired(int quorum, int peers, int observers, int required) {
    GroupQuorum view =
        new GroupQuorum(() -> view(quorum, peers, observers, ""), List::of, List::of);

    assertThat(view.required()).isEqualTo(required);
    assertThat(view.voters()).isEqualTo(peers);
  }

  @Test
  void reasonOfTheGroupIsPassedOn() {
    assertThat(new GroupQuorum(() -> view(1, 1, 0, "no leader"), List::of, List::of).obstacles())
        .containsExactly("no leader");
    assertThat(
            new GroupQuorum(() -> view(1, 1, 0, ""), () -> List.of("stopping"), List::of)
                .obstacles())
        .containsExactly("stopping");
    assertThat(new GroupQuorum(() -> view(1, 1, 0, ""), List::of, List::of).obstacles()).isEmpty();
  }

  /** Strangers that gossip, and observers, make no quorum. */
  @Test
  void onlyPeersOfTheGroupCount() {
    GroupQuorum quorum = new GroupQuorum(() -> view(1, 1, 1, ""), List::of, List::of);

    assertThat(quorum.counts("n0")).isTrue();
    assertThat(quorum.counts("n1")).as("an observer").isFalse();
    assertThat(quorum.counts("stranger")).isFalse();
    assertThat(new GroupQuorum(() -> view(1, 0, 0, ""), List::of, List::of).counts("any")).isTrue();
  }
}
