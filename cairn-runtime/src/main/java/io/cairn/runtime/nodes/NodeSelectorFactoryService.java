// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.nodes;

import io.cairn.runtime.model.HostClock;
import io.cairn.runtime.security.Access;
import io.cairn.runtime.security.Needs;
import io.cairn.service.Operation;
import io.cairn.service.UriUtils;
import io.cairn.service.nodes.NodeSelectorState;
import io.cairn.service.uri.Links;
import io.cairn.service.uri.ServiceUriPaths;
import java.util.Map;
import java.util.Set;

/** Lists the node selectors of this host; a POST starts one, which lives as long as the host. */
@Needs(read = Access.GRANTED, write = Access.GRANTED)
public final class NodeSelectorFactoryService extends NodesFactory {

  public static final String SELF_LINK = ServiceUriPaths.NODE_SELECTOR_PREFIX;

  private final HostNodes nodes;

  NodeSelectorFactoryService(HostNodes nodes, HostClock clock) {
    super(NodeSelectorState.class, clock);
    this.nodes = nodes;
  }

  @Override
  Set<String> links() {
    return nodes.selectorLinks();
  }

  @Override
  Map<String, NodeSelectorState> states() {
    return nodes.selectorStates();
  }

  @Override
  public void handlePost(Operation post) {
    if (!post.hasBody()) {
      throw new IllegalArgumentException("body is required: documentSelfLink names the selector");
    }
    NodeSelectorState state = post.getBody(NodeSelectorState.class);
    String link = state.documentSelfLink;
    if (link == null || link.isEmpty()) {
      throw new IllegalArgumentException("documentSelfLink is required: it names the selector");
    }
    String path = Links.childOf(SELF_LINK, link);
    Operation start =
        Operation.createPost(UriUtils.buildUri(getHost(), path))
            .setReferer(getUri())
            .setBodyNoCloning(state);
    start.setCompletion(
        (done, failure) -> {
          if (failure == null) {
            post.addResponseHeader(Operation.LOCATION_HEADER, path);
            post.setBodyNoCloning(nodes.selectorStates().get(path)).complete();
          } else {
            post.setStatusCode(done.getStatusCode());
            post.fail(failure, done.getBodyRaw());
          }
        });
    nodes.startSelector(path, start);
  }
}
