// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.nodes;

import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.query.odata.ODataQuery;
import io.cairn.service.Operation;
import io.cairn.service.StatelessService;
import io.cairn.service.UriUtils;
import io.cairn.service.nodes.NodeSelectorState;
import io.cairn.service.uri.Links;
import io.cairn.service.uri.ServiceUriPaths;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lists the node selectors of this host; a POST starts one, which lives as long as the host. */
public final class NodeSelectorFactoryService extends StatelessService {

  public static final String SELF_LINK = ServiceUriPaths.NODE_SELECTOR_PREFIX;

  private final HostNodes nodes;

  NodeSelectorFactoryService(HostNodes nodes) {
    super(NodeSelectorState.class);
    this.nodes = nodes;
    toggleOption(ServiceOption.CORE, true);
    toggleOption(ServiceOption.FACTORY, true);
  }

  @Override
  public void handleGet(Operation get) {
    long begun = System.nanoTime();
    Map<String, NodeSelectorState> states = nodes.selectorStates();
    ServiceDocumentQueryResult result = new ServiceDocumentQueryResult();
    result.documentLinks.addAll(List.copyOf(states.keySet()));
    result.documentCount = (long) states.size();
    if (ODataQuery.isExpand(UriUtils.parseUriQueryParams(get.getUri()).keySet())) {
      result.documents = new LinkedHashMap<>(states);
    }
    result.documentOwner = getHost().getId();
    result.queryTimeMicros = Math.max(1, (System.nanoTime() - begun) / 1000);
    get.setBodyNoCloning(result).complete();
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
