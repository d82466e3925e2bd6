// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.utility;

import io.cairn.document.DocumentKinds;
import io.cairn.runtime.maintenance.MaintenanceScheduler;
import io.cairn.service.Operation;
import io.cairn.service.Service;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.ServiceConfigUpdateRequest;
import io.cairn.service.ServiceConfiguration;
import io.cairn.service.ServiceMaintenanceRequest;
import io.cairn.service.ServiceMaintenanceRequest.MaintenanceReason;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code /config}: GET shows how this instance is set up, PATCH changes it. Changes hold
 * for this node and until the service stops. Thread-safe.
 */
public final class ConfigurationRequests {
  private final Service service;
  private final Settings settings;

  /** What a configuration holds beyond what every service can tell. */
  public interface Settings {
    /** An empty configuration of the class that fits the service. */
    ServiceConfiguration newConfiguration();

    /** Whether the service owns a document, and with it a queue and retained versions. */
    boolean hasDocument();

    long epoch();

    void setEpoch(long epoch);

    /** Puts what this knows into the answer. */
    void describe(ServiceConfiguration answer);

    /** Sets the queue limit; called only if there is a document. */
    void setOperationQueueLimit(int limit);

    /** Sets the retention of the whole class on this node; called only if there is a document. */
    void setVersionRetention(long limit, long floor);
  }

  /** Answers for a service. */
  public ConfigurationRequests(Service service, Settings settings) {
    this.service = service;
    this.settings = settings;
  }

  /**
   * Answers a request.
   *
   * @throws IllegalArgumentException if the request makes no sense
   */
  public void handle(Operation op) {
    switch (op.getAction()) {
      case GET -> op.setBodyNoCloning(describe(op)).complete();
      case PATCH -> patch(op);
      case POST, PUT, DELETE, OPTIONS -> Operation.failActionNotSupported(op);
    }
  }

  private ServiceConfiguration describe(Operation op) {
    ServiceConfiguration answer = settings.newConfiguration();
    answer.documentKind = DocumentKinds.shared().kindOf(answer.getClass());
    answer.documentSelfLink = op.getUri().getPath();
    answer.documentOwner = service.getHost().getId();
    answer.maintenanceIntervalMicros = service.getMaintenanceIntervalMicros();
    answer.epoch = settings.epoch();
    answer.peerNodeSelectorPath = service.getPeerNodeSelectorPath();
    answer.documentIndexPath = service.getDocumentIndexPath();
    answer.options = service.getOptions();
    settings.describe(answer);
    return answer;
  }

  private void patch(Operation op) {
    if (!op.hasBody()) {
      throw new IllegalArgumentException("body is required");
    }
    ServiceConfigUpdateRequest request = op.getBody(ServiceConfigUpdateRequest.class);
    synchronized (settings) {
      ConfigurationChange.check(request, service, settings.hasDocument(), settings.epoch());
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
      settings.setEpoch(request.epoch);
    }
    if (request.operationQueueLimit != null) {
      settings.setOperationQueueLimit(request.operationQueueLimit);
    }
    Long limit = request.versionRetentionLimit;
    if (limit != null) {
      Long floor = request.versionRetentionFloor;
      settings.setVersionRetention(limit, floor == null ? Math.max(1, limit / 2) : floor);
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
