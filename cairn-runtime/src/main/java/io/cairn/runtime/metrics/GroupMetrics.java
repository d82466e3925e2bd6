// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.metrics;

import io.cairn.cluster.MemberProgress;
import io.cairn.cluster.ReplicaSet;
import io.cairn.cluster.group.GroupView;
import io.cairn.cluster.group.NodeGroup;
import io.cairn.cluster.group.NodeGroups;
import io.cairn.cluster.group.NodeStatus;
import io.cairn.cluster.group.partition.Partition;
import io.cairn.cluster.group.partition.PartitionSet;
import java.util.Map;

/** The node groups of a host, their members and their partitions. Thread-safe. */
public final class GroupMetrics implements MetricSource {
  private final NodeGroups groups;

  /** Shows the groups that a node is a member of. */
  public GroupMetrics(NodeGroups groups) {
    this.groups = groups;
  }

  @Override
  public void addTo(MetricSamples samples) {
    for (NodeGroup group : groups.all()) {
      add(samples, group.view());
      for (PartitionSet set : group.partitionSets()) {
        for (Partition partition : set.partitions()) {
          add(samples, new Place(group.name(), set.selector().name(), partition));
        }
      }
    }
  }

  private static void add(MetricSamples samples, GroupView view) {
    for (NodeStatus status : NodeStatus.values()) {
      long members = view.nodes().values().stream().filter(node -> node.status() == status).count();
      samples.add(HostMetric.GROUP_MEMBERS, members, view.name(), status.name());
    }
    samples.add(HostMetric.GROUP_AVAILABLE, view.available(), view.name());
    samples.add(HostMetric.GROUP_QUORUM, view.config().membershipQuorum(), view.name());
  }

  /** A partition, by the values of its labels. */
  private record Place(String group, String selector, Partition partition) {
    void add(MetricSamples samples, HostMetric metric, long value) {
      samples.add(metric, value, group, selector, number());
    }

    String number() {
      return String.valueOf(partition.id().number());
    }
  }

  private static void add(MetricSamples samples, Place place) {
    ReplicaSet replica = place.partition().replica();
    place.add(samples, HostMetric.PARTITION_OWNED, place.partition().owner() == null ? 0 : 1);
    place.add(samples, HostMetric.PARTITION_LEADER, replica != null && replica.isLeader() ? 1 : 0);
    if (replica == null) {
      return;
    }
    long applied = replica.lastApplied();
    place.add(samples, HostMetric.PARTITION_APPLIED, applied);
    place.add(samples, HostMetric.PARTITION_TERM, replica.term());
    place.add(samples, HostMetric.PARTITION_PROPOSALS, replica.proposalsInFlight());
    for (Map.Entry<String, MemberProgress> member : replica.progress().entrySet()) {
      samples.add(
          HostMetric.PARTITION_LAG,
          Math.max(0, applied - member.getValue().matchIndex()),
          place.group(),
          place.selector(),
          place.number(),
          member.getKey());
    }
  }
}
