// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.nodes;

import io.cairn.runtime.security.Access;
import io.cairn.runtime.security.Needs;
import io.cairn.service.Operation;
import io.cairn.service.Service;
import io.cairn.service.StatelessService;
import io.cairn.service.UriUtils;
import io.cairn.service.nodes.NodeSelectorService;
import io.cairn.service.nodes.NodeSelectorState;
import io.cairn.service.uri.ServiceUriPaths;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node selector: started at a path with a {@link NodeSelectorState} that names a group and a
 * replication factor, it spreads documents over that group's nodes. Services use it by {@link
 * Service#setPeerNodeSelectorPath}. A request below {@code /forwarding} is done by the nodes that
 * its parameters name.
 */
@Needs(read = Access.GRANTED, write = Access.GRANTED)
public final class ConsistentHashingNodeSelectorService extends StatelessService
    implements NodeSelectorService {

  private static final String FORWARDING = "/" + ServiceUriPaths.SERVICE_URI_SUFFIX_FORWARDING;

  private final HostNodes nodes;
  private volatile @Nullable SelectorRequests requests;

  /** A selector, to be started at a path of its own. */
  ConsistentHashingNodeSelectorService(HostNodes nodes) {
    super(NodeSelectorState.class);
    this.nodes = nodes;
    toggleOption(ServiceOption.CORE, true);
    toggleOption(ServiceOption.INSTRUMENTATION, true);
    toggleOption(ServiceOption.URI_NAMESPACE_OWNER, true);
  }

  /** Takes the selector's group and replication factor from the initial state. */
  @Override
  public void handleStart(Operation start) {
    NodeSelectorState state =
        start.hasBody() ? start.getBody(NodeSelectorState.class) : new NodeSelectorState();
    requests = nodes.addSelector(getSelfLink(), state);
    start.complete();
  }

  private SelectorRequests requests() {
    SelectorRequests present = requests;
    if (present == null) {
      throw new IllegalStateException("the selector has not started");
    }
    return present;
  }

  @Override
  public void handleRequest(Operation op) {
    String path = UriUtils.normalizeUriPath(op.getUri().getPath());
    if (path.equals(getSelfLink())) {
      super.handleRequest(op);
    } else if (path.equals(getSelfLink() + FORWARDING)) {
      requests().forward(op);
    } else {
      Operation.failServiceNotFound(op);
    }
  }

  @Override
  public void handleGet(Operation get) {
    get.setBodyNoCloning(requests().state()).complete();
  }

  @Override
  public void handlePost(Operation post) {
    if (!post.hasBody()) {
      throw new IllegalArgumentException("body is required: key or targetPath");
    }
    requests().select(post, post.getBody(SelectAndForwardRequest.class));
  }

  @Override
  public void handlePatch(Operation patch) {
    if (!patch.hasBody()) {
      throw new IllegalArgumentException("body is required: replicationQuorum");
    }
    requests().setQuorum(patch);
  }

  @Override
  public List<String> obstacles() {
    return requests().obstacles();
  }
}
