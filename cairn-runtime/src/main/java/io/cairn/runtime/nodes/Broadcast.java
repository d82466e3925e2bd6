// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.nodes;

import io.cairn.cluster.group.GroupView;
import io.cairn.cluster.group.NodeStatus;
import io.cairn.cluster.group.NodeView;
import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceErrorResponse;
import io.cairn.runtime.routing.NodeRouter;
import io.cairn.service.Operation;
import io.cairn.service.nodes.NodeGroupBroadcastResponse;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to all members of a group. The answer tells what each of them said, so it
 * is a success whatever that was. Thread-safe.
 */
final class Broadcast {

  private final Operation op;
  private final GroupView view;
  private final NodeGroupBroadcastResponse response = new NodeGroupBroadcastResponse();
  private int missing;

  Broadcast(Operation op, GroupView view) {
    this.op = op;
    this.view = view;
  }

  /** Sends the request. */
  void send(NodeRouter router, String path, @Nullable String query, Terms terms) {
    List<NodeView> nodes =
        view.nodes().values().stream().filter(node -> terms.nodes().test(node.id())).toList();
    response.nodeCount = view.nodes().size();
    response.availableNodeCount = GroupStates.available(view);
    response.membershipQuorum = view.config().membershipQuorum();
    for (NodeView node : nodes) {
      response.selectedNodes.put(node.id(), GroupStates.groupReference(view, node));
      response.receivers.add(uri(node, path, query));
    }
    missing = nodes.size();
    if (nodes.isEmpty()) {
      op.setBodyNoCloning(response).complete();
    }
    for (NodeView node : nodes) {
      URI receiver = uri(node, path, query);
      if (node.status() == NodeStatus.UNAVAILABLE) {
        failed(
            receiver,
            ServiceErrorResponse.create(
                new IllegalStateException("Node " + node.id() + " is not available"),
                Operation.STATUS_CODE_UNAVAILABLE));
      } else {
        router.send(node.id(), copy(receiver, terms.expirationMicros()));
      }
    }
  }

  /**
   * How a request goes out.
   *
   * @param nodes which are asked, by their ids
   * @param expirationMicros until when each node must have answered, so that those who have count
   */
  record Terms(Predicate<String> nodes, long expirationMicros) {}

  private static URI uri(NodeView node, String path, @Nullable String query) {
    return ForwardTarget.on(URI.create(GroupStates.clientAddress(node)), path, query);
  }

  private Operation copy(URI receiver, long expirationMicros) {
    Operation copy = op.clone();
    copy.setUri(receiver).setExpiration(expirationMicros);
    copy.addPragmaDirective(Operation.PRAGMA_DIRECTIVE_NO_FORWARDING);
    copy.getRequestHeaders().remove(Operation.ACCEPT_HEADER);
    copy.setCompletion(
        (answered, failure) -> {
          if (failure == null) {
            succeeded(receiver, json(answered));
          } else {
            failed(receiver, error(answered, failure));
          }
        });
    return copy;
  }

  private static String json(Operation answered) {
    Object body = answered.getBodyRaw();
    String type = answered.getAnswerContentType();
    boolean isJson = type == null || type.contains("json");
    return switch (body) {
      case byte[] bytes -> text(new String(bytes, StandardCharsets.UTF_8), isJson);
      case String text -> text(text, isJson);
      case null, default -> DocumentJson.standard().toJson(body);
    };
  }

  private static String text(String text, boolean isJson) {
    return isJson ? text : DocumentJson.standard().toJson(text);
  }

  private static ServiceErrorResponse error(Operation answered, Throwable failure) {
    ServiceErrorResponse said = answered.getErrorResponseBody();
    return said != null ? said : ServiceErrorResponse.create(failure, answered.getStatusCode());
  }

  private void succeeded(URI receiver, String json) {
    answered(() -> response.jsonResponses.put(receiver, json));
  }

  private void failed(URI receiver, ServiceErrorResponse error) {
    answered(() -> response.failures.put(receiver, error));
  }

  private void answered(Runnable note) {
    boolean last;
    synchronized (this) {
      note.run();
      missing--;
      last = missing == 0;
    }
    if (last) {
      op.setBodyNoCloning(response).complete();
    }
  }
}
