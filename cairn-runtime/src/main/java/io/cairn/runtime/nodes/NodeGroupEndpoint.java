// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.nodes;

import io.cairn.runtime.security.Access;
import io.cairn.runtime.security.Needs;
import io.cairn.service.Operation;
import io.cairn.service.StatelessService;
import io.cairn.service.nodes.NodeGroupService;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The service of one node group. */
@Needs(read = Access.GRANTED, write = Access.GRANTED)
public final class NodeGroupEndpoint extends StatelessService implements NodeGroupService {

  private final GroupRequests requests;

  /** Answers with what {@code requests} finds. */
  public NodeGroupEndpoint(GroupRequests requests) {
    super(NodeGroupState.class);
    this.requests = requests;
    toggleOption(ServiceOption.CORE, true);
    toggleOption(ServiceOption.INSTRUMENTATION, true);
    toggleOption(ServiceOption.URI_NAMESPACE_OWNER, true);
  }

  @Override
  public void handleStart(Operation start) {
    requests.begin(this);
    start.complete();
  }

  @Override
  public void handleStop(Operation stop) {
    requests.end();
    stop.complete();
  }

  @Override
  public void handleGet(Operation get) {
    requests.get(get);
  }

  @Override
  public void handlePost(Operation post) {
    requests.change(post);
  }

  @Override
  public void handlePatch(Operation patch) {
    requests.change(patch);
  }

  @Override
  public Set<Action> verbs(String path) {
    return path.equals(getSelfLink())
        ? EnumSet.of(Action.GET, Action.POST, Action.PATCH, Action.OPTIONS)
        : EnumSet.of(Action.GET, Action.PATCH, Action.DELETE, Action.OPTIONS);
  }

  @Override
  public void handleDelete(Operation delete) {
    requests.delete(delete);
  }

  @Override
  public List<String> obstacles() {
    return requests.obstacles();
  }
}
