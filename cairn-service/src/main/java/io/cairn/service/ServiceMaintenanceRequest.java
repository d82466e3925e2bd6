// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.document.DocumentKind;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.nodes.NodeGroupService.NodeGroupState;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Why maintenance runs: the body of the operation that {@link Service#handleMaintenance} gets. */
@DocumentKind(ServiceMaintenanceRequest.KIND)
public class ServiceMaintenanceRequest {
  public static final String KIND = "com:vmware:xenon:common:ServiceMaintenanceRequest";

  /** Why maintenance runs. */
  public enum MaintenanceReason {
    /** The interval has passed. */
    PERIODIC_SCHEDULE,
    /** The membership of the node group changed, or with it the owner of the service. */
    NODE_GROUP_CHANGE,
    /** An option was switched, see {@link #configUpdate}. */
    SERVICE_OPTION_TOGGLE
  }

  public String kind = KIND;
  public EnumSet<MaintenanceReason> reasons = EnumSet.noneOf(MaintenanceReason.class);

  /** What was switched, with {@link MaintenanceReason#SERVICE_OPTION_TOGGLE}. */
  public @Nullable ServiceConfigUpdateRequest configUpdate;

  /** The group after the change, if its membership is the reason. */
  public @Nullable NodeGroupState nodeGroupState;

  /** A request for these reasons, to which others may be added. */
  public static ServiceMaintenanceRequest create(MaintenanceReason... reasons) {
    ServiceMaintenanceRequest request = new ServiceMaintenanceRequest();
    request.reasons.addAll(List.of(reasons));
    return request;
  }

  /** Says that this node has begun, or ceased, to own the document of the service. */
  public static ServiceMaintenanceRequest ownerToggled(boolean owns) {
    ServiceMaintenanceRequest request =
        create(MaintenanceReason.NODE_GROUP_CHANGE, MaintenanceReason.SERVICE_OPTION_TOGGLE);
    ServiceConfigUpdateRequest update = ServiceConfigUpdateRequest.create();
    EnumSet<ServiceOption> toggled = EnumSet.of(ServiceOption.DOCUMENT_OWNER);
    update.addOptions = owns ? toggled : null;
    update.removeOptions = owns ? null : toggled;
    request.configUpdate = update;
    return request;
  }
}
