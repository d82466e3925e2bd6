// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

public class NodeEndpointTest {

  @Test
  void newLifeIsAnotherMemberOfTheSameNode() {
    NodeEndpoint first = new NodeEndpoint("n1");
    NodeEndpoint second = NodeEndpoint.ofNewLife("n1", 0x123456789abcdefL);
    assertThat(second).isNotEqualTo(first).isNotEqualTo(NodeEndpoint.ofNewLife("n1", 7));
    assertThat(second.id()).isEqualTo("n1~456789abcdef");
    assertThat(second.nodeId()).isEqualTo("n1");
    assertThat(NodeEndpoint.of("n1", second.life())).isEqualTo(second);
    assertThat(first.life()).isEmpty();
    assertThat(NodeEndpoint.of("n1", "")).isEqualTo(first);
  }

  @ParameterizedTest
  @ValueSource(strings = {"~", "n", "a~b", "n1~456789abcde", "n1~456789ABCDEF", "~456789abcdef"})
  void otherNamesAreThoseOfNodes(String name) {
    assertThat(new NodeEndpoint(name).nodeId()).isEqualTo(name);
    assertThat(new NodeEndpoint(name).life()).isEmpty();
  }

  @Test
  void memberIsFoundByItsNode() {
    NodeEndpoint member = NodeEndpoint.ofNewLife("n1", 5);
    assertThat(NodeEndpoint.in(List.of(new NodeEndpoint("n2"), member), "n1")).isEqualTo(member);
    assertThat(NodeEndpoint.in(List.of(member), "n2")).isNull();
  }
}
