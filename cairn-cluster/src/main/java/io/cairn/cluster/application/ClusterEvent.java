// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import io.cairn.cluster.attributes.AttributeEvent;
import java.util.List;

/** What happens in the cluster, as one node sees it. */
public sealed interface ClusterEvent {

  /** Another node is there. */
  record NodeJoined(ClusterNode node, boolean healthy) implements ClusterEvent {}

  /** Another node is gone. */
  record NodeLeft(ClusterNode node, LeaveReason reason, boolean healthy) implements ClusterEvent {}

  /** Somebody got no answer from the node. */
  record NodeSuspected(ClusterNode node, boolean healthy) implements ClusterEvent {}

  /** A suspected node answered. */
  record NodeRecovered(ClusterNode node, boolean healthy) implements ClusterEvent {}

  /** All live nodes, this one included. */
  record LiveNodes(List<ClusterNode> nodes, boolean healthy) implements ClusterEvent {}

  /** The cluster is healthy or not; the first one says that the start is completed. */
  record HealthChanged(ClusterHealth health) implements ClusterEvent {}

  /** Something changed among the attributes. */
  record AttributesChanged(AttributeEvent change) implements ClusterEvent {}
}
