// SPDX-License-Identifier: Apache-2.0
package io.cairn.server;

import io.cairn.launch.settings.NodeSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * The nodes of a cluster on this machine: named by their numbers, on consecutive ports, the first
 * the only seed, a majority of them the quorum. One node alone has no seed.
 *
 * @param nodes their specs, in order
 */
record LoopbackNodes(List<NodeSpec> nodes) {

  /** Copies the specs. */
  LoopbackNodes {
    nodes = List.copyOf(nodes);
  }

  /**
   * Describes a cluster.
   *
   * @param firstPort the first node's opPort; it takes two ports for each node
   */
  static LoopbackNodes of(int firstPort, int count) {
    List<NodeSpec> nodes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int port = firstPort + 2 * i;
      boolean seed = i == 0 && count > 1;
      nodes.add(new NodeSpec(i + 1, "node" + (i + 1), seed, "localhost", port, port + 1));
    }
    return new LoopbackNodes(nodes);
  }

  /** A node, from 1. */
  NodeSpec node(int number) {
    return nodes.get(number - 1);
  }

  /** What all of them are told. */
  Properties properties() {
    Properties properties = new Properties();
    properties.setProperty("cluster.seeds", seeds());
    properties.setProperty("cluster.nodes.quorum", Integer.toString(nodes.size() / 2 + 1));
    return properties;
  }

  private String seeds() {
    return String.join(
        ",",
        nodes.stream()
            .filter(NodeSpec::seed)
            .map(node -> node.host() + ":" + node.opPort())
            .toList());
  }
}
