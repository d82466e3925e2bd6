// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.document.DocumentKind;
import io.cairn.service.Service.ServiceOption;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/** Changes a running service's configuration: the body of a PATCH to {@code /config}. */
@DocumentKind(ServiceConfigUpdateRequest.KIND)
public class ServiceConfigUpdateRequest {
  public static final String KIND = "com:vmware:xenon:common:ServiceConfigUpdateRequest";

  public @Nullable String kind;
  public @Nullable EnumSet<ServiceOption> addOptions;
  public @Nullable EnumSet<ServiceOption> removeOptions;
  public @Nullable Integer operationQueueLimit;
  public @Nullable Long versionRetentionLimit;

  /** Half of {@link #versionRetentionLimit} if absent. */
  public @Nullable Long versionRetentionFloor;

  /** May only grow. */
  public @Nullable Long epoch;

  public @Nullable Long maintenanceIntervalMicros;
  public @Nullable String peerNodeSelectorPath;

  /** A request that changes nothing yet, with its kind set. */
  public static ServiceConfigUpdateRequest create() {
    ServiceConfigUpdateRequest request = new ServiceConfigUpdateRequest();
    request.kind = KIND;
    return request;
  }

  /**
   * Refuses a request that is not one, asks for nothing, or asks for the impossible.
   *
   * @throws IllegalArgumentException saying which
   */
  public void validate() {
    if (!KIND.equals(kind)) {
      throw new IllegalArgumentException("kind must be " + KIND);
    }
    if (isEmpty()) {
      throw new IllegalArgumentException("at least one field must be set");
    }
    if (operationQueueLimit != null && operationQueueLimit < 1) {
      throw new IllegalArgumentException("operationQueueLimit must be positive");
    }
    if (versionRetentionLimit != null && versionRetentionLimit < 1) {
      throw new IllegalArgumentException("versionRetentionLimit must be positive");
    }
    Long floor = versionRetentionFloor;
    if (floor != null && (floor < 1 || versionRetentionLimit == null)) {
      throw new IllegalArgumentException(
          "versionRetentionFloor must be positive and come with versionRetentionLimit");
    }
    if (floor != null && versionRetentionLimit != null && floor > versionRetentionLimit) {
      throw new IllegalArgumentException(
          "versionRetentionFloor must not exceed versionRetentionLimit");
    }
    if (maintenanceIntervalMicros != null && maintenanceIntervalMicros < 0) {
      throw new IllegalArgumentException("maintenanceIntervalMicros must not be negative");
    }
  }

  private boolean isEmpty() {
    return addOptions == null
        && removeOptions == null
        && operationQueueLimit == null
        && versionRetentionLimit == null
        && versionRetentionFloor == null
        && epoch == null
        && maintenanceIntervalMicros == null
        && peerNodeSelectorPath == null;
  }
}
