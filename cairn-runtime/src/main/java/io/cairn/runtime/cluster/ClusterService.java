// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.cluster;

import io.cairn.cluster.application.Cluster;
import io.cairn.cluster.group.GroupView;
import io.cairn.runtime.security.Access;
import io.cairn.runtime.security.Needs;
import io.cairn.service.Operation;
import io.cairn.service.StatelessService;
import io.cairn.service.UriUtils;
import java.util.function.Supplier;

/**
 * The cluster as this node sees it, by GET: its members, the quorum, the health. Clients that
 * accept an event stream, here or at {@code /events}, are sent the state and then whatever happens.
 */
@Needs(read = Access.GRANTED, write = Access.GRANTED)
public final class ClusterService extends StatelessService {

  private static final String EVENTS = "/events";

  private final Cluster cluster;
  private final Supplier<GroupView> group;
  private final EventStreams streams;
  private final EventViews views;

  /**
   * Shows a cluster.
   *
   * @param group the default group as this node sees it
   * @param streams those who watch
   */
  ClusterService(Cluster cluster, Supplier<GroupView> group, EventStreams streams) {
    this.cluster = cluster;
    this.group = group;
    this.streams = streams;
    this.views = new EventViews(group);
    toggleOption(ServiceOption.CORE, true);
    toggleOption(ServiceOption.URI_NAMESPACE_OWNER, true);
  }

  @Override
  public void handleGet(Operation get) {
    String path = UriUtils.normalizeUriPath(get.getUri().getPath());
    boolean events = path.equals(getSelfLink() + EVENTS);
    if (!events && !path.equals(getSelfLink())) {
      Operation.failServiceNotFound(get);
    } else if (EventStreams.wants(get)) {
      streams.start(get, this::state, views::of);
    } else if (events) {
      throw new IllegalArgumentException(
          "%s%s needs the header 'accept: text/event-stream'".formatted(getSelfLink(), EVENTS));
    } else {
      get.setBodyNoCloning(state()).complete();
    }
  }

  private Object state() {
    return ClusterState.of(cluster, group.get());
  }
}
