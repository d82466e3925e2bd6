// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.context;

import io.cairn.cluster.group.state.GroupConfig;
import io.cairn.cluster.group.state.NodeRole;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How a node takes part in groups.
 *
 * @param directory where {@code groups.json} and the groups' own state lie; made if missing
 * @param partitions how many partitions a selector of a new group gets
 * @param config what a new default group is configured with
 * @param role what this node does in groups that it makes or joins by itself
 * @param properties what its entry in the groups says about it, such as its location
 * @param peers addresses of nodes to form the default group with; its own may be among them
 * @param timings how often and how long
 */
public record GroupSettings(
    Path directory,
    int partitions,
    GroupConfig config,
    NodeRole role,
    Map<String, String> properties,
    List<URI> peers,
    GroupTimings timings) {

  private static final int MAX_PARTITIONS = 1024;

  /** Checks the ranges and copies the collections. */
  public GroupSettings {
    if (partitions < 1 || partitions > MAX_PARTITIONS) {
      throw new IllegalArgumentException("partitions must be 1 to " + MAX_PARTITIONS);
    }
    properties = Map.copyOf(properties);
    peers = List.copyOf(peers);
  }

  /** Returns the defaults for a node without peers. */
  public static GroupSettings defaults(Path directory) {
    return new GroupSettings(
        directory,
        8,
        GroupConfig.defaults(),
        NodeRole.PEER,
        Map.of(),
        List.of(),
        GroupTimings.defaults());
  }

  /** Returns a copy with other peers. */
  public GroupSettings withPeers(List<URI> addresses) {
    return new GroupSettings(directory, partitions, config, role, properties, addresses, timings);
  }

  /** Returns a copy with another number of partitions. */
  public GroupSettings withPartitions(int count) {
    return new GroupSettings(directory, count, config, role, properties, peers, timings);
  }

  /** Returns a copy with another configuration of a new default group. */
  public GroupSettings withConfig(GroupConfig other) {
    return new GroupSettings(directory, partitions, other, role, properties, peers, timings);
  }

  /** Returns a copy with other properties. */
  public GroupSettings withProperties(Map<String, String> other) {
    return new GroupSettings(directory, partitions, config, role, other, peers, timings);
  }

  /** Returns a copy with other timings. */
  public GroupSettings withTimings(GroupTimings other) {
    return new GroupSettings(directory, partitions, config, role, properties, peers, other);
  }
}
