// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.cluster;

import io.cairn.cluster.application.Cluster;
import io.cairn.cluster.group.GroupView;
import io.cairn.runtime.checkup.CheckupService;
import io.cairn.runtime.checkup.CheckupState;
import io.cairn.service.StatelessService;
import io.cairn.service.uri.ServiceUriPaths;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The services about the cluster, by path. They answer before this node is in a group, and without
 * a quorum.
 */
public final class ClusterServices {

  private ClusterServices() {}

  /**
   * The cluster as this node sees it.
   *
   * @param cluster its nodes
   * @param group the default group; its nodes are empty if there is none yet
   */
  public record View(Cluster cluster, Supplier<GroupView> group) {}

  /**
   * Makes the services; the caller starts them.
   *
   * @param copies those of partitions that this node holds
   * @param checkup looks at what is the matter with this node
   * @param nowMicros microseconds since 1970
   */
  public static Map<String, StatelessService> of(
      View view,
      CopiesService.Copies copies,
      Supplier<CheckupState> checkup,
      LongSupplier nowMicros) {
    Cluster cluster = view.cluster();
    EventStreams streams = new EventStreams(cluster);
    return Map.of(
        ServiceUriPaths.CORE_CLUSTER,
        new ClusterService(cluster, view.group(), streams),
        ServiceUriPaths.CORE_COPIES,
        new CopiesService(copies),
        ServiceUriPaths.CORE_CHECKUP,
        new CheckupService(checkup),
        ServiceUriPaths.CORE_HEALTH,
        new HealthService(cluster),
        ServiceUriPaths.CORE_ATTRIBUTES,
        new AttributesService(new AttributeRequests(cluster::attributes, streams, nowMicros)));
  }

  /** Whether a request's path, as it was sent, is for one of these services. */
  public static boolean serves(String path) {
    return isAt(path, ServiceUriPaths.CORE_CLUSTER)
        || isAt(path, ServiceUriPaths.CORE_HEALTH)
        || isAt(path, ServiceUriPaths.CORE_ATTRIBUTES);
  }

  private static boolean isAt(String path, String service) {
    return path.startsWith(service)
        && (path.length() == service.length() || path.charAt(service.length()) == '/');
  }
}
