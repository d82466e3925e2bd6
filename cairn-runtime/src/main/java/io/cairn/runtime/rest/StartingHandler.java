// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.rest;

import static io.cairn.service.StandardRefusal.UNAVAILABLE;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceErrorResponse;
import io.cairn.net.HttpExchange;
import io.cairn.net.HttpHandler;
import io.cairn.net.HttpResponse;
import io.cairn.runtime.cluster.ClusterServices;
import io.cairn.runtime.cluster.HealthState;
import io.cairn.service.http.OperationVocabulary;
import io.cairn.service.uri.ServiceUriPaths;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Answers while a host starts. Documents have to wait for its group, which gets 503; what is about
 * the cluster does not, once there is a gateway for it. Before, while the data are opened, the
 * health alone is answered, so that nobody restarts a process for being busy.
 */
public final class StartingHandler implements HttpHandler {

  private static final int OK = 200;
  private static final String OPENING = "the data of this host are being opened";

  private final @Nullable HttpHandler gateway;

  private StartingHandler(@Nullable HttpHandler gateway) {
    this.gateway = gateway;
  }

  /** Answers for a host that opens its data. */
  public static StartingHandler opening() {
    return new StartingHandler(null);
  }

  /** Answers for a host whose services about the cluster are started. */
  public static StartingHandler joining(HttpHandler gateway) {
    return new StartingHandler(gateway);
  }

  @Override
  public void handle(HttpExchange exchange) {
    String path = exchange.request().path();
    if (gateway != null && ClusterServices.serves(path)) {
      gateway.handle(exchange);
    } else if (path.equals(ServiceUriPaths.CORE_HEALTH_LIVE)) {
      exchange.respond(health(OK));
    } else if (path.equals(ServiceUriPaths.CORE_HEALTH_READY)) {
      exchange.respond(retryable(health(UNAVAILABLE.status())));
    } else {
      exchange.respond(notYet());
    }
  }

  private static HttpResponse health(int status) {
    return HttpResponse.json(
        status, DocumentJson.standard().toBytes(HealthState.notReady(OPENING)));
  }

  private HttpResponse notYet() {
    ServiceErrorResponse error =
        ServiceErrorResponse.create(
            new IllegalStateException(
                gateway == null
                    ? "This host is starting: its data are being opened"
                    : "This host is starting: it looks for the other nodes of its group"),
            UNAVAILABLE.status());
    error.setInternalErrorCode(UNAVAILABLE.errorCode());
    return retryable(
        HttpResponse.json(UNAVAILABLE.status(), DocumentJson.standard().toBytes(error)));
  }

  private static HttpResponse retryable(HttpResponse response) {
    return response.with(
        OperationVocabulary.RETRY_AFTER_HEADER,
        Objects.requireNonNull(UNAVAILABLE.retryAfterSeconds()));
  }
}
