// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.nodes;

import io.cairn.cluster.group.GroupView;
import io.cairn.cluster.group.NodeGroup;
import io.cairn.cluster.group.NodeStatus;
import io.cairn.cluster.group.NodeView;
import io.cairn.cluster.group.partition.Partition;
import io.cairn.document.DocumentJson;
import io.cairn.document.DocumentKinds;
import io.cairn.document.ServiceErrorResponse;
import io.cairn.runtime.documents.PartitionedDocuments;
import io.cairn.runtime.routing.NodeRouter;
import io.cairn.runtime.routing.OwnerRouter;
import io.cairn.service.Operation;
import io.cairn.service.UriUtils;
import io.cairn.service.nodes.NodeSelectorService.SelectAndForwardRequest;
import io.cairn.service.nodes.NodeSelectorService.SelectAndForwardRequest.ForwardingOption;
import io.cairn.service.nodes.NodeSelectorService.SelectOwnerResponse;
import io.cairn.service.nodes.NodeSelectorService.UpdateReplicationQuorumRequest;
import io.cairn.service.nodes.NodeSelectorState;
import java.net.URI;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Answers what clients ask of one node selector. Thread-safe. */
public final class SelectorRequests {

  private final Setting setting;
  private final Routes routes;
  private volatile @Nullable Integer replicationQuorum;

  /**
   * What a selector is about.
   *
   * @param path where the selector answers
   * @param groupName its group
   * @param replicationFactor how many nodes keep each document; 0 for all
   * @param group the group; null while this node is in none of that name
   * @param documents the selector's partitions, made when they are first asked for
   */
  public record Setting(
      String path,
      String groupName,
      int replicationFactor,
      Supplier<@Nullable NodeGroup> group,
      Supplier<PartitionedDocuments> documents) {}

  /**
   * The ways to other nodes.
   *
   * @param nowMicros the clock that operations expire by
   */
  public record Routes(OwnerRouter owners, NodeRouter nodes, LongSupplier nowMicros) {}

  /** Requests about a selector. */
  public SelectorRequests(Setting setting, Routes routes) {
    this.setting = setting;
    this.routes = routes;
  }

  /** The selector's group, as a path. */
  public String groupPath() {
    return GroupStates.pathOf(setting.groupName());
  }

  /** Takes a replication quorum over from a selector's initial state. */
  public void setReplicationQuorum(@Nullable Integer quorum) {
    if (quorum != null) {
      requireQuorum(quorum);
    }
    replicationQuorum = quorum;
  }

  /** The selector, as clients see it. */
  public NodeSelectorState state() {
    NodeSelectorState state = new NodeSelectorState();
    GroupView view = view();
    state.nodeGroupLink = groupPath();
    state.replicationFactor =
        setting.replicationFactor() == 0 ? null : (Long) (long) setting.replicationFactor();
    state.replicationQuorum = replicationQuorum;
    state.membershipQuorum = view == null ? 1 : view.config().membershipQuorum();
    state.membershipUpdateTimeMicros = view == null ? 0 : view.membershipUpdateTimeMicros();
    state.status =
        obstacles().isEmpty()
            ? NodeSelectorState.Status.AVAILABLE
            : NodeSelectorState.Status.UNAVAILABLE;
    state.documentKind = DocumentKinds.shared().kindOf(NodeSelectorState.class);
    state.documentSelfLink = setting.path();
    state.documentOwner = routes.nodes().self();
    return state;
  }

  private @Nullable GroupView view() {
    NodeGroup group = setting.group().get();
    return group == null ? null : group.view();
  }

  /** What keeps this node from serving the selector's group, a sentence each. */
  public List<String> obstacles() {
    GroupView view = view();
    return view == null
        ? List.of("this node is in no group %s yet".formatted(setting.groupName()))
        : view.condition().reasons();
  }

  /** Answers who owns a key, or has the request done by whom it is for. */
  public void select(Operation op, SelectAndForwardRequest request) {
    String target = request.targetPath;
    String key = request.key == null || request.key.isEmpty() ? target : request.key;
    if (key == null || key.isEmpty()) {
      throw new IllegalArgumentException("key or targetPath is required");
    }
    if (request.options.contains(ForwardingOption.REPLICATE)) {
      throw new IllegalArgumentException("option REPLICATE is not for clients");
    }
    if (request.options.contains(ForwardingOption.BROADCAST)) {
      if (target == null) {
        throw new IllegalArgumentException("targetPath is required with option BROADCAST");
      }
      boolean elsewhere = request.options.contains(ForwardingOption.EXCLUDE_ENTRY_NODE);
      Predicate<String> nodes = copyHolders(request.key);
      broadcast(
          op,
          target,
          request.targetQuery,
          elsewhere ? nodes.and(id -> !id.equals(routes.nodes().self())) : nodes);
    } else if (target == null) {
      owner(op, key, owner -> op.setBodyNoCloning(selected(key, owner)).complete());
    } else {
      toOwner(op, key, target, request.targetQuery);
    }
  }

  private void owner(Operation op, String key, java.util.function.Consumer<String> then) {
    routes.owners().locate(setting.documents().get(), key, op, then);
  }

  /** Those that hold copies of what a key names; without a key, or if all hold it, all. */
  private Predicate<String> copyHolders(@Nullable String key) {
    Partition partition =
        key == null || setting.replicationFactor() == 0
            ? null
            : setting.documents().get().partition(key);
    return partition == null ? id -> true : List.copyOf(partition.holders())::contains;
  }

  private SelectOwnerResponse selected(String key, String owner) {
    GroupView view = view();
    SelectOwnerResponse response = new SelectOwnerResponse();
    response.key = key;
    response.ownerNodeId = owner;
    response.isLocalHostOwner = owner.equals(routes.nodes().self());
    if (view == null) {
      return response;
    }
    NodeView node = view.nodes().get(owner);
    response.ownerNodeGroupReference = node == null ? null : GroupStates.groupReference(view, node);
    response.availableNodeCount = GroupStates.available(view);
    response.membershipUpdateTimeMicros = view.membershipUpdateTimeMicros();
    Partition partition = setting.documents().get().partition(key);
    List<String> holders = partition == null ? List.of(owner) : partition.holders();
    for (NodeView member : view.nodes().values()) {
      if (holders.contains(member.id())) {
        response.selectedNodes.add(GroupStates.node(view, member));
      }
    }
    return response;
  }

  /** Has a request done by the owner of a key. */
  public void toOwner(Operation op, String key, String path, @Nullable String query) {
    URI target = ForwardTarget.on(op.getUri(), path, query);
    owner(
        op,
        key,
        owner -> {
          op.setUri(target);
          routes.nodes().send(owner, op);
        });
  }

  /**
   * Has a request done by those members of the group that are meant, and answers what they said.
   */
  private void broadcast(
      Operation op, String path, @Nullable String query, Predicate<String> nodes) {
    GroupView view = view();
    var _ = ForwardTarget.on(op.getUri(), path, query);
    if (view == null) {
      unavailable(op, "This node is in no group %s yet".formatted(setting.groupName()));
      return;
    }
    long left = op.getExpirationMicrosUtc() - routes.nowMicros().getAsLong();
    new Broadcast(op, view)
        .send(
            routes.nodes(),
            path,
            query,
            new Broadcast.Terms(nodes, op.getExpirationMicrosUtc() - left / 10));
  }

  /** Has a request done by one member of the group, and by no other. */
  public void toPeer(Operation op, String peer, String path, @Nullable String query) {
    URI target = ForwardTarget.on(op.getUri(), path, query);
    GroupView view = view();
    NodeView node = view == null ? null : view.nodes().get(peer);
    if (node == null && !peer.equals(routes.nodes().self())) {
      Operation.fail(
          op,
          Operation.STATUS_CODE_NOT_FOUND,
          ServiceErrorResponse.ERROR_CODE_SERVICE_NOT_FOUND,
          new IllegalStateException(
              "Node %s is not a member of group %s".formatted(peer, setting.groupName())));
    } else if (node != null && node.status() == NodeStatus.UNAVAILABLE) {
      unavailable(op, "Node %s is not available".formatted(peer));
    } else {
      op.setUri(target);
      routes.nodes().send(peer, op);
    }
  }

  /** Answers a request to the selector's forwarding service, whatever its verb. */
  public void forward(Operation op) {
    ForwardTarget target = ForwardTarget.of(op.getUri());
    String peer = target.peer();
    if (peer != null) {
      toPeer(op, peer, target.path(), target.query());
      return;
    }
    switch (target.kind()) {
      case ALL -> broadcast(op, target.path(), target.query(), id -> true);
      case KEY_HASH, PEER_ID -> toOwner(op, target.key(), target.path(), target.query());
    }
  }

  /** Sets what the selector says its replication quorum is, here or on all nodes. */
  public void setQuorum(Operation op) {
    UpdateReplicationQuorumRequest request = op.getBody(UpdateReplicationQuorumRequest.class);
    Integer quorum = request.replicationQuorum;
    if (quorum == null) {
      throw new IllegalArgumentException("replicationQuorum is required");
    }
    requireQuorum(quorum);
    if (!request.isGroupUpdate) {
      replicationQuorum = quorum;
      op.setBodyNoCloning(null).complete();
      return;
    }
    op.setContentType(Operation.MEDIA_TYPE_APPLICATION_JSON)
        .setBodyNoCloning(
            DocumentJson.standard().toJson(UpdateReplicationQuorumRequest.create(false, quorum)));
    broadcast(op, UriUtils.normalizeUriPath(setting.path()), null, id -> true);
  }

  private void requireQuorum(int quorum) {
    int factor = setting.replicationFactor();
    if (quorum < 1 || (factor > 0 && quorum > factor)) {
      throw new IllegalArgumentException(
          "replicationQuorum must be at least 1%s"
              .formatted(factor > 0 ? " and at most " + factor + ", the replication factor" : ""));
    }
  }

  private static void unavailable(Operation op, String why) {
    op.addResponseHeader(Operation.RETRY_AFTER_HEADER, "1");
    Operation.fail(
        op,
        Operation.STATUS_CODE_UNAVAILABLE,
        ServiceErrorResponse.ERROR_CODE_UNAVAILABLE,
        new IllegalStateException(why));
  }
}
