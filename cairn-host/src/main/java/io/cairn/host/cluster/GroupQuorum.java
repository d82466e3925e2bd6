// SPDX-License-Identifier: Apache-2.0
package io.cairn.host.cluster;

import io.cairn.cluster.application.QuorumView;
import io.cairn.cluster.group.GroupView;
import io.cairn.cluster.group.NodeRole;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How many nodes the default group needs: what operators asked for, or a majority of its peers if
 * that is more, so that two halves of a cluster are never healthy both.
 */
public final class GroupQuorum implements QuorumView {

  private final Supplier<GroupView> group;
  private final Supplier<@Nullable String> shortage;

  /**
   * Makes a view.
   *
   * @param group the default group as this node sees it; its nodes are empty if there is none yet
   * @param shortage why its documents cannot be updated for want of room; null if they can
   */
  public GroupQuorum(Supplier<GroupView> group, Supplier<@Nullable String> shortage) {
    this.group = group;
    this.shortage = shortage;
  }

  @Override
  public int required() {
    GroupView view = group.get();
    int majority = voters(view) / 2 + 1;
    return Math.max(view.config().membershipQuorum(), majority);
  }

  @Override
  public int voters() {
    return voters(group.get());
  }

  private static int voters(GroupView view) {
    return (int)
        view.nodes().values().stream().filter(node -> node.role() == NodeRole.PEER).count();
  }

  @Override
  public Optional<String> unavailability() {
    GroupView view = group.get();
    return view.available() ? Optional.ofNullable(shortage.get()) : Optional.of(view.reason());
  }
}
