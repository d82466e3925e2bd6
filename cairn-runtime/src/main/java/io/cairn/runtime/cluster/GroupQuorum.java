// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.cluster;

import io.cairn.cluster.application.QuorumView;
import io.cairn.cluster.group.GroupView;
import io.cairn.cluster.group.NodeView;
import io.cairn.cluster.group.state.NodeRole;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * How many nodes the default group needs: what operators asked for, or a majority of its peers if
 * that is more, so that two halves of a cluster are never healthy both.
 */
public final class GroupQuorum implements QuorumView {

  private final Supplier<GroupView> group;
  private final Supplier<List<String>> host;
  private final Supplier<List<String>> remarks;

  /**
   * Makes a view.
   *
   * @param group the default group as this node sees it; its nodes are empty if it is in none yet
   * @param host what else keeps this host from serving, a sentence each
   * @param remarks what operators should look at although it may serve, a sentence each
   */
  public GroupQuorum(
      Supplier<GroupView> group, Supplier<List<String>> host, Supplier<List<String>> remarks) {
    this.group = group;
    this.host = host;
    this.remarks = remarks;
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
  public boolean counts(String nodeId) {
    GroupView view = group.get();
    NodeView node = view.nodes().get(nodeId);
    return view.nodes().isEmpty() || (node != null && node.role() == NodeRole.PEER);
  }

  @Override
  public List<String> obstacles() {
    List<String> all = new ArrayList<>(group.get().condition().reasons());
    all.addAll(host.get());
    return all;
  }

  @Override
  public List<String> remarks() {
    return remarks.get();
  }
}
