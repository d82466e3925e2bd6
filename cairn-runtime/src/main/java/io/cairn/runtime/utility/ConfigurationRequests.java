// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.utility;

import io.cairn.document.DocumentKinds;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.runtime.maintenance.MaintenanceScheduler;
import io.cairn.service.FactoryService;
import io.cairn.service.FactoryService.FactoryServiceConfiguration;
import io.cairn.service.Operation;
import io.cairn.service.Service;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.ServiceConfigUpdateRequest;
import io.cairn.service.ServiceConfiguration;
import io.cairn.service.ServiceMaintenanceRequest;
import io.cairn.service.ServiceMaintenanceRequest.MaintenanceReason;
import io.cairn.service.StatefulService;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code /config}: GET shows how this instance is set up, PATCH changes it. Changes hold
 * for this node and until the service stops. Thread-safe.
 */
final class ConfigurationRequests {
  private final Service service;
  private long epoch;

  ConfigurationRequests(Service service) {
    this.service = service;
  }

  /**
   * Answers a request.
   *
   * @throws IllegalArgumentException if the request makes no sense
   */
  void handle(Operation op) {
    switch (op.getAction()) {
      case GET -> op.setBodyNoCloning(describe(op)).complete();
      case PATCH -> patch(op);
      case POST, PUT, DELETE, OPTIONS -> Operation.failActionNotSupported(op);
    }
  }

  private synchronized ServiceConfiguration describe(Operation op) {
    ServiceConfiguration answer = newConfiguration();
    answer.documentKind = DocumentKinds.shared().kindOf(answer.getClass());
    answer.documentSelfLink = op.getUri().getPath();
    answer.documentOwner = service.getHost().getId();
    answer.maintenanceIntervalMicros = service.getMaintenanceIntervalMicros();
    answer.epoch = epoch;
    answer.peerNodeSelectorPath = service.getPeerNodeSelectorPath();
    answer.documentIndexPath = service.getDocumentIndexPath();
    answer.options = service.getOptions();
    if (service instanceof StatefulService stateful) {
      ServiceDocumentDescription description = stateful.getStateDescription();
      answer.operationQueueLimit = stateful.getOperationQueueLimit();
      answer.versionRetentionLimit = description.versionRetentionLimit;
      answer.versionRetentionFloor = description.versionRetentionFloor;
    }
    return answer;
  }

  private ServiceConfiguration newConfiguration() {
    if (!(service instanceof FactoryService factory)) {
      return new ServiceConfiguration();
    }
    FactoryServiceConfiguration configuration = new FactoryServiceConfiguration();
    configuration.childOptions = factory.getChildOptions();
    return configuration;
  }

  private void patch(Operation op) {
    ServiceConfigUpdateRequest request = op.getBody(ServiceConfigUpdateRequest.class);
    synchronized (this) {
      ConfigurationChange.check(request, service, epoch);
      boolean ownerToggled = toggles(request, ServiceOption.DOCUMENT_OWNER);
      apply(request);
      if (ownerToggled) {
        tellOwnerToggled(request);
      }
    }
    op.setBodyNoCloning(describe(op)).complete();
  }

  private void apply(ServiceConfigUpdateRequest request) {
    if (request.epoch != null) {
      epoch = request.epoch;
    }
    if (service instanceof StatefulService stateful) {
      applyToDocuments(request, stateful);
    }
    if (request.maintenanceIntervalMicros != null) {
      service.setMaintenanceIntervalMicros(request.maintenanceIntervalMicros);
    }
    if (request.peerNodeSelectorPath != null) {
      service.setPeerNodeSelectorPath(request.peerNodeSelectorPath);
    }
    toggle(request.addOptions, true);
    toggle(request.removeOptions, false);
  }

  /** The queue is this instance's; retention is that of all documents of the class on this node. */
  private static void applyToDocuments(
      ServiceConfigUpdateRequest request, StatefulService stateful) {
    if (request.operationQueueLimit != null) {
      stateful.setOperationQueueLimit(request.operationQueueLimit);
    }
    Long limit = request.versionRetentionLimit;
    if (limit != null) {
      Long floor = request.versionRetentionFloor;
      ServiceDocumentDescription description = stateful.getStateDescription();
      description.versionRetentionLimit = limit;
      description.versionRetentionFloor = floor == null ? Math.max(1, limit / 2) : floor;
    }
  }

  private void toggle(@Nullable Set<ServiceOption> options, boolean enable) {
    if (options != null) {
      options.forEach(option -> service.toggleOption(option, enable));
    }
  }

  private boolean toggles(ServiceConfigUpdateRequest request, ServiceOption option) {
    Set<ServiceOption> changed =
        service.hasOption(option) ? request.removeOptions : request.addOptions;
    return changed != null && changed.contains(option);
  }

  private void tellOwnerToggled(ServiceConfigUpdateRequest request) {
    ServiceMaintenanceRequest why =
        ServiceMaintenanceRequest.create(
            MaintenanceReason.NODE_GROUP_CHANGE, MaintenanceReason.SERVICE_OPTION_TOGGLE);
    why.configUpdate = request;
    MaintenanceScheduler.tellGroupChange(service, why, () -> {});
  }
}
