// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import io.cairn.document.DocumentJson;
import io.cairn.runtime.cluster.CopiesService;
import io.cairn.runtime.tracing.OperationTracing;
import io.cairn.runtime.tracing.TracedOperationService;
import io.cairn.service.Operation;
import io.cairn.service.ServiceHost;
import io.cairn.service.state.RequestLoggingInfo;
import io.cairn.service.uri.ServiceUriPaths;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * What is asked of a host's management service, apart from backups: to note its operations, to log
 * its requests, to look after its copies. Thread-safe.
 */
final class ManagementRequests {
  private static final Logger log = LoggerFactory.getLogger(ManagementRequests.class);
  private static final String TRACING = "ConfigureOperationTracingRequest";
  private static final String LOGGING = "ConfigureInboundRequestLogging";
  private static final String SYNCHRONIZATION = "SynchronizeWithPeersRequest";

  static final Set<String> KINDS = Set.of(TRACING, LOGGING, SYNCHRONIZATION);

  private final ServiceHost host;
  private final HostServices services;
  private final CopiesService.Copies copies;

  ManagementRequests(ServiceHost host, HostServices services, CopiesService.Copies copies) {
    this.host = host;
    this.services = services;
    this.copies = copies;
  }

  /**
   * Does what is asked for.
   *
   * @param kind one of {@link #KINDS}
   * @throws IllegalArgumentException that says which field is wrong, and how
   */
  void handle(
      ServiceHostManagementService management, String kind, JsonNode request, Operation patch) {
    if (!ServiceHostManagementService.isFromThisMachine(patch)) {
      patch.fail(
          Operation.STATUS_CODE_FORBIDDEN,
          new IllegalStateException(
              "This is asked for from the host's own machine, over a loopback address: it shows what others send"),
          null);
      return;
    }
    switch (kind) {
      case TRACING -> trace(management, request);
      case LOGGING -> configureLog(request);
      default -> synchronize(request);
    }
    patch.setBodyNoCloning(null).complete();
  }

  private void trace(ServiceHostManagementService management, JsonNode request) {
    allow(request, List.of("enable", "level"));
    String enable = request.path("enable").asString("START").toUpperCase(Locale.ROOT);
    String level = request.path("level").asString("ALL").toUpperCase(Locale.ROOT);
    OperationTracing.Depth depth =
        switch (enable) {
          case "START" -> depth(level);
          case "STOP" -> OperationTracing.Depth.OFF;
          default ->
              throw new IllegalArgumentException("enable must be START or STOP, not " + enable);
        };
    if (depth == OperationTracing.Depth.FINEST) {
      startIndex();
    }
    services.tracing().begin(depth, new OperationTracing.Sinks(host, management::traced));
    log.info("Operations are traced: {}", depth);
  }

  private static OperationTracing.Depth depth(String level) {
    return switch (level) {
      case "FINE" -> OperationTracing.Depth.FINE;
      case "FINER" -> OperationTracing.Depth.FINER;
      case "FINEST", "ALL" -> OperationTracing.Depth.FINEST;
      default ->
          throw new IllegalArgumentException(
              "level must be FINE (statistics), FINER (the log as well), FINEST or ALL (the operation index as well), not "
                  + level);
    };
  }

  private synchronized void startIndex() {
    if (services.registry().find(ServiceUriPaths.CORE_OPERATION_INDEX) == null) {
      host.startAndAwait(
          TracedOperationService.createFactory(), ServiceUriPaths.CORE_OPERATION_INDEX);
    }
  }

  private void configureLog(JsonNode request) {
    allow(request, List.of("loggingInfo"));
    JsonNode sent = request.path("loggingInfo");
    if (!sent.isObject()) {
      throw new IllegalArgumentException("loggingInfo is required: an object with enabled");
    }
    RequestLoggingInfo info = DocumentJson.standard().convert(sent, RequestLoggingInfo.class);
    services.requestLog().configure(info);
    log.info("Requests are {}", info.enabled ? "logged" : "not logged");
  }

  /**
   * Copies are kept equal by the log. What can be done is to compare them, and mend what differs.
   */
  private void synchronize(JsonNode request) {
    allow(request, List.of("nodeSelectorPath"));
    String selector = request.path("nodeSelectorPath").asString("");
    if (selector.isEmpty()) {
      throw new IllegalArgumentException(
          "nodeSelectorPath is required, such as " + ServiceUriPaths.DEFAULT_NODE_SELECTOR);
    }
    if (services.registry().find(selector) == null
        || !selector.startsWith(ServiceUriPaths.NODE_SELECTOR_PREFIX + "/")) {
      throw new IllegalArgumentException("There is no node selector " + selector);
    }
    host.scheduleNodeGroupChangeMaintenance(selector);
    copies.comparing().run();
  }

  private static void allow(JsonNode request, List<String> fields) {
    List<String> unknown =
        StreamSupport.stream(request.propertyNames().spliterator(), false)
            .filter(name -> !name.startsWith("document") && !name.equals("kind"))
            .filter(name -> !fields.contains(name))
            .toList();
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "There is no field %s. Known are %s"
              .formatted(String.join(", ", unknown), String.join(", ", fields)));
    }
  }
}
