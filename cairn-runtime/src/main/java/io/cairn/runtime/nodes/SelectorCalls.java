// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.nodes;

import io.cairn.runtime.dispatch.OperationSender;
import io.cairn.service.HostRuntime;
import io.cairn.service.Operation;
import io.cairn.service.ServiceHost;
import io.cairn.service.StandardRefusal;
import io.cairn.service.UriUtils;
import io.cairn.service.failure.ServiceNotFoundException;
import io.cairn.service.nodes.NodeSelectorService.SelectAndForwardRequest;
import io.cairn.service.nodes.NodeSelectorService.SelectAndForwardRequest.ForwardingOption;
import io.cairn.service.uri.ServiceUriPaths;
import java.net.URI;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks node selectors on behalf of code in this process, without a request to their services. The
 * answer, a refusal included, is always that of the operation. Thread-safe.
 */
public final class SelectorCalls implements HostRuntime.Nodes {

  private final ServiceHost host;
  private final HostNodes nodes;
  private final OperationSender sender;

  public SelectorCalls(ServiceHost host, HostNodes nodes, OperationSender sender) {
    this.host = host;
    this.nodes = nodes;
    this.sender = sender;
  }

  @Override
  public void selectOwner(@Nullable String selector, String key, Operation op) {
    SelectAndForwardRequest request = new SelectAndForwardRequest();
    request.key = key;
    ask(selector, op, (asked, own) -> asked.select(own, request));
  }

  @Override
  public void forward(@Nullable String selector, @Nullable String key, Operation op) {
    SelectAndForwardRequest request = request(key, op);
    request.options = SelectAndForwardRequest.UNICAST_OPTIONS.clone();
    ask(selector, op, (asked, own) -> asked.select(own, request));
  }

  @Override
  public void broadcast(
      @Nullable String selector, @Nullable String key, boolean excludesThisHost, Operation op) {
    SelectAndForwardRequest request = request(key, op);
    request.options.add(ForwardingOption.BROADCAST);
    if (excludesThisHost) {
      request.options.add(ForwardingOption.EXCLUDE_ENTRY_NODE);
    }
    ask(selector, op, (asked, own) -> asked.select(own, request));
  }

  @Override
  public void tellMembers(String selector) {
    nodes.tellMembers(selector);
  }

  @Override
  public boolean reachesMembers(String groupLink) {
    return nodes.isAvailable(groupLink);
  }

  private static SelectAndForwardRequest request(@Nullable String key, Operation op) {
    URI uri = op.getUri();
    SelectAndForwardRequest request = new SelectAndForwardRequest();
    request.key = key;
    request.targetPath = uri.getPath();
    request.targetQuery = uri.getRawQuery();
    return request;
  }

  private interface Question {
    void ask(SelectorRequests selector, Operation op);
  }

  private void ask(@Nullable String selector, Operation op, Question question) {
    String path =
        UriUtils.normalizeUriPath(
            selector == null ? ServiceUriPaths.DEFAULT_NODE_SELECTOR : selector);
    URI uri = UriUtils.buildUri(host, path);
    if (!op.hasReferer()) {
      op.setReferer(host.getUri());
    }
    Consumer<Operation> target =
        own -> {
          SelectorRequests asked = nodes.selector(path);
          if (!own.hasUri()) {
            own.setUri(uri);
          }
          if (asked == null) {
            StandardRefusal.NOT_FOUND.answer(own, new ServiceNotFoundException(path));
          } else {
            question.ask(asked, own);
          }
        };
    sender.deliver(op, target);
  }
}
