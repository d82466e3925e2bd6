// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.partition;

/**
 * Names one replica of one partition on this node.
 *
 * @param group the node group's name
 * @param uid the node group's uid
 * @param selector the selector whose documents it holds
 * @param number the partition's number, from 0
 * @param generation rises when this node starts the replica afresh after it had been removed
 */
public record PartitionId(String group, String uid, String selector, int number, int generation) {

  /** Returns the name of the consensus group, the same on every node. */
  public String groupName() {
    return group + "@" + uid + "/" + selector + "/" + number;
  }

  /** Returns a name for the replica's directory, unique on this node. */
  public String directoryName() {
    String base = group + "@" + uid + "-" + selector + "-" + number;
    return generation == 0 ? base : base + "." + generation;
  }
}
