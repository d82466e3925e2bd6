// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.document.DocumentKind;
import io.cairn.document.ServiceDocument;
import io.cairn.service.Service.ServiceOption;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/** How a service is set up: the body of its {@code /config}. */
@DocumentKind(ServiceConfiguration.KIND)
public class ServiceConfiguration extends ServiceDocument {
  public static final String KIND = "com:vmware:xenon:common:ServiceConfiguration";

  /** Microseconds between two maintenances; 0 means the host's interval. */
  public long maintenanceIntervalMicros;

  public int operationQueueLimit = Service.OPERATION_QUEUE_DEFAULT_LIMIT;
  public long epoch;

  /** Always 0: the configuration is not versioned. */
  public long version;

  public long versionRetentionLimit;
  public long versionRetentionFloor;
  public @Nullable String peerNodeSelectorPath;
  public @Nullable String documentIndexPath;
  public EnumSet<ServiceOption> options = EnumSet.noneOf(ServiceOption.class);
}
