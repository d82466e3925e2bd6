// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** The other nodes that are live, and which launch of each. Guarded by the committer's lock. */
final class Nodes {

  private final String self;
  private final Map<String, String> launches = new TreeMap<>();

  Nodes(String self) {
    this.self = self;
  }

  /** Adds a launch; returns whether it is news. */
  boolean joined(String nodeId, String launchId) {
    return !nodeId.equals(self) && !launchId.equals(launches.put(nodeId, launchId));
  }

  /** Removes a launch; returns whether it was live. */
  boolean left(String nodeId, String launchId) {
    return launches.remove(nodeId, launchId);
  }

  boolean isLive(String nodeId) {
    return launches.containsKey(nodeId);
  }

  Collection<String> live() {
    return launches.keySet();
  }
}
