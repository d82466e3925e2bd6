// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.context;

import static io.cairn.net.Ranges.between;

import io.cairn.cluster.group.state.GroupConfig;
import io.cairn.cluster.group.state.NodeRole;
import io.soabase.recordbuilder.core.RecordBuilder;
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
@RecordBuilder
public record GroupSettings(
    Path directory,
    int partitions,
    GroupConfig config,
    NodeRole role,
    Map<String, String> properties,
    List<URI> peers,
    GroupTimings timings)
    implements GroupSettingsBuilder.With {

  private static final int MAX_PARTITIONS = 1024;

  /** Checks the ranges and copies the collections. */
  public GroupSettings {
    between("partitions", partitions, 1, MAX_PARTITIONS);
    properties = Map.copyOf(properties);
    peers = List.copyOf(peers);
  }

  /** Returns the defaults for a node without peers. */
  public static GroupSettings defaults(Path directory) {
    return GroupSettingsBuilder.builder()
        .directory(directory)
        .partitions(8)
        .config(GroupConfig.defaults())
        .role(NodeRole.PEER)
        .properties(Map.of())
        .peers(List.of())
        .timings(GroupTimings.defaults())
        .build();
  }
}
