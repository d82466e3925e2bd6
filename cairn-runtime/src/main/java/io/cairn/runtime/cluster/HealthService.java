// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.cluster;

import io.cairn.cluster.application.Cluster;
import io.cairn.runtime.security.Access;
import io.cairn.runtime.security.Needs;
import io.cairn.service.Operation;
import io.cairn.service.RequestRouter.Route.RouteDocumentation;
import io.cairn.service.RequestRouter.Route.RouteDocumentation.ApiResponse;
import io.cairn.service.StandardRefusal;
import io.cairn.service.StatelessService;
import io.cairn.service.UriUtils;
import io.cairn.service.uri.ServiceUriPaths;

/**
 * For those who restart hosts and send clients to them: {@code /live} answers 200 while the process
 * does anything at all, {@code /ready} answers 200 if documents can be read and written here and
 * 503 with the reasons if not. The service itself answers 200 with the same body.
 */
@Needs(read = Access.OPEN, write = Access.GRANTED)
public final class HealthService extends StatelessService {

  private final Cluster cluster;

  /** Shows a host's health. */
  HealthService(Cluster cluster) {
    this.cluster = cluster;
    toggleOption(ServiceOption.CORE, true);
    toggleOption(ServiceOption.URI_NAMESPACE_OWNER, true);
  }

  @RouteDocumentation(
      description = "Whether the host can serve, and why not",
      responses =
          @ApiResponse(statusCode = 200, description = "Health", response = HealthState.class))
  @RouteDocumentation(
      path = "/live",
      description = "Answers while the process lives",
      responses =
          @ApiResponse(statusCode = 200, description = "Health", response = HealthState.class))
  @RouteDocumentation(
      path = "/ready",
      description = "Whether the host takes requests now, for load balancers",
      responses = {
        @ApiResponse(statusCode = 200, description = "It does", response = HealthState.class),
        @ApiResponse(statusCode = 503, description = "Not now", response = HealthState.class)
      })
  @Override
  public void handleGet(Operation get) {
    String path = UriUtils.normalizeUriPath(get.getUri().getPath());
    HealthState state = HealthState.of(cluster.health());
    switch (path) {
      case ServiceUriPaths.CORE_HEALTH, ServiceUriPaths.CORE_HEALTH_LIVE ->
          get.setBodyNoCloning(state).complete();
      case ServiceUriPaths.CORE_HEALTH_READY -> {
        if (!state.ready()) {
          get.setStatusCode(Operation.STATUS_CODE_UNAVAILABLE);
          StandardRefusal.UNAVAILABLE.allowRetry(get);
        }
        get.setBodyNoCloning(state).complete();
      }
      default -> Operation.failServiceNotFound(get);
    }
  }
}
