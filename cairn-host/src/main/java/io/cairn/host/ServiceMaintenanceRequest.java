// SPDX-License-Identifier: Apache-2.0
package io.cairn.host;

import io.cairn.document.DocumentKind;
import io.cairn.host.Service.MaintenanceReason;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/** Why maintenance runs: the body of the operation that {@link Service#handleMaintenance} gets. */
@DocumentKind(ServiceMaintenanceRequest.KIND)
public class ServiceMaintenanceRequest {
  public static final String KIND = "com:vmware:xenon:common:ServiceMaintenanceRequest";

  public String kind = KIND;
  public EnumSet<MaintenanceReason> reasons = EnumSet.noneOf(MaintenanceReason.class);

  /** What was switched, with {@link MaintenanceReason#SERVICE_OPTION_TOGGLE}. */
  public @Nullable ServiceConfigUpdateRequest configUpdate;

  /** A request for these reasons. */
  public static ServiceMaintenanceRequest create(
      MaintenanceReason reason, MaintenanceReason... more) {
    ServiceMaintenanceRequest request = new ServiceMaintenanceRequest();
    request.reasons = EnumSet.of(reason, more);
    return request;
  }
}
