// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import java.net.URI;
import java.util.Map;
import java.util.Objects;

/**
 * A live node as membership knows it.
 *
 * @param nodeId the node's stable name
 * @param launchId random, made anew each time the node's process starts
 * @param address where its peers reach it
 * @param metadata what the node says about itself
 * @param state whether it is believed well or is about to be given up
 */
public record ClusterMember(
    String nodeId, String launchId, URI address, Map<String, String> metadata, State state) {

  /** How sure we are that a member is alive. */
  public enum State {
    /** It answers, as far as is known. */
    ALIVE,
    /** Somebody got no answer from it; it has the suspicion time to say otherwise. */
    SUSPECT
  }

  /** Copies the metadata. */
  public ClusterMember {
    Objects.requireNonNull(nodeId, "nodeId");
    Objects.requireNonNull(launchId, "launchId");
    Objects.requireNonNull(address, "address");
    Objects.requireNonNull(state, "state");
    metadata = Map.copyOf(metadata);
  }

  /** Returns whether the other is the same start of the same node. */
  public boolean sameLaunch(ClusterMember other) {
    return nodeId.equals(other.nodeId) && launchId.equals(other.launchId);
  }

  ClusterMember in(State other) {
    return new ClusterMember(nodeId, launchId, address, metadata, other);
  }

  ClusterMember saying(Map<String, String> other) {
    return new ClusterMember(nodeId, launchId, address, other, state);
  }

  /** Returns the member as the log names it. */
  @Override
  public String toString() {
    return "Node %s at %s (launch %s)".formatted(nodeId, address, launchId);
  }
}
