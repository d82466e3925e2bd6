// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import io.cairn.cluster.group.partition.PartitionSet;
import io.cairn.cluster.group.state.GroupConfig;
import io.cairn.cluster.group.state.GroupSecrets;
import io.cairn.cluster.group.state.NodeRole;
import io.cairn.cluster.group.state.SelectorSpec;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One node group, as seen from this node, which is a member of it. Safe for all threads. */
public interface NodeGroup {

  /** Returns the group's name. */
  String name();

  /** Returns what is known now. */
  GroupView view();

  /**
   * Registers who is told of each change of the view, in order, one at a time, on a thread of its
   * own.
   */
  void onChange(Consumer<GroupView> listener);

  /** Returns a selector's partitions, or null if nobody has asked for that selector yet. */
  @Nullable PartitionSet partitions(String selector);

  /** Returns the partitions of all selectors that somebody has asked for, anywhere. */
  List<PartitionSet> partitionSets();

  /** Returns a selector's partitions, having them made first if there are none. */
  CompletableFuture<PartitionSet> establish(SelectorSpec selector);

  /**
   * Has this node leave its own group of one and join the group of the same name at a peer, with
   * all its documents. Completes when it has; fails with {@link JoinRefusedException} if it may
   * not. Nothing happens if both are in the same group already.
   */
  CompletableFuture<Void> join(URI peer, JoinOptions options);

  /** Changes the configuration for all members. */
  CompletableFuture<Void> configure(UnaryOperator<GroupConfig> change);

  /** Returns what members only may know, as this node knows it; none before it knows the group. */
  GroupSecrets secrets();

  /**
   * Changes what members only may know, for all members. Completes with what it is then, once that
   * is known here; a change of the view tells the others.
   *
   * @param change may be called several times; returns the same if nothing is to be done
   */
  CompletableFuture<GroupSecrets> changeSecrets(UnaryOperator<GroupSecrets> change);

  /**
   * Has a member vote and own documents from now on, or only hold copies. Completes when the group
   * has agreed; the copies follow, and until they have the member is {@link
   * NodeStatus#SYNCHRONIZING}. Fails with {@link IllegalStateException}, which says why, if it is
   * no member or too few would be left to vote.
   */
  CompletableFuture<Void> changeRole(String nodeId, NodeRole role);

  /** Removes a member that is dead, without waiting for the removal delay. */
  CompletableFuture<Void> remove(String nodeId);
}
