// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.service.Operation.CompletionHandler;
import io.cairn.service.nodes.NodeGroupBroadcastResponse;
import io.cairn.service.nodes.NodeGroupBroadcastResult;
import io.cairn.service.nodes.NodeGroupBroadcastResult.PeerNodeResult;
import io.cairn.service.nodes.NodeGroupService.NodeGroupState;
import io.cairn.service.nodes.NodeState;
import io.cairn.service.uri.ServiceUriPaths;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What services ask about their node group: whether it has settled, whether a service is there. */
public final class NodeGroupUtils {

  private NodeGroupUtils() {}

  // ---- services on all nodes

  /** As the form with a URI, for a service of this host. */
  public static void checkServiceAvailability(CompletionHandler handler, Service service) {
    checkServiceAvailability(
        handler, service.getHost(), service.getSelfLink(), service.getPeerNodeSelectorPath());
  }

  /** As the form with a URI. */
  public static void checkServiceAvailability(
      CompletionHandler handler,
      ServiceHost host,
      @Nullable String link,
      @Nullable String selectorPath) {
    if (link == null) {
      throw new IllegalArgumentException("link is required");
    }
    checkServiceAvailability(handler, host, UriUtils.buildUri(host, link), selectorPath);
  }

  /**
   * Asks all nodes whether a service is available.
   *
   * @param handler gets a failure unless at least one node says that it is
   * @param service on any node of the group
   */
  public static void checkServiceAvailability(
      CompletionHandler handler, ServiceHost host, URI service, @Nullable String selectorPath) {
    if (selectorPath == null) {
      throw new IllegalArgumentException("selectorPath is required");
    }
    Operation.createGet(
            UriUtils.buildBroadcastRequestUri(UriUtils.buildAvailableUri(service), selectorPath))
        .setReferer(host.getPublicUri())
        .disableFailureLogging(true)
        .setCompletion(
            (answer, failure) -> {
              if (failure != null) {
                handler.handle(answer, failure);
                return;
              }
              boolean available =
                  !answer.getBody(NodeGroupBroadcastResponse.class).jsonResponses.isEmpty();
              handler.handle(
                  answer,
                  available
                      ? null
                      : new IllegalStateException(
                          service.getPath() + " is available on no node of the group"));
            })
        .sendWith(host);
  }

  /**
   * Completes an operation as soon as a service is available on at least one node, and fails it
   * when it expires before that.
   */
  public static void registerForReplicatedServiceAvailability(
      ServiceHost host, Operation op, String servicePath, @Nullable String selectorPath) {
    if (op.getExpirationMicrosUtc() == 0) {
      op.setExpiration(Utils.fromNowMicrosUtc(host.getOperationTimeoutMicros()));
    }
    checkServiceAvailability(
        (answer, failure) -> {
          if (failure == null) {
            op.complete();
          } else if (!host.isStarted()
              || op.getExpirationMicrosUtc() < Utils.getSystemNowMicrosUtc()) {
            op.fail(
                new TimeoutException(
                    servicePath + " did not become available: " + failure.getMessage()));
          } else {
            var _ =
                host.schedule(
                    () ->
                        registerForReplicatedServiceAvailability(
                            host, op, servicePath, selectorPath),
                    host.getMaintenanceIntervalMicros(),
                    TimeUnit.MICROSECONDS);
          }
        },
        host,
        servicePath,
        selectorPath == null ? ServiceUriPaths.DEFAULT_NODE_SELECTOR : selectorPath);
  }

  /** Sorts what the nodes answered to a broadcast by success and failure. */
  public static NodeGroupBroadcastResult toBroadcastResult(NodeGroupBroadcastResponse response) {
    NodeGroupBroadcastResult result = new NodeGroupBroadcastResult();
    result.totalNodeCount = response.nodeCount;
    result.availableNodeCount = response.availableNodeCount;
    result.unavailableNodeCount = response.nodeCount - response.availableNodeCount;
    result.membershipQuorum = response.membershipQuorum;
    Map<String, String> ids = new HashMap<>();
    response.selectedNodes.forEach((id, group) -> ids.put(authority(group), id));
    response.jsonResponses.forEach(
        (uri, json) -> {
          PeerNodeResult one = result(response, ids, uri);
          one.json = json;
          result.successResponses.add(one);
          result.allResponses.add(one);
        });
    response.failures.forEach(
        (uri, error) -> {
          PeerNodeResult one = result(response, ids, uri);
          one.errorResponse = error;
          result.failureResponses.add(one);
          result.failureErrorResponses.add(error);
          result.allResponses.add(one);
        });
    return result;
  }

  private static PeerNodeResult result(
      NodeGroupBroadcastResponse response, Map<String, String> ids, URI uri) {
    PeerNodeResult one = new PeerNodeResult();
    one.requestUri = uri;
    one.hostId = ids.get(authority(uri));
    one.nodeGroupUri = one.hostId == null ? null : response.selectedNodes.get(one.hostId);
    return one;
  }

  private static String authority(URI uri) {
    return uri.getScheme() + "://" + uri.getRawAuthority();
  }

  // ---- the group

  /**
   * Completes an operation if all living members of a group that this host is in agree on who is in
   * it, and fails it otherwise.
   */
  public static void checkConvergence(ServiceHost host, NodeGroupState group, Operation op) {
    if (!group.nodes.containsKey(host.getId())) {
      op.fail(new IllegalStateException("Node " + host.getId() + " is not in the group"));
    } else if (group.nodes.size() == 1) {
      op.complete();
    } else {
      checkConvergenceFromAnyHost(host, group, op);
    }
  }

  /** As the other form, of the group at a URI. */
  public static void checkConvergence(ServiceHost host, URI nodeGroupReference, Operation op) {
    ask(host, nodeGroupReference, op)
        .setCompletion(
            (answer, failure) -> {
              if (failure == null) {
                checkConvergenceFromAnyHost(host, answer.getBody(NodeGroupState.class), op);
              } else {
                op.fail(failure);
              }
            })
        .sendWith(host);
  }

  /** As {@link #checkConvergence}, of a group that this host need not be in. */
  public static void checkConvergenceFromAnyHost(
      ServiceHost host, NodeGroupState group, Operation op) {
    List<Operation> questions = new ArrayList<>();
    for (NodeState node : group.nodes.values()) {
      if (!NodeState.isUnAvailable(node) && node.groupReference != null) {
        questions.add(ask(host, node.groupReference, op));
      }
    }
    if (questions.isEmpty()) {
      op.fail(new IllegalStateException("No member of the group is available"));
      return;
    }
    OperationJoin.create(questions)
        .setCompletion(
            (answers, failures) -> {
              String trouble =
                  failures != null
                      ? "At least one member could not be asked: "
                          + failures.values().iterator().next().getMessage()
                      : disagreement(group, answers.values());
              if (trouble == null) {
                op.complete();
              } else {
                op.fail(new IllegalStateException(trouble));
              }
            })
        .sendWith(host);
  }

  private static Operation ask(ServiceHost host, URI group, Operation parent) {
    long expiration = parent.getExpirationMicrosUtc();
    return Operation.createGet(group)
        .setReferer(parent.hasReferer() ? parent.getReferer() : host.getPublicUri())
        .setExpiration(
            expiration == 0
                ? Utils.fromNowMicrosUtc(host.getOperationTimeoutMicros())
                : expiration);
  }

  private static @Nullable String disagreement(NodeGroupState group, Iterable<Operation> answers) {
    for (Operation answer : answers) {
      long seen = answer.getBody(NodeGroupState.class).membershipUpdateTimeMicros;
      if (seen != group.membershipUpdateTimeMicros) {
        return "%s knows of another change of membership (%d) than this group's last (%d)"
            .formatted(answer.getUri(), seen, group.membershipUpdateTimeMicros);
      }
    }
    return null;
  }

  /**
   * Whether a group's membership has not changed for as many maintenance intervals as its
   * configuration demands. A group of one is always settled.
   */
  public static boolean isMembershipSettled(
      ServiceHost host, long maintenanceIntervalMicros, NodeGroupState group) {
    if (!group.nodes.containsKey(host.getId())) {
      return false;
    }
    long intervals = group.config == null ? 0 : group.config.stableGroupMaintenanceIntervalCount;
    return group.nodes.size() == 1
        || Utils.getNowMicrosUtc()
            >= group.membershipUpdateTimeMicros + intervals * maintenanceIntervalMicros;
  }

  /** Whether as many members are available as the quorum and a majority of the peers demand. */
  public static boolean hasMembershipQuorum(ServiceHost host, NodeGroupState group) {
    NodeState self = group.nodes.get(host.getId());
    if (self == null) {
      return false;
    }
    long available =
        group.nodes.values().stream()
            .filter(node -> node.status == NodeState.NodeStatus.AVAILABLE)
            .count();
    return available >= Math.max(self.membershipQuorum, self.synchQuorum);
  }

  /**
   * Whether requests to the group's members find them: this host is in it, it has its quorum, and
   * this host knows the owners. Unlike with the predecessor no time has to pass after a change.
   */
  public static boolean isNodeGroupAvailable(ServiceHost host, NodeGroupState group) {
    String link = group.documentSelfLink;
    return hasMembershipQuorum(host, group)
        && host.runtime()
            .nodes()
            .reachesMembers(link == null ? ServiceUriPaths.DEFAULT_NODE_GROUP : link);
  }
}
