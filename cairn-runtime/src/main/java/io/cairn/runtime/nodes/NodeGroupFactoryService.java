// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.nodes;

import io.cairn.document.DocumentJson;
import io.cairn.runtime.model.HostClock;
import io.cairn.runtime.security.Access;
import io.cairn.runtime.security.Needs;
import io.cairn.service.Operation;
import io.cairn.service.StandardRefusal;
import io.cairn.service.UriUtils;
import io.cairn.service.nodes.NodeGroupService.NodeGroupState;
import io.cairn.service.uri.Links;
import io.cairn.service.uri.ServiceUriPaths;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Lists the node groups that this host is in; a POST makes one, of this host alone. */
@Needs(read = Access.GRANTED, write = Access.GRANTED)
public final class NodeGroupFactoryService extends NodesFactory {

  public static final String SELF_LINK = ServiceUriPaths.NODE_GROUP_FACTORY;

  private final HostNodes nodes;

  NodeGroupFactoryService(HostNodes nodes, HostClock clock) {
    super(NodeGroupState.class, clock);
    this.nodes = nodes;
  }

  @Override
  Set<String> links() {
    return nodes.groupLinks();
  }

  @Override
  Map<String, NodeGroupState> states() {
    return nodes.groupStates();
  }

  @Override
  public void handlePost(Operation post) {
    if (!post.hasBody()) {
      throw new IllegalArgumentException("body is required: documentSelfLink names the group");
    }
    JsonNode body = DocumentJson.standard().toTree(post.getBody(JsonNode.class));
    String link = body.path("documentSelfLink").asString("");
    String name =
        UriUtils.getLastPathSegment(
            Links.childOf(SELF_LINK, link.isEmpty() ? getHost().nextUUID() : link));
    JsonNode config = body.path("config");
    try {
      if (!nodes.createGroup(name, config, post)) {
        StandardRefusal.EXISTS.answer(post, "Service already exists: " + SELF_LINK + "/" + name);
      }
    } catch (IOException e) {
      post.fail(e);
    }
  }
}
